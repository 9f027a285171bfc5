"""A run while it runs: its status is that of now, and its log is printed once."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from client.live_server import LiveServer, live_server

from omnidomain_jupyter.client import Client, connect
from omnidomain_jupyter.status import RunStatus

SLOW = """
name = "Slow"
title = "Says two things"
engine = "command"
command = ["sh", "-c", "echo first; sleep 2; echo last", "{sample_id}"]
"""
SCHEMA = '{"type": "array", "items": {"properties": {"sample_id": {"type": "string"}}}}'
SHEET = "sample_id\na\n"


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory):
    home = tmp_path_factory.mktemp("slow")
    folder = home / "pipelines" / "Slow"
    folder.mkdir(parents=True)
    (folder / "pipeline.toml").write_text(SLOW)
    (folder / "schema_input.json").write_text(SCHEMA)
    path = f"--OmniDomainApp.pipelines_path={home / 'pipelines'}"
    with live_server(home, path) as server:
        yield server


@pytest.fixture
def client(slow: LiveServer):
    client = connect(slow.url, slow.token, "ada@example.org")
    yield client
    client.close()


def test_the_status_is_that_of_now(client: Client):
    submission = client.submit(SHEET, "Slow")
    run = client.run(submission.runs()["run_id"][0])
    deadline = time.monotonic() + 60
    while not run.ended and time.monotonic() < deadline:
        time.sleep(0.2)
    assert run.status is RunStatus.COMPLETED
    assert submission.progress == 1
    assert "COMPLETED" in repr(run)
    assert "COMPLETED" in repr(submission)


def test_a_log_that_is_followed_is_printed_once(client: Client, capsys):
    run = client.run(client.submit(SHEET, "Slow").runs()["run_id"][0])
    log = run.logs(follow=True)
    assert list(log) == ["first", "last"]
    assert capsys.readouterr().out == "first\nlast\n"
    assert run.model.status is RunStatus.COMPLETED
    log._ipython_display_()  # type: ignore[attr-defined] # a notebook would show it once more
    assert capsys.readouterr().out == ""
    assert repr(run.logs()) == "first\nlast"


def test_the_bar_says_where_the_runs_are_and_says_it_once(client: Client, capsys):
    client.submit(SHEET, "Slow").wait(60)
    bars = capsys.readouterr().err.split("\r")
    assert "Slow: 1 COMPLETED: 100%" in bars[-1]
    assert len(bars) < 20


def test_a_server_that_starts_again_is_waited_for(slow: LiveServer, client: Client, capsys):
    submission = client.submit(SHEET, "Slow")
    run = client.run(submission.runs()["run_id"][0])
    slow.stop()
    again = threading.Timer(4, slow.start)
    again.start()
    log = run.logs(follow=True)
    again.join()
    assert list(log) == ["first", "last"]
    assert submission.wait(60, progress=False).progress == 1


def test_rows_come_in_the_order_of_the_sheet(client: Client, tmp_path: Path):
    names = [f"s{number}" for number in range(30, 0, -1)]
    runs = client.submit("sample_id\n" + "\n".join(names) + "\n", "Slow")
    assert list(runs.runs()["sample_id"]) == names
    runs.cancel()
    runs.wait(60, progress=False)
