"""Choosing a sheet, putting it right, and submitting it once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from client.live_server import LiveServer, live_server
from client.reads import write_sheet
from dropped_pipelines import add_pipeline
from widgets.waiting import blocked, ready, statuses, until

from omnidomain_jupyter.client import Client, connect
from omnidomain_jupyter.widgets import RunPanel

BROKEN = "sample_id\treads_1\ngut 02\tmissing.fastq.gz\n"


def _broken(server: LiveServer, sheet: str) -> str:
    """Write a sheet beside the good one, with a name that has a blank; return its path."""
    path = Path(sheet).with_name("broken.tsv")
    (server.root / path).write_text("sample_id\treads_1\n\ngut 02\treads.fastq.gz\n")
    return str(path)


def test_bad_cells_are_shown_and_nothing_can_be_submitted(panel: RunPanel):
    panel.submitting.source.paste(BROKEN)

    assert blocked(panel, "Fix 2 cells first.")
    assert panel.submitting.grid.rows == [[2, ["gut 02", "missing.fastq.gz"]]]
    issue = panel.submitting.grid.issues[0]
    assert (issue["line"], issue["column"], issue["suggestion"]) == (2, "sample_id", "gut_02")


def test_a_suggestion_is_used_and_the_file_on_the_server_stays_as_it_is(
    panel: RunPanel, server: LiveServer, sheet: str, client: Client
):
    path = _broken(server, sheet)
    before = (server.root / path).read_text()
    beside = sorted((server.root / path).parent.iterdir())
    panel.submitting.source.choose(path)
    assert blocked(panel, "Fix 1 cell first.")
    assert panel.submitting.grid.issues[0]["line"] == 3

    panel.submitting.grid.edit([(0, 0, "gut_02")])

    assert ready(panel)
    panel.submit.click()
    assert until(lambda: statuses(panel) == ["COMPLETED"])
    assert (server.root / path).read_text() == before
    assert sorted((server.root / path).parent.iterdir()) == beside
    assert client.run(panel.table.runs[0]["run_id"]).row["sample_id"] == "gut_02"


def test_with_the_kernel_elsewhere_it_is_the_same(
    server: LiveServer, sheet: str, email: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    client = connect(server.url, server.token)
    assert client.root is None
    path = _broken(server, sheet)
    panel = RunPanel(path, client=client, email=email)
    source = panel.submitting.source
    assert until(lambda: path in source.sheets)
    assert until(lambda: str(Path(sheet).parent) in source.folders)

    assert blocked(panel, "Fix 1 cell first.")
    panel.submitting.grid.edit([(0, 0, "gut_02")])  # whose reads lie beside the sheet

    assert ready(panel)
    panel.submit.click()
    assert until(lambda: statuses(panel) == ["COMPLETED"])
    assert list(tmp_path.iterdir()) == []
    panel.close()
    client.close()


def test_the_corrected_sheet_can_be_saved(panel: RunPanel, server: LiveServer, sheet: str):
    path = _broken(server, sheet)
    source = panel.submitting.source
    source.choose(path)
    assert blocked(panel, "Fix 1 cell first.")
    panel.submitting.grid.edit(
        [(0, 0, "gut_02"), *((row, 0, f"🧬{row}") for row in range(1, 9000))]
    )
    assert until(lambda: source.corrected)
    sent: list[dict[str, Any]] = []
    source.send = lambda content, buffers=None: sent.append(content)

    start: int | None = 0
    while start is not None:
        source._handle_custom_msg({"kind": "corrected", "start": start}, [])
        start = sent[-1]["next"]

    assert len(sent) > 2
    assert sent[0]["name"] == "broken_corrected.tsv"
    assert "".join(piece["text"] for piece in sent).startswith("sample_id\treads_1\n\ngut_02\t")
    assert sent[-1]["text"].endswith("🧬8999\t\n")


def test_what_cannot_be_read_is_told(panel: RunPanel):
    panel.submitting.source.choose("/proc/self/mem")  # a file, but not for reading from its start

    assert blocked(panel, "/proc/self/mem cannot be read: Input/output error.")


def test_corrections_outlive_a_look_elsewhere_until_they_are_undone(
    panel: RunPanel, server: LiveServer, sheet: str
):
    source = panel.submitting.source
    path = _broken(server, sheet)
    source.choose(path)
    assert blocked(panel, "Fix 1 cell first.")
    panel.submitting.grid.edit([(0, 0, "gut_02")])
    assert ready(panel)

    source.mode = "form"
    assert blocked(panel, "Fill in a sample first.")
    assert not source.corrected
    source.mode = "server"
    assert ready(panel)
    assert panel.submitting.grid.rows[0][1][0] == "gut_02"
    assert source.corrected

    source._handle_custom_msg({"kind": "afresh"}, [])
    assert blocked(panel, "Fix 1 cell first.")
    assert until(lambda: not source.corrected)
    panel.submitting.grid.edit([(0, 0, "gut_02")])
    assert ready(panel)
    (server.root / path).write_text("sample_id\treads_1\nnew\treads.fastq.gz\n")
    source._handle_custom_msg({"kind": "again"}, [])
    assert until(lambda: panel.submitting.grid.rows == [[2, ["new", "reads.fastq.gz"]]])


def test_a_column_under_another_name_is_renamed(panel: RunPanel, sheet: str):
    reads = Path(sheet).parent / "reads.fastq.gz"
    panel.submitting.source.paste(f"sample\treads_1\ngut_02\t{reads}\n")
    assert blocked(panel, "Fix 1 cell first.")

    panel.submitting.grid.rename(0, panel.submitting.grid.issues[0]["suggestion"])

    assert ready(panel)


def test_rows_are_added_and_removed(panel: RunPanel, sheet: str):
    assert ready(panel)
    reads = "reads.fastq.gz"
    grid = panel.submitting.grid
    grid.add()
    grid.edit([(2, 0, "gut_03"), (2, 1, reads)])
    assert until(lambda: panel.submit.label == "Submit 3 runs")
    grid.remove(0)
    assert until(lambda: panel.submit.label == "Submit 2 runs" and not panel.submit.disabled)
    assert [cells[0] for _, cells in grid.rows] == ["gut_02", "gut_03"]


def test_a_sheet_is_uploaded(panel: RunPanel, sheet: str):
    text = f"\ufeffsample_id\treads_1\r\n001\t{Path(sheet).parent}/reads.fastq.gz\r\n"
    panel.submitting.source.upload("samples.tsv", text.encode("utf-16"))

    assert until(lambda: panel.submit.label == "Submit 1 run")
    assert panel.submitting.grid.rows[0][1][0] == "001"


def test_a_data_frame_is_a_choice_of_its_own(client: Client, email: str):
    frame = pd.DataFrame({"sample_id": ["a b"], "reads_1": ["x.fastq"]})
    panel = RunPanel(frame, client=client, email=email)

    assert panel.submitting.source.mode == "frame"
    assert blocked(panel, "Fix 2 cells first.")
    assert panel.submitting.grid.rows[0][1][0] == "a b"
    panel.close()


def test_a_sheet_that_is_not_there_is_told(panel: RunPanel):
    panel.submitting.source.choose("nowhere.tsv")

    assert blocked(panel, "nowhere.tsv")
    assert panel.submitting.grid.rows == []


def test_a_pipeline_that_cannot_be_run_is_no_choice(tmp_path: Path, email: str):
    add_pipeline(tmp_path / "pipelines", "Good", ["true"])
    add_pipeline(tmp_path / "pipelines", "Bad", ["true"])
    (tmp_path / "pipelines" / "Bad" / "schema_input.json").write_text("{")
    pipelines = f"--OmniDomainApp.pipelines_path={tmp_path / 'pipelines'}"
    with live_server(tmp_path, pipelines) as server:
        client = connect(server.url, server.token)
        panel = RunPanel(pipeline="Bad", client=client, email=email)
        picker = panel.submitting.pipeline
        broken = {each["name"]: each["broken"] for each in picker.options if each["broken"]}

        assert set(broken) == {"Bad"}
        assert "schema_input.json" in broken["Bad"]
        assert picker.missing == f"Bad cannot be run: {broken['Bad']}"
        assert picker.value not in {"", "Bad"}
        panel.close()
        client.close()


def test_a_form_for_those_who_have_no_sheet(panel: RunPanel, sheet: str):
    source = panel.submitting.source
    assert until(lambda: any(each["name"] == "sample_id" for each in source.columns))
    source.mode = "form"
    assert blocked(panel, "Fill in a sample first.")

    source.samples = [{"sample_id": "my sample", "reads_1": "nothing.fastq.gz"}]
    assert blocked(panel, "Fix 2 cells first.")
    assert [(each["row"], each["column"]) for each in source.issues] == [
        (1, "sample_id"),
        (1, "reads_1"),
    ]
    reads = f"{Path(sheet).parent}/reads.fastq.gz"
    source.samples = [{"sample_id": name, "reads_1": reads} for name in ("a", "b", "c")]

    assert until(lambda: panel.submit.label == "Submit 3 runs")
    assert source.issues == []


def test_a_form_is_checked_against_the_pipeline_that_is_chosen(panel: RunPanel, sheet: str):
    source = panel.submitting.source
    assert until(lambda: any(each["name"] == "reads_1" for each in source.columns))
    source.mode = "form"
    source.samples = [{"sample_id": "a", "reads_1": "nothing.fastq.gz", "longreads": "x.fastq.gz"}]
    assert blocked(panel, "Fix 1 cell first.")

    panel.submitting.pipeline.value = "FungalFlow"

    assert until(lambda: [each["column"] for each in source.issues] == ["longreads"], 20)


def test_a_form_tells_also_what_it_has_no_field_for(client: Client, email: str):
    panel = RunPanel(pipeline="NextAMR", client=client, email=email)
    source = panel.submitting.source
    assert until(lambda: any(each["name"] == "illumina_r1" for each in source.columns))
    source.mode = "form"
    source.samples = [{"sample_id": "a", "illumina_r1": "nothing.fastq.gz"}]

    assert until(lambda: "is not installed on this machine" in source.note, 20)
    assert panel.submit.can_resume
    panel.close()


def test_a_folder_of_reads_becomes_a_sheet(panel: RunPanel, server: LiveServer, sheet: str):
    folder = server.root / Path(sheet).parent / "reads"
    folder.mkdir()
    content = (server.root / Path(sheet).parent / "reads.fastq.gz").read_bytes()
    for name in ("soil_01_R1", "soil_01_R2", "soil_02_R1", "soil_02_R2"):
        (folder / f"{name}.fastq.gz").write_bytes(content)
    panel.submitting.source.mode = "folder"
    panel.submitting.source.folder = str(folder.relative_to(server.root))

    assert until(lambda: panel.submit.label == "Submit 2 runs")
    assert panel.submitting.grid.columns == ["sample_id", "reads_1", "reads_2"]
    assert "2 samples, all with their files" in panel.submitting.source.note


def test_sheets_and_reads_on_the_server_are_offered(panel: RunPanel, sheet: str):
    source = panel.submitting.source
    assert until(lambda: sheet in source.sheets)
    assert str(Path(sheet).parent) in source.folders


def test_a_second_click_submits_nothing(panel: RunPanel, client: Client):
    assert ready(panel)
    panel.submit.click()
    panel.submit.click()

    assert until(lambda: panel.submit.state == "done")
    assert len(client.runs()) == 2


def test_the_cell_run_again_submits_nothing_twice(panel: RunPanel, sheet: str, client: Client):
    assert ready(panel)
    panel.submit.click()
    assert until(lambda: panel.submit.state == "done")
    until(lambda: False, 2.5)  # what was submitted a moment ago may be this very click
    again = RunPanel(sheet, client=client)
    assert ready(again)
    again.submit.click()

    assert until(lambda: again.submit.state == "done")
    assert "Nothing was submitted twice" in again.submit.reason
    assert again.tabs.selected == "submit"
    assert len(client.runs()) == 2
    again.close()


def test_a_sheet_can_be_submitted_again_on_purpose(panel: RunPanel, client: Client):
    assert ready(panel)
    panel.submit.click()
    assert until(lambda: panel.submit.state == "done")
    panel.submit.again()

    assert until(lambda: len(client.runs()) == 4)


def test_a_sheet_of_a_thousand_rows_goes_in_pieces(panel: RunPanel, server: LiveServer):
    many = write_sheet(server.root / "thousands", [f"gut_{number:05}" for number in range(5000)])
    grid = panel.submitting.grid
    sent: list[int] = []
    grid.send = lambda content, buffers=None: sent.append(len(json.dumps(content)))

    panel.submitting.source.choose(str(many.relative_to(server.root)))
    assert until(lambda: panel.submit.label == "Submit 5,000 runs")

    assert len(grid.rows) == 50
    assert len(json.dumps(grid.get_state(["rows", "issues"]))) < 200_000
    start = 50
    while start < 5000:
        grid._handle_custom_msg({"kind": "more", "start": start, "version": grid.version}, [])
        start += len(grid._piece(start)["rows"])
    assert max(sent) < 200_000
    assert len(sent) < 10


def test_what_comes_in_slices_is_put_together(panel: RunPanel, sheet: str):
    source = panel.submitting.source
    text = f"sample_id\treads_1\ngut_01\t{Path(sheet).parent}/reads.fastq.gz\n".encode()
    sent: list[dict[str, Any]] = []
    source.send = lambda content, buffers=None: sent.append(content)

    def slices(name: str, *starts: int) -> None:
        about = {"kind": "slice", "id": name, "into": "upload", "name": "a.tsv", "size": len(text)}
        for start in starts:
            part = memoryview(text[start : start + 20])
            source._handle_custom_msg({**about, "start": start}, [part])

    slices("left off", 0, 20)
    slices("whole", *range(0, len(text), 20))
    slices("left off", 40)

    assert until(lambda: panel.submit.label == "Submit 1 run")
    assert sent[1] == {"kind": "taken", "id": "left off", "bytes": 40}
    assert sent[-2] == {"kind": "taken", "id": "whole", "bytes": len(text)}


def test_what_is_no_sheet_makes_no_large_message(panel: RunPanel):
    columns = "\t".join(f"{number}{'字' * 500}" for number in range(1000))
    panel.submitting.source.paste(f"{columns}\n{columns}\n")
    grid = panel.submitting.grid
    assert until(lambda: (grid.columns_total, len(grid.columns)) == (1000, 150))
    assert until(lambda: bool(grid.issues))

    for part in (grid, panel.submitting.source, panel.submit):
        state = {key: text for key, text in part.get_state().items() if not key.startswith("_")}
        assert all(
            len(json.dumps(value, ensure_ascii=False).encode()) < 200_000
            for value in state.values()
        )


def test_the_folder_of_an_uploaded_sheet_is_asked_for(panel: RunPanel, sheet: str):
    source, grid = panel.submitting.source, panel.submitting.grid
    source.upload("mine.tsv", b"sample_id\treads_1\treads_2\ngut_01\treads.fastq.gz\t-\n")
    assert blocked(panel, "Fix 1 cell first.")
    assert source.ask_folder

    source._handle_custom_msg({"kind": "folder", "folder": str(Path(sheet).parent)}, [])

    assert until(lambda: panel.submit.label == "Submit 1 run")
    assert grid.rows[0][1] == ["gut_01", f"{Path(sheet).parent}/reads.fastq.gz", "-"]
    assert not source.ask_folder
