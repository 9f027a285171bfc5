"""A run that has failed, from near."""

from __future__ import annotations

import sys
from pathlib import Path

from client.live_server import live_server
from dropped_pipelines import add_pipeline
from handlers.test_logs import NEXTFLOW
from widgets.waiting import our_threads, until

from omnidomain_jupyter.client import connect
from omnidomain_jupyter.widgets import RunPanel


def test_the_error_of_nextflow_stands_before_its_log(tmp_path: Path, monkeypatch):
    script = tmp_path / "workflow.py"
    script.write_text(f"import sys\nprint({NEXTFLOW!r})\nsys.exit(1)\n")
    add_pipeline(tmp_path / "pipelines", "Workflow", [sys.executable, str(script)])
    option = f"--OmniDomainApp.pipelines_path={tmp_path / 'pipelines'}"
    with live_server(tmp_path / "server", option) as server:
        monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(server.runtime))
        monkeypatch.setenv("JPY_PARENT_PID", str(server.pid))
        monkeypatch.chdir(server.root)
        client = connect(email="ada@example.org")
        client.submit("sample_id\na\n", "Workflow").wait(progress=False)
        panel = RunPanel(client=client, email="ada@example.org")
        try:
            assert until(lambda: len(panel.table.runs) == 1)
            panel.table.selected = panel.table.runs[0]["run_id"]
            details = panel.monitor.details
            assert until(lambda: bool(details.error))
            assert details.error[0] == "ERROR ~ Error executing process > 'ASSEMBLE (a)'"
            assert details.error[-1].strip() == "/work/ab/cdef"
            assert details.uploads == []
            view = panel.results.view
            panel.results.show(details.run["run_id"])
            assert until(lambda: view.note.endswith("Exit code 1. This run has left no files."))
            assert view.note.startswith("It failed. The step ASSEMBLE (a) failed. Exit code 137")
            details._handle_custom_msg({"kind": "close", "id": ""}, [])
            assert until(lambda: details.error == [])
        finally:
            panel.close()
            client.close()
    assert until(lambda: our_threads() == 0, 10)
