"""Copies of results are whole, or not there; and end when nobody wants them."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import pytest

from omnidomain_jupyter.compute.local_results import LocalResults
from omnidomain_jupyter.errors import ConflictError
from omnidomain_jupyter.schemas import SaveRequest
from omnidomain_jupyter.services.downloads import CHUNK, DownloadService, SaveFolder


@pytest.fixture
def run(tmp_path: Path) -> Path:
    folder = tmp_path / "run"
    folder.mkdir()
    return folder


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    folder = tmp_path / "mine"
    folder.mkdir()
    return folder


@pytest.fixture
def save(run, mine):
    def save(*paths, cancelled=lambda: False, **options):
        service = DownloadService(SimpleNamespace(store=lambda *_: LocalResults(run)))
        request = SaveRequest(paths=list(paths), **options)
        return service.save(None, uuid4(), request, SaveFolder("mine", mine), cancelled)

    return save


def test_a_large_copy_is_stopped_in_its_midst(run, mine, save):
    (run / "a.bam").write_bytes(b"x" * 5 * CHUNK)
    asked = []

    def cancelled() -> bool:
        asked.append(1)
        return len(asked) == 3

    with pytest.raises(ConflictError, match="was stopped"):
        save("a.bam", cancelled=cancelled)
    assert len(asked) == 3
    assert list(mine.iterdir()) == []


@pytest.mark.parametrize("overwrite", [True, False])
def test_a_file_that_shrinks_meanwhile_is_not_saved_short(run, mine, save, overwrite):
    file = run / "a.bam"
    file.write_bytes(b"x" * 3 * CHUNK)

    def cancelled() -> bool:
        os.truncate(file, CHUNK)
        return False

    with pytest.raises(ConflictError, match=r"a\.bam changed while it was copied"):
        save("a.bam", cancelled=cancelled, overwrite=overwrite)
    assert list(mine.iterdir()) == []


@pytest.mark.parametrize("overwrite", [True, False])
def test_a_file_that_grows_meanwhile_is_not_saved_short(run, mine, save, overwrite):
    file = run / "a.bam"
    file.write_bytes(b"x" * 3 * CHUNK)

    def cancelled() -> bool:
        with file.open("ab") as stream:
            stream.write(b"more")
        return False

    with pytest.raises(ConflictError, match=r"a\.bam changed while it was copied"):
        save("a.bam", cancelled=cancelled, overwrite=overwrite)
    assert list(mine.iterdir()) == []


def no_links(source, target):
    raise OSError(errno.EPERM, "Operation not permitted")


def test_a_disk_without_hard_links_has_the_file_too(run, mine, save, monkeypatch):
    (run / "a.txt").write_bytes(b"one")
    monkeypatch.setattr(os, "link", no_links)
    save("a.txt")
    assert [file.name for file in mine.iterdir()] == ["a.txt"]
    assert (mine / "a.txt").read_bytes() == b"one"


def test_there_too_nothing_is_overwritten(run, mine, save, monkeypatch):
    (run / "a.txt").write_bytes(b"one")

    def there_by_now(source, target):
        (mine / "a.txt").write_bytes(b"my own")
        no_links(source, target)

    monkeypatch.setattr(os, "link", there_by_now)
    with pytest.raises(ConflictError, match="cannot be written"):
        save("a.txt")
    assert [file.name for file in mine.iterdir()] == ["a.txt"]
    assert (mine / "a.txt").read_bytes() == b"my own"
