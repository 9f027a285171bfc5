"""Starter sheets, and sheets made from a folder, against a real server."""

from __future__ import annotations

import shutil
from pathlib import Path
from uuid import uuid4

import pytest
from client.live_server import LiveServer
from client.reads import write_sheet

from omnidomain_jupyter.client import Client
from omnidomain_jupyter.errors import InvalidInputError, NotFoundError


@pytest.fixture
def folder(server: LiveServer) -> Path:
    """A folder below the server's root with the reads of two samples."""
    folder = server.root / f"lane {uuid4().hex}"
    write_sheet(folder, [])
    reads = folder / "reads.fastq.gz"
    for name in ("gut_01_R1", "gut_01_R2", "gut_02"):
        shutil.copy(reads, folder / f"{name}.fastq.gz")
    reads.unlink()
    return folder


def test_a_starter_sheet_is_one_to_begin_with(client: Client):
    frame = client.starter_sheet("PhytoFlow")
    text = client.starter_sheet_text("PhytoFlow")

    assert text.splitlines()[0].split("\t") == list(frame.columns)
    assert list(frame["genome_type"]) == ["nuclear", "organelle"]
    assert frame["reference"][1] == ""
    assert client.validate(frame, "PhytoFlow", check_files=False)
    assert client.validate(text, "PhytoFlow", check_files=False)
    with pytest.raises(NotFoundError, match="PhytoFlow"):
        client.starter_sheet("PhytoFlo")


def test_a_folder_becomes_a_sheet_and_then_runs(client: Client, server: LiveServer, folder: Path):
    found = client.match("ReadQC", folder.relative_to(server.root))

    assert found
    assert list(found.table["sample_id"]) == ["gut_01", "gut_02"]
    assert client.validate(found, "ReadQC")
    assert client.submit(found, "ReadQC").total == 2
    assert "2 samples, all with their files." in repr(found)


@pytest.mark.parametrize("absolute", [True, False])
def test_a_folder_may_be_named_as_it_is_named_here(
    client: Client, folder: Path, monkeypatch, absolute
):
    monkeypatch.chdir(folder.parent)
    monkeypatch.setattr(type(client), "root", property(lambda _: folder.parent))

    found = client.match("ReadQC", folder if absolute else f"./{folder.name}")

    assert len(found.table) == 2
    with pytest.raises(InvalidInputError, match="not below the server's root"):
        client.match("ReadQC", "/usr")


def test_what_is_not_sure_is_said(client: Client, server: LiveServer, folder: Path):
    (folder / "<b>x_R1.fastq.gz").write_bytes(b"x")
    name = folder.name

    found = client.match("ReadQC", name, ["gut_01", "gut_03", "<b>x"])

    assert not found
    assert found.problems == [
        "No file was found for sample “gut_03”.",
        "Sample “<b>x” has reads_1, but no file for reads_2.",
    ]
    assert found.sentence == "3 samples, 2 with files, 2 to look at."
    assert f"2 files belong to no sample: {name}/gut_02.fastq.gz" in repr(found)
    assert "<b>x" not in found._repr_html_()


def test_what_is_changed_in_the_table_is_submitted(client: Client, folder: Path):
    found = client.match("ReadQC", folder.name)

    found.table.loc[0, "sample_id"] = "a name with blanks"

    assert [each.column for each in client.validate(found, "ReadQC").errors] == ["sample_id"]


def test_a_folder_that_is_not_there(client: Client):
    with pytest.raises(InvalidInputError, match="no/such"):
        client.match("ReadQC", "no/such")
