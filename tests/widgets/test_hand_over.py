"""However often the button is pressed, and whatever is lost on the wire, a sheet runs once."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from client.live_server import LiveServer, live_server
from client.lossy_proxy import LossyProxy, lossy_proxy
from client.reads import write_sheet
from widgets.waiting import ready, statuses, until

from omnidomain_jupyter._transport import PAUSES
from omnidomain_jupyter.client import Client, connect
from omnidomain_jupyter.widgets import RunPanel, sheet_file

ALL = len(PAUSES) + 1  # tries of one press


@pytest.fixture
def proxy(server: LiveServer) -> Iterator[LossyProxy]:
    with lossy_proxy(server.url) as proxy:
        yield proxy


@pytest.fixture
def through(proxy: LossyProxy, server: LiveServer, email: str) -> Iterator[Client]:
    client = connect(proxy.url, server.token, email)
    yield client
    client.close()


@pytest.fixture(params=["a sheet that is shown", "a sheet that only the server reads"])
def panel(
    request: pytest.FixtureRequest, through: Client, sheet: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[RunPanel]:
    """A panel whose answers may be lost."""
    if "only" in request.param:
        monkeypatch.setattr(sheet_file, "LARGEST", 10)
    monkeypatch.chdir(Path(__file__).parent)
    panel = RunPanel(sheet, client=through)
    assert ready(panel)
    yield panel
    panel.close()


def _wait(event: threading.Event) -> None:
    assert event.wait(20)


def unanswered(panel: RunPanel) -> bool:
    """Wait until the panel has given up waiting for an answer."""
    return until(lambda: panel.submit.reason.startswith("No answer yet."), 20)


def submitted(panel: RunPanel) -> bool:
    """Wait until the panel has got its answer."""
    return until(lambda: panel.submit.state == "done", 20)


def test_pressed_again_after_a_lost_answer_it_is_the_same_submission(
    panel: RunPanel, proxy: LossyProxy, through: Client
):
    proxy.lose = ALL
    panel.submit.click()
    assert unanswered(panel)
    assert "nothing is submitted twice" in panel.submit.reason

    panel.submit.click()

    assert submitted(panel)
    assert len(through.runs()) == 2


def test_once_more_on_purpose_is_once_more_also_when_its_answer_is_lost(
    panel: RunPanel, proxy: LossyProxy, through: Client
):
    panel.submit.click()
    assert submitted(panel)
    proxy.lose = ALL
    panel.submit.again()
    assert unanswered(panel)

    panel.submit.click()

    assert submitted(panel)
    assert len(through.runs()) == 4


def test_what_was_on_the_page_when_it_was_pressed_is_submitted(panel: RunPanel, through: Client):
    go_on = threading.Event()
    panel.submitting._worker.do("busy", partial(_wait, go_on))
    panel.submit.click()
    panel.submitting.pipeline.value = "NextAMR"
    go_on.set()

    assert until(lambda: len(through.runs()) == 2)
    assert set(through.runs()["pipeline"]) == {"ReadQC"}


def test_the_cost_is_told_and_the_resume_switch_reaches_nextflow(tmp_path: Path, email: str):
    nextflow = tmp_path / "bin" / "nextflow"
    nextflow.parent.mkdir()
    nextflow.write_text('#!/bin/sh\necho "given: $@"\n')
    nextflow.chmod(0o755)
    path = f"{nextflow.parent}{os.pathsep}{os.environ['PATH']}"
    with live_server(tmp_path, variables={"PATH": path}) as server:
        write_sheet(server.root / "plate", ["gut_01"])
        client = connect(server.url, server.token)
        sheet = "sample_id\tshortreads_r1\ngut_01\tplate/reads.fastq.gz\n"
        panel = RunPanel(sheet, "FungalFlow", client=client, email=email)
        assert ready(panel)
        assert panel.submit.facts == "1 sample · ready · about 5.00 to 15.00 USD"
        assert panel.submit.can_resume

        panel.submit.resume = True
        panel.submit.click()

        assert submitted(panel)
        assert until(lambda: statuses(panel) == ["COMPLETED"])
        run = client.run(panel.table.runs[0]["run_id"])
        assert any("given:" in line and "-resume" in line for line in run.logs())
        panel.close()
        client.close()


def test_what_is_submitted_is_what_was_seen(through: Client, server: LiveServer, sheet: str):
    panel = RunPanel(sheet, client=through)
    assert ready(panel)
    file = server.root / sheet
    file.write_bytes(file.read_bytes() + b"added\treads.fastq.gz\n")

    panel.submit.click()

    assert until(lambda: panel.submit.label == "Submit 3 runs")
    assert len(through.runs()) == 0
    panel.submit.click()
    assert submitted(panel)
    assert len(through.runs()) == 3
    panel.close()
