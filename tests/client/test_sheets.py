"""Sheets from wherever they are, and what is said of those that cannot be found or read."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from client.live_server import LiveServer
from client.reads import write_sheet

from omnidomain_jupyter.client import Client, RejectedSheetError, connect
from omnidomain_jupyter.errors import InvalidInputError


@pytest.fixture
def near(server: LiveServer, monkeypatch: pytest.MonkeyPatch):
    """A client that knows the server's root, as in a kernel of it."""
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(server.runtime))
    client = connect(server.url, server.token, "near@example.org")
    assert client.root == server.root
    yield client
    client.close()


def test_a_sheet_that_is_not_there_is_told_with_the_nearest_name(near: Client, sheet: str):
    folder = Path(sheet).parent
    with pytest.raises(RejectedSheetError, match=r"Did you mean '.*/samples\.tsv'") as caught:
        near.submit(folder / "sample.tsv", "ReadQC")
    assert str(caught.value).count("sample.tsv") == 1
    with pytest.raises(RejectedSheetError, match=f"looked for in {near.root}"):
        near.validate("nothing/like/that.txt", "ReadQC")


def test_hidden_sheets_are_told_as_what_they_are(near: Client, sheet: str):
    hidden = Path(sheet).parent / ".hidden.tsv"
    hidden.write_text(Path(sheet).read_text())
    with pytest.raises(RejectedSheetError, match="hidden") as caught:
        near.submit(hidden, "ReadQC")
    assert "not there" not in str(caught.value)


def test_a_sheet_elsewhere_is_sent_and_its_paths_are_explained(near: Client, tmp_path: Path):
    sheet = write_sheet(tmp_path, ["a"])
    report = near.validate(sheet, "ReadQC")
    assert "start there" in report.advice
    assert str(near.root) in report.advice
    assert report.advice in repr(report)
    assert "start there" in report._repr_html_()
    with pytest.raises(RejectedSheetError, match='say where: folder="…"'):
        near.submit(sheet, "ReadQC")


def test_nothing_is_advised_where_it_does_not_help(near: Client, sheet: str):
    assert near.validate(sheet, "ReadQC").advice == ""
    assert near.validate("sample_id\treads_1\na\t/no/such.fastq.gz\n", "ReadQC").advice == ""
    assert near.validate("sample_id\treads_1\na b\t/no/such.fastq.gz\n", "ReadQC").advice == ""


def test_a_workbook_below_the_root_is_read_and_one_elsewhere_is_told(
    near: Client, sheet: str, tmp_path: Path
):
    book = openpyxl.Workbook()
    rows = [line.split("\t") for line in Path(sheet).read_text().splitlines()]
    for row in rows:
        book.active.append(row)
    here, elsewhere = Path(sheet).with_name("samples.xlsx"), tmp_path / "samples.xlsx"
    book.save(here)
    book.save(elsewhere)
    assert near.validate(here, "ReadQC")
    assert near.validate(here.absolute(), "ReadQC")
    with pytest.raises(InvalidInputError, match="Upload it to the server") as caught:
        near.validate(elsewhere, "ReadQC")
    assert "samples.xlsx is an Excel workbook" in str(caught.value)


def test_a_header_alone_is_a_text_and_no_path(client: Client):
    report = client.validate("sample_id\treads_1", "ReadQC")
    assert "no rows" in repr(report)


def test_names_that_pandas_took_for_numbers_are_whole_again(client: Client, sheet_folder: Path):
    reads = f"{sheet_folder}/reads.fastq.gz"
    frame = pd.DataFrame({"sample_id": [1, 2, None], "reads_1": reads, "purity": [0.5, 1.0, None]})
    report = client.validate(frame, "ReadQC").report
    assert [row.cells.get("sample_id") for row in report.preview] == ["1", "2", None]
    assert [row.cells.get("purity") for row in report.preview] == ["0.5", "1.0", None]
    assert frame["sample_id"].dtype == float  # the caller's own is left as it is


def test_faults_far_down_and_in_the_header_are_marked(client: Client):
    names = [f"s{number}" for number in range(80)]
    names[70] = "s <70>"
    text = "sample_id\treads_1\tnotes\tnotes\n"
    text += "".join(f"{name}\t/no/{name}.fastq.gz\tx\ty\n" for name in names)
    report = client.validate(text, "ReadQC", check_files=False)
    html = report._repr_html_()
    assert "s &lt;70&gt; ▪" in html
    # The rest of that row has not come along: it is not empty for that.
    assert re.search(r"<td>72</td><td [^>]+>s &lt;70&gt; ▪</td><td>…</td><td>…</td>", html)
    assert "<td>71</td>" not in html
    assert "notes ▪</th>" in html


def test_of_many_faults_the_first_are_shown_and_all_are_counted(client: Client):
    text = "sample_id\treads_1\n" + "".join(f"s {n}\t/no/{n}.fastq.gz\n" for n in range(40))
    report = client.validate(text, "ReadQC", check_files=False)
    assert repr(report).startswith("40 rows, 40 to put right.")
    assert "… and 20 more" in repr(report)
    assert report._repr_html_().count("<li>") == 21
    assert len(report.to_frame()) == 40
