"""Looking at what a run has left."""

from __future__ import annotations

import json
from pathlib import Path

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
    assert until(lambda: len(view.numbers) == 2)
    assert {row["sample"] for row in view.numbers} == {"gut_01", "gut_02"}
    assert [row["reads"] for row in view.numbers] == [40, 40]
    assert [row["chosen"] for row in view.numbers].count(True) == 1
    path, size, link = view.files[0]
    assert path.endswith(".html")
    assert link.startswith("omnidomain-results/")
    assert until(lambda: sum(len(data) for _, data in pieces) == size)
    assert max(len(data) for _, data in pieces) < 150_000
    assert pieces[0][1].lstrip().startswith(b"<!DOCTYPE html>")
    assert len(json.dumps(view.get_state(["files", "numbers", "shown"]))) < 200_000


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
    assert until(lambda: any(path == "counts.tsv" for path, _, _ in view.files))

    view._handle_custom_msg({"kind": "file", "id": "counts.tsv"}, [])
    assert until(lambda: view.shown.get("kind") == "table")
    assert view.shown["total"] == [80, 2]
    assert len(view.shown["rows"]) == 50
    assert view.shown["numeric"] == [False, True]

    view._handle_custom_msg({"kind": "file", "id": "reads.bam"}, [])
    assert until(lambda: "no preview" in view.shown.get("text", ""))
