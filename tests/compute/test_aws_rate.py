"""How fast AWS is asked: a clock of the test's own, and then the stand-in's 429."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from omnidomain_jupyter.compute.aws_rate import CallRate
from omnidomain_jupyter.errors import BackendThrottledError


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


def rate(clock: Clock, calls_per_second: float = 50) -> CallRate:
    return CallRate(calls_per_second, clock=clock, sleep=clock.sleep)


def most_in_a_second(times: list[float]) -> int:
    return max(sum(start <= each < start + 1 for each in times) for start in times)


def test_calls_are_made_at_the_whole_rate_and_never_above(clock):
    calls, times = rate(clock), []
    clock.now += 3600
    for _ in range(500):
        calls.acquire()
        times.append(clock.now)
    assert times[0] == 4600.0
    assert most_in_a_second(times) <= 50
    assert times[-1] - times[0] <= 1.05 * 10


def test_a_stall_is_made_up_for_within_the_limit(clock):
    calls, times = rate(clock), []
    for call in range(500):
        if call % 100 == 50:
            clock.now += 0.2
        calls.acquire()
        times.append(clock.now)
    assert most_in_a_second(times) <= 50
    assert times[-1] - times[0] <= 1.05 * 10


def test_many_429_slow_down_and_the_rate_comes_back(clock):
    calls = rate(clock)
    before = calls.now
    calls.throttled()
    assert calls.now > 0.95 * before
    for _ in range(25):
        calls.throttled()
    low = calls.now
    assert low < before / 2
    clock.now += 1
    assert low < calls.now < before
    clock.now += 10
    assert calls.now == before


@pytest.mark.parametrize("allowed", [5, 25, 40])
def test_with_others_on_the_account_the_rate_finds_what_is_left(clock, allowed):
    calls, arrived, passed = rate(clock), [], []
    while clock.now < 1060:
        calls.acquire()
        arrived.append(clock.now)
        if sum(each > clock.now - 1 for each in passed) >= allowed:
            calls.throttled()
        else:
            passed.append(clock.now)
    late = [each for each in arrived if each > 1040]
    assert allowed * 20 <= len(late) + 20 <= (allowed + 12) * 20 + 20
    assert sum(each > 1040 for each in passed) >= 0.9 * allowed * 20


def test_who_would_wait_for_long_is_told_to_come_back(clock):
    calls = CallRate(1, longest_wait_s=0.5, clock=clock, sleep=clock.sleep)
    calls.acquire()
    with pytest.raises(BackendThrottledError):
        calls.acquire()
    clock.now += 2
    calls.acquire()


def test_calls_of_many_threads_are_not_throttled(make_batch, batch_api, batch_job):
    # On a busy machine calls arrive closer together than they have left.
    batch_api.latency_s, batch_api.calls_per_second = 0.1, 60
    batch = make_batch(calls_per_second=50)
    batch.submit(batch_job("warm"))
    with ThreadPoolExecutor(16) as pool:
        ids = set(pool.map(lambda n: batch.submit(batch_job(f"job-{n}")), range(150)))
    assert len(ids) == 150
    assert batch_api.calls["SubmitJob"] <= 153
