"""Copies of results from either place are whole, or not there."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import pytest
from result_places import Place

from omnidomain_jupyter.compute.results import ResultStore
from omnidomain_jupyter.errors import ConflictError
from omnidomain_jupyter.schemas import SaveRequest
from omnidomain_jupyter.services.downloads import CHUNK, DownloadService, SaveFolder

CONTENT = b"x" * 2 * CHUNK


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    folder = tmp_path / "mine"
    folder.mkdir()
    return folder


def save(store: ResultStore, mine: Path, path: str, *, overwrite: bool = False) -> None:
    service = DownloadService(SimpleNamespace(store=lambda *_: store))
    request = SaveRequest(paths=[path], overwrite=overwrite)
    service.save(None, uuid4(), request, SaveFolder("mine", mine))


@pytest.mark.parametrize("path", ["bam/a.bam", "bam"])
def test_a_file_is_saved_as_it_is(place: Place, mine: Path, path: str):
    place.put("bam/a.bam", CONTENT)
    save(place.store(), mine, path)
    assert [file.name for file in (mine / "bam").iterdir()] == ["a.bam"]
    assert (mine / "bam" / "a.bam").read_bytes() == CONTENT


@pytest.mark.parametrize("overwrite", [True, False])
@pytest.mark.parametrize(
    "later", [CONTENT + b"more", b"y" * len(CONTENT)], ids=["longer", "as long"]
)
def test_a_file_that_is_replaced_after_it_was_listed_is_not_saved(
    place, mine, monkeypatch, later, overwrite
):
    place.put("a.bam", CONTENT)
    (mine / "b.txt").write_bytes(b"my own")
    store = place.store()
    opened = store.open

    def replaced_first(*arguments, **options):
        place.put("a.bam", later)
        return opened(*arguments, **options)

    monkeypatch.setattr(store, "open", replaced_first)
    with pytest.raises(ConflictError, match=r"a\.bam changed while it was copied"):
        save(store, mine, "a.bam", overwrite=overwrite)
    assert [file.name for file in mine.iterdir()] == ["b.txt"]
