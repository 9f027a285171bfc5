"""The browser's side, put together from small files."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from omnidomain_jupyter.widgets.assets import STATIC, module

WIDGETS = sorted(
    path.name for path in STATIC.glob("*.js") if "export default" in path.read_text("utf-8")
)


@pytest.mark.parametrize("name", WIDGETS)
def test_a_module_has_everything_once(name: str):
    text = module(name)
    names = re.findall(r"^(?:async )?(?:function|const|let|class) (\w+)", text, re.MULTILINE)

    assert [name for name, count in Counter(names).items() if count > 1] == []
    assert 'from "./' not in text
    assert text.count("export ") == 1
    assert len(text) < 60_000


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
