"""Looking at what a run has left."""

from __future__ import annotations

import gzip
from pathlib import Path
from uuid import uuid4

import pytest
from client.live_server import LiveServer
from widgets.waiting import ready, statuses, until

from omnidomain_jupyter.client import Client
from omnidomain_jupyter.widgets import RunPanel


def test_files_numbers_and_a_report_in_pieces(panel: RunPanel, client: Client):
    assert ready(panel)
    panel.submit.click()
    assert until(lambda: statuses(panel) == ["COMPLETED"] * 2)
    view = panel.results.view
    assert until(lambda: len(view.choices) == 2)
    pieces: list[tuple[dict, bytes]] = []
    view.send = lambda content, buffers=(): pieces.append((content, *map(bytes, buffers)))

    panel.results.show(panel.table.runs[0]["run_id"])

    assert until(lambda: view.shown.get("kind") == "html")
    assert until(lambda: len(view.numbers.get("rows", ())) == 2)
    assert {row["sample"] for row in view.numbers["rows"]} == {"gut_01", "gut_02"}
    assert [row["values"][0] for row in view.numbers["rows"]] == [40, 40]
    assert [row["chosen"] for row in view.numbers["rows"]] == [True, False]
    path, size = view.files[0]
    assert path.endswith(".html")
    view._handle_custom_msg({"kind": "content", "key": view.shown["key"]}, [])
    assert sum(len(data) for _, data in pieces) == size
    assert max(len(data) for _, data in pieces) <= 100_000
    assert pieces[0][1].lstrip().startswith(b"<!DOCTYPE html>")


def test_a_table_and_a_file_without_a_preview(panel: RunPanel):
    assert ready(panel)
    panel.submit.click()
    assert until(lambda: statuses(panel) == ["COMPLETED"] * 2)
    view = panel.results.view
    run_id = panel.table.runs[0]["run_id"]
    panel.results.show(run_id)
    assert until(lambda: bool(view.files))
    outdir = Path(view.run["outdir"])
    rows = "".join(f"gut_{number}\t{number}\n" for number in range(80))
    (outdir / "counts.tsv").write_text(f"sample\treads\n{rows}")
    (outdir / "reads.bam").write_bytes(b"BAM")
    panel.results.show(run_id)
    assert until(lambda: any(path == "counts.tsv" for path, _ in view.files))

    view._handle_custom_msg({"kind": "file", "id": "counts.tsv"}, [])
    assert until(lambda: view.shown.get("kind") == "table")
    assert view.shown["columns"] == [["sample", "text"], ["reads", "integer"]]
    assert (len(view.shown["rows"]), view.shown["more_rows"]) == (50, True)
    assert view.shown["of_all"] == "counts.tsv"

    view._handle_custom_msg({"kind": "file", "id": "reads.bam"}, [])
    assert until(lambda: "no preview" in view.shown.get("text", ""))


@pytest.fixture
def finished(panel: RunPanel) -> tuple[str, Path]:
    """A run that has completed: its id, and its output directory."""
    assert ready(panel)
    panel.submit.click()
    assert until(lambda: statuses(panel) == ["COMPLETED"] * 2)
    run_id = panel.table.runs[0]["run_id"]
    panel.results.show(run_id)
    assert until(lambda: bool(panel.results.view.files))
    return run_id, Path(panel.results.view.run["outdir"])


def test_of_very_many_files_a_folder_s_come_when_it_is_opened(panel: RunPanel, finished):
    run_id, outdir = finished
    for name in [*(f"aligned/{number:04}.bam" for number in range(1200)), "variants/a.vcf"]:
        (outdir / name).parent.mkdir(exist_ok=True)
        (outdir / name).touch()
    (outdir / "multiqc").mkdir()
    (outdir / "multiqc" / "report.tsv.gz").write_bytes(gzip.compress(b"a\tb\n1\t2\n"))
    view = panel.results.view
    panel.results.show(run_id)
    assert until(lambda: len(view.folders) == 2)
    assert view.folders == [["aligned", False], ["variants", False]]
    shown = [path for path, _ in view.files]
    assert shown[-1] == "multiqc/report.tsv.gz", "reports are looked for"
    assert "open a folder" in view.note
    key = view.files_key

    view._handle_custom_msg({"kind": "file", "id": shown[-1]}, [])
    assert until(lambda: view.shown.get("rows") == [["1", "2"]])

    view._handle_custom_msg({"kind": "folder", "id": "aligned"}, [])
    assert until(lambda: view.folders == [["aligned", True], ["variants", False]])
    view._handle_custom_msg({"kind": "folder", "id": "aligned"}, [])
    assert until(lambda: view.folders == [["variants", False]])
    view._handle_custom_msg({"kind": "folder", "id": "variants"}, [])
    assert until(lambda: view.folders == [])
    assert view.files_key == key, "the list is gone on with"
    paths = [path for path, _ in view.files]
    assert paths[: len(shown)] == shown
    assert len(set(paths)) == len(paths) == len(shown) + 1201
    view._handle_custom_msg({"kind": "folder", "id": "no such"}, [])
    panel.results.show(run_id)
    assert until(lambda: view.files_key > key)


def test_outputs_that_are_links_are_not_called_none(panel: RunPanel, client: Client, finished):
    run_id, outdir = finished
    for file in [*outdir.iterdir()]:
        file.unlink()
    (outdir / "reads.bam").symlink_to("/etc/hostname")
    panel.results.show(run_id)
    view = panel.results.view
    assert until(lambda: "1 link leads out of the output directory" in view.note)
    run = client.run(run_id)
    with pytest.warns(UserWarning, match="1 link leads out"):
        assert run.results().empty
    with pytest.warns(UserWarning, match=f"{run.sample_id}: 1 link leads out"):
        client.submission(run.model.submission_id).results(progress=False)


def test_files_that_are_there_are_replaced_by_who_says_so(
    panel: RunPanel, finished, server: LiveServer
):
    view = panel.results.view
    name = view.files[1][0]
    message = {"kind": "save", "key": view.files_key, "files": [1], "folder": finished[0]}
    kept = server.root / finished[0] / name
    view._handle_custom_msg(message, [])
    assert until(lambda: "1 file is in" in view.saved)
    kept.write_text("mine")
    view._handle_custom_msg(message, [])
    assert until(lambda: "There already" in view.saved)
    assert kept.read_text() == "mine"
    view._handle_custom_msg({**message, "overwrite": True}, [])
    assert until(lambda: "1 file is in" in view.saved)
    assert kept.read_text() != "mine"


def test_runs_that_the_monitor_does_not_look_at_are_offered_too(panel: RunPanel, client, sheet):
    assert ready(panel)
    panel.submit.click()
    assert until(lambda: statuses(panel) == ["COMPLETED"] * 2)
    assert until(lambda: len(panel.results.view.choices) == 2)
    assert "submission_id" in panel.table.filters
    panel.tabs.selected = "monitor"
    client.submit(sheet, "ReadQC").wait(progress=False)
    panel.tabs.selected = "results"
    assert until(lambda: len(panel.results.view.choices) == 4)


def test_the_curves_of_the_submission(panel: RunPanel):
    assert ready(panel)
    panel.submit.click()
    assert until(lambda: statuses(panel) == ["COMPLETED"] * 2)
    view = panel.results.view
    chosen = next(run for run in panel.table.runs if run["sample"] == "gut_02")

    panel.results.show(chosen["run_id"])

    assert until(lambda: bool(view.plot))
    assert (view.plot["name"], view.plot["count"]) == ("quality", 2)
    assert {line["label"]: line["own"] for line in view.plot["lines"]} == {
        "gut_01": False,
        "gut_02": True,
    }
    view._handle_custom_msg({"kind": "profile", "id": "length"}, [])
    assert until(lambda: view.plot.get("name") == "length")
    assert view.plot["lines"][0]["y"][-1] == 0
    view._handle_custom_msg({"kind": "profile", "id": "colour"}, [])
    view._handle_custom_msg({"kind": "profile", "id": "gc"}, [])
    assert until(lambda: view.plot.get("name") == "gc")


def test_a_run_of_its_own_has_its_curves(client: Client, email: str, sheet: str):
    client.sign_in(email)
    folder = Path(sheet).parent
    row = {"sample_id": "alone", "reads_1": str(folder / "reads.fastq.gz")}
    run = client._transport.post(
        "runs", {"pipeline": "ReadQC", "sample_id": "alone", "tsv_row": row}
    )
    client.run(run["run_id"]).wait(60, progress=False)
    panel = RunPanel(client=client)
    assert until(lambda: bool(panel.results.view.choices))

    panel.results.show(run["run_id"])

    assert until(lambda: bool(panel.results.view.plot))
    assert [line["label"] for line in panel.results.view.plot["lines"]] == ["alone"]
    panel.close()


def test_chosen_files_are_saved_among_ones_own(panel: RunPanel, server: LiveServer):
    assert ready(panel)
    panel.submit.click()
    assert until(lambda: statuses(panel) == ["COMPLETED"] * 2)
    view = panel.results.view
    panel.results.show(panel.table.runs[0]["run_id"])
    assert until(lambda: len(view.files) > 1)
    wanted, folder = view.files[1][0], f"kept/{panel.table.runs[0]['run_id']}"
    message = {"kind": "save", "files": [1, 99], "folder": folder}

    view._handle_custom_msg(message | {"key": view.files_key - 1}, [])  # of another run
    view._handle_custom_msg(message | {"key": view.files_key}, [])

    assert until(lambda: "1 file is in" in view.saved)
    assert view.saved_in == folder
    kept = server.root / folder
    assert [path.name for path in kept.rglob("*") if path.is_file()] == [wanted]
    view._handle_custom_msg(message | {"key": view.files_key}, [])
    assert until(lambda: "already" in view.saved), view.saved
    assert view.saved_in is None
    whole = {"key": view.files_key, "folder": f"{server.root}/{folder}/again/"}
    view._handle_custom_msg(message | whole, [])
    assert until(lambda: view.saved_in == f"{folder}/again"), view.saved


def test_the_numbers_are_read_again_when_another_run_has_ended(panel: RunPanel, client: Client):
    assert ready(panel)
    panel.submit.click()
    assert until(lambda: statuses(panel) == ["COMPLETED"] * 2)
    view, tab = panel.results.view, panel.results
    newest = client.run(panel.table.runs[0]["run_id"])
    tab.show(newest.run_id)
    assert until(lambda: len(view.numbers.get("rows", ())) == 2)
    view.numbers = {}

    tab.note([newest.model.model_copy(update={"run_id": uuid4()})])

    assert until(lambda: len(view.numbers.get("rows", ())) == 2, 15)
