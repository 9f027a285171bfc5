"""Results come in pages, and the client gives all of them."""

from __future__ import annotations

from pathlib import Path

from omnidomain_jupyter.client import Client


def test_all_files_of_a_run_are_listed(client: Client, sheet: str):
    submission = client.submit(sheet, "Notes").wait(120, progress=False)
    run = client.run(submission.runs()["run_id"][0])
    for number in range(1200):
        Path(run.model.outdir, f"{number:04}.txt").write_text("")

    paths = list(run.results()["path"])

    assert len(paths) == 1202
    assert paths == sorted(paths)
