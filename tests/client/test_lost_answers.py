"""An answer that is lost makes no second submission."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from client.live_server import LiveServer
from client.lossy_proxy import LossyProxy, lossy_proxy

from omnidomain_jupyter._transport import PAUSES
from omnidomain_jupyter.client import Client, ServerAwayError, connect


@pytest.fixture
def proxy(server: LiveServer) -> Iterator[LossyProxy]:
    with lossy_proxy(server.url) as proxy:
        yield proxy


@pytest.fixture
def through(proxy: LossyProxy, server: LiveServer) -> Iterator[Client]:
    client = connect(proxy.url, server.token, f"{uuid4().hex}@example.org")
    yield client
    client.close()


def test_a_lost_answer_is_asked_for_again(through: Client, proxy: LossyProxy, sheet: str):
    proxy.lose = 2

    submission = through.submit(sheet, "ReadQC")

    assert proxy.passed == 3
    assert submission.total == len(through.runs()) == 2


def test_submitting_again_after_giving_up_is_the_same(
    through: Client, proxy: LossyProxy, sheet: str
):
    proxy.lose = len(PAUSES) + 1
    with pytest.raises(ServerAwayError):
        through.submit(sheet, "ReadQC")

    through.submit(sheet, "ReadQC")

    assert len(through.runs()) == 2


def test_a_third_time_is_a_new_submission(through: Client, proxy: LossyProxy, sheet: str):
    proxy.lose = len(PAUSES) + 1
    with pytest.raises(ServerAwayError):
        through.submit(sheet, "ReadQC")

    for _ in range(2):
        through.submit(sheet, "ReadQC")

    assert len(through.runs()) == 4
