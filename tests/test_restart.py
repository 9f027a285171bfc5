"""Jupyter is killed while a run goes on: the run ends as if nothing had been."""

from __future__ import annotations

import time
from pathlib import Path

from client.live_server import LiveServer
from handlers.conftest import add_pipeline

from omnidomain_jupyter.client import connect


def test_a_run_survives_the_death_of_the_server(tmp_path: Path):
    pipelines = tmp_path / "pipelines"
    add_pipeline(pipelines, "Short", ["sh", "-c", "sleep 3; echo done"])
    server = LiveServer(
        tmp_path / "home", arguments=[f"--OmniDomainApp.pipelines_path={pipelines}"]
    )
    server.start()
    try:
        client = connect(url=server.url, token=server.token, email="ada@example.org")
        submission = client.submit("sample_id\none\n", "Short")
        run = client.run(submission.runs()["run_id"].iloc[0])
        deadline = time.monotonic() + 30
        while run.refresh().status != "RUNNING":
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert server.process is not None
        server.process.kill()
        server.process.wait()
        time.sleep(3.5)  # the run ends while there is no server
        server.start()
        run.wait(timeout=30, progress=False)
        assert run.status == "COMPLETED"
        assert list(run.history["status"]) == [
            "CREATED",
            "SUBMITTED",
            "RUNNING",
            "COMPLETED",
        ]
    finally:
        server.stop()
