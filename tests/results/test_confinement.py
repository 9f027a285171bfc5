"""10,000 paths, made to get out: nothing outside is ever named or read."""

from __future__ import annotations

import os
import random
from itertools import islice
from urllib.parse import quote

import pytest
from result_places import FolderPlace

from omnidomain_jupyter.compute.results import read_up_to

SECRET = b"nobody may read this"
INSIDE = {
    "a.txt": b"inside 1",
    "qc/report.html": b"inside 2",
    "qc/deep/x.tsv": b"inside 3",
    "..hidden": b"inside 4",
    "%2e%2e": b"inside 5",
    "qc/..%2f..%2fetc": b"inside 6",
    "back\\slash": b"inside 7",
}
SEGMENTS = [
    *("..", ".", "", "...", "..;", " ..", ".. ", "%2e%2e", "%2E%2E", "%252e%252e", "..%2f", "%2f"),
    *("..\\", "..\\..", "\\", "\u2024\u2024", "\uff0e\uff0e", "\u2025", "..\0", "\0", "\n", "\x7f"),
    *("~", "~root", "$HOME", "*", "?", "a.txt", "qc", "report.html", "deep", "x.tsv", "x" * 300),
    *("run1", "run10", "run2", "secret.txt", "etc", "passwd", "proc", "self", "environ", "lab"),
    *("results", "folder", "file", "chain", "up", "root", "back\\slash", "s3:", "file:", "\ud800"),
]
FULL = ["/etc/passwd", "//etc/passwd", "file:///etc/passwd", "/proc/self/environ", "C:\\x", ""]


def generated(number: int, outside: list[str]) -> list[str]:
    """Return paths of all kinds, the same ones every time."""
    dice = random.Random(8)
    found = [*FULL, *outside, *(f"../{path}" for path in outside)]
    while len(found) < number:
        parts = [dice.choice(SEGMENTS) for _ in range(dice.randint(1, 7))]
        path = "/".join(parts)
        kind = dice.random()
        if kind < 0.1:
            path = "/" + path
        elif kind < 0.2:
            path = quote(path.encode("utf-8", "replace"), safe="")
        elif kind < 0.3:
            path = dice.choice(list(INSIDE)) + "/" + path
        elif kind < 0.4:
            path = "../" * dice.randint(1, 12) + path
        found.append(path)
    return found[:number]


@pytest.fixture
def target(place):
    """A run between its neighbours, and links that lead to them."""
    for path, content in INSIDE.items():
        place.put(path, content)
    for run in ("run10", "run2", "run"):
        place.put("secret.txt", SECRET, run=run)
        place.put("a.txt", SECRET, run=run)
    place.write("a.txt", SECRET)
    if isinstance(place, FolderPlace):
        run = place.directory / "run1"
        for name, to in {
            "folder": "../run2",
            "file": "../run2/secret.txt",
            "chain": "file",
            "up": "..",
            "root": "/",
            "qc/up": "../..",
        }.items():
            (run / name).symlink_to(to)
    return place


def outside(place) -> list[str]:
    """Return where the neighbours' files are, as absolute paths, URIs and keys."""
    base = place.base
    return [
        *(f"{base}/{run}/secret.txt" for run in ("run10", "run2", "run1/../run2")),
        *(f"{base.partition('//')[2]}/run10/a.txt", "0/secret.txt", "0/a.txt", "run2/a.txt"),
    ]


def test_nothing_outside_is_read(target):
    store = target.store()
    paths = generated(10_000, outside(target))
    read = 0
    for number, path in enumerate(paths):
        content = store.open(path)
        if number % 10 == 0 or content is not None:
            found = store.find(path)
            assert (found is None) == (content is None), path
        if content is None:
            continue
        data = read_up_to(content, 1000)
        content.close()
        assert data == INSIDE[path], path
        assert found.size_bytes == len(data), path
        read += 1
    assert len(paths) == 10_000
    assert read > 0, "some of the generated paths are good ones"


def test_nothing_outside_is_named(target):
    store = target.store()
    assert {file.path for file in store.files()} == INSIDE.keys()
    paths = [path for path in generated(1500, outside(target)) if _is_text(path)]
    for path in paths:
        for options in ({"phase": path}, {"after": path}, {"phase": "qc", "after": path}):
            named = {file.path for file in islice(store.files(**options), 50)}
            assert named <= INSIDE.keys(), options


def test_links_open_nothing_that_appears_between_two_steps(tmp_path, monkeypatch):
    """Whoever swaps a folder for a link at the worst moment gets nothing."""
    place = FolderPlace(tmp_path / "results")
    place.put("qc/secret.txt", b"inside")
    place.put("secret.txt", SECRET, run="run2")
    run = place.directory / "run1"
    store = place.store()
    resolve = os.path.realpath

    def swapped(path, **options):
        real = resolve(path, **options)
        if str(path).endswith("qc/secret.txt") and not (run / "old").exists():
            (run / "qc").rename(run / "old")
            (run / "qc").symlink_to("../run2")
        return real

    monkeypatch.setattr(os.path, "realpath", swapped)
    assert store.open("qc/secret.txt") is None
    assert (run / "qc").is_symlink()


def _is_text(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in path and "\n" not in path
