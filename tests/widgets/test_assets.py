"""The browser's side, put together from small files."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from omnidomain_jupyter.widgets.assets import PIECE, STATIC, bundle, module, module_pieces

WIDGETS = sorted(
    path.name
    for path in STATIC.glob("*.js")
    if "export default" in path.read_text("utf-8") and path.name != "loader.js"
)


def test_the_bundle_has_every_file_once():
    text = bundle()
    names = re.findall(r"^const (of_\w+) = ", text, re.MULTILINE)

    assert [name for name, count in Counter(names).items() if count > 1] == []
    assert len(names) == len(list(STATIC.glob("*.js"))) - 1  # the loader is not in it
    assert 'from "./' not in text
    assert len(re.findall(r"^export ", text, re.MULTILINE)) == 2


def test_the_bundle_comes_in_pieces():
    pieces = list(module_pieces())

    assert b"".join(piece for _, piece in pieces).decode() == bundle()
    assert [number for number, _ in pieces] == list(range(len(pieces)))
    assert max(len(piece) for _, piece in pieces) <= PIECE


@pytest.mark.parametrize("name", WIDGETS)
def test_a_widgets_own_module_is_small(name: str):
    assert len(module(name)) < 3_000
    assert f'"{name}": ' in bundle()


def test_nothing_is_drawn_from_markup():
    places = [
        line.strip()
        for path in sorted(STATIC.glob("*.js"))
        for line in path.read_text("utf-8").splitlines()
        if re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write", line)
    ]
    assert len(places) == 1  # the shapes of the statuses, which are ours
    assert places[0].startswith("shape.innerHTML = SHAPES[")


def test_colours_are_those_of_the_theme():
    for path in sorted(STATIC.glob("*.css")):
        found = re.findall(r":[^;{]*(#[0-9a-fA-F]{3,8}\b|rgba?\()", path.read_text("utf-8"))
        assert len(found) == (1 if path.name == "results.css" else 0), path.name
