"""10,000 paths, made to get out: nothing outside is ever named or read.

`OMNIDOMAIN_SOAK=1` asks S3 for all of them too.
"""

from __future__ import annotations

import os
from itertools import islice
from types import SimpleNamespace
from urllib.parse import unquote, urlsplit
from uuid import uuid4

import pytest
from hostile_paths import INSIDE, generated
from result_places import FolderPlace

from omnidomain_jupyter.compute.results import read_up_to
from omnidomain_jupyter.errors import InvalidInputError, NotFoundError
from omnidomain_jupyter.schemas import SaveRequest
from omnidomain_jupyter.services.downloads import DownloadService, SaveFolder
from omnidomain_jupyter.services.results import ResultService

SOAK = bool(os.environ.get("OMNIDOMAIN_SOAK"))
SECRET = b"nobody may read this"


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


@pytest.mark.soak
def test_nothing_outside_is_read(target):
    store = target.store()
    paths = generated(10_000, outside(target))
    if not SOAK and not isinstance(target, FolderPlace):
        paths = paths[::10]  # each is a question to S3
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
    assert read > 0, "some of the generated paths are good ones"


@pytest.mark.soak
def test_nothing_outside_is_named(target):
    store = target.store()
    assert {file.path for file in store.files()} == INSIDE.keys()
    number = 1500 if SOAK or isinstance(target, FolderPlace) else 300
    paths = [path for path in generated(number, outside(target)) if _is_text(path)]
    for path in paths:
        for options in ({"phase": path}, {"after": path}, {"phase": "qc", "after": path}):
            named = {file.path for file in islice(store.files(**options), 50)}
            assert named <= INSIDE.keys(), options


def test_no_address_leads_outside(target):
    store = target.store()
    given = 0
    for path in generated(10_000, outside(target)):
        url = store.link(path, media_type="text/plain", disposition="inline", expires_s=1)
        if url is None:
            continue
        assert unquote(urlsplit(url).path) == f"/{target.bucket}/lab/results/run1/{path}"
        given += 1
    assert (given > 0) == (not isinstance(target, FolderPlace)), "only S3 has addresses"


def fewer_on_s3(target) -> list[str]:
    """Return paths: all where they cost nothing, and few where each is a question."""
    paths = generated(10_000, outside(target))
    return paths if isinstance(target, FolderPlace) else paths[::25]


def test_no_preview_shows_what_is_outside(target, monkeypatch):
    results = ResultService(None, None)
    monkeypatch.setattr(results, "store", lambda *_: target.store())
    shown = 0
    for path in [*fewer_on_s3(target), *INSIDE]:
        for preview in (results.text, results.table):
            try:
                found = preview(None, None, path, 100)
            except NotFoundError:
                assert path not in INSIDE
                continue
            content = found.text if preview == results.text else found.columns[0].name
            assert content.encode() == INSIDE[path], path
            shown += 1
    assert shown >= 2 * len(INSIDE)


def test_nothing_outside_is_saved_and_nothing_is_saved_outside(target, tmp_path):
    folder = tmp_path / "mine" / "copies"
    folder.mkdir(parents=True)
    service = DownloadService(SimpleNamespace(store=lambda *_: target.store()))
    saved = set()
    for path in [*fewer_on_s3(target), *INSIDE]:
        request = SaveRequest.model_construct(paths=[path], folder="", overwrite=True)
        try:
            found = service.save(None, uuid4(), request, SaveFolder("", folder))
        except (NotFoundError, InvalidInputError):
            continue
        saved |= {file.path for file in found.files}
    there = {str(file.relative_to(tmp_path)) for file in (tmp_path / "mine").rglob("*.*")}
    assert saved <= INSIDE.keys()
    assert {"a.txt", "qc/report.html"} <= saved, "some of the paths are good ones"
    for path in saved:
        assert (folder / path).read_bytes() == INSIDE[path]
    assert all(name.startswith("mine/copies/") for name in there)
    assert not list((tmp_path / "mine").glob("*.*"))


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
