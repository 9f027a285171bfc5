"""Submitting what waits for it in the background: sheets, and what a dead server left behind."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from ..compute.base import ComputeBackend
from ..errors import StoreUnavailableError
from ..store.database import Database
from .attempt import Attempt, Later, Outcome
from .submitter import Submitter

PAGE = 500
LOOK_AGAIN_S = 0.5
MOST_IN_FLIGHT = 32


class Drain:
    """Takes runs that have no job from the store and gives them to the backend, many at a time.

    Each run is leased first, so that of several servers one submits it.
    """

    def __init__(self, database: Database, backend: ComputeBackend, submitter: Submitter) -> None:
        self._database = database
        self._backend = backend
        self._submitter = submitter
        self._lease = submitter.lease
        self._in_flight = min(getattr(backend, "in_flight", 1), MOST_IN_FLIGHT)
        self._one_at_a_time = threading.Lock()
        self._stopping = threading.Event()
        self._waiting: deque[Attempt] = deque()
        self._later: list[Attempt] = []
        self._claimed_at = float("-inf")

    @property
    def busy(self) -> bool:
        """Whether this server has leased runs that have no job yet."""
        return bool(self._waiting or self._later or self._submitter.left_behind)

    def drain(self) -> int:
        """Submit all runs that wait for it; return how many were settled.

        Raises
        ------
        StoreUnavailableError : the database is away; nothing is lost, call again later
        """
        if not self._one_at_a_time.acquire(blocking=False):
            return 0
        try:
            self._claimed_at = float("-inf")
            self._tidy()
            self._adopt()
            self._claim()
            if not self._waiting and not self._later:
                return 0
            with ThreadPoolExecutor(self._in_flight, "omnidomain-submit") as pool:
                return self._drain(pool)
        finally:
            self._one_at_a_time.release()

    def stop(self) -> None:
        """Let what is in flight end, give the rest back, and submit nothing more."""
        self._stopping.set()
        if self._submitter.uploads is not None:
            self._submitter.uploads.stop()
        with self._one_at_a_time:
            untouched = [attempt.run.run_id for attempt in self._waiting if not attempt.look_ups]
            self._waiting.clear()
            if untouched:
                with self._database.writing() as transaction:
                    transaction.runs.release_intents(untouched)

    def _drain(self, pool: ThreadPoolExecutor) -> int:
        settled = 0
        flying: dict[Future[Outcome | None], Attempt] = {}
        try:
            while not self._stopping.is_set():
                self._lease.ensure()
                self._tidy()
                self._adopt()
                self._claim()
                self._wake_due()
                while self._waiting and len(flying) < self._in_flight:
                    attempt = self._waiting.popleft()
                    flying[pool.submit(self._submitter.advance, attempt)] = attempt
                if flying:
                    done = wait(flying, LOOK_AGAIN_S, FIRST_COMPLETED).done
                    settled += self._landed((flying.pop(future), future) for future in done)
                elif self._later:
                    due = min(attempt.due for attempt in self._later)
                    self._stopping.wait(min(max(due - time.monotonic(), 0), LOOK_AGAIN_S))
                else:
                    return settled
        finally:
            wait(flying)
            settled += self._landed((attempt, future) for future, attempt in flying.items())
        return settled

    @property
    def _place(self) -> str | None:
        uploads = self._submitter.uploads
        return uploads.place if uploads is not None else None

    def _tidy(self) -> None:
        if self._submitter.uploads is not None:
            self._submitter.uploads.tidy()

    def _adopt(self) -> None:
        """Take over what requests of this server had to leave."""
        left = self._submitter.left_behind
        while left:
            self._later.append(left.popleft())

    def _claim(self) -> None:
        """Lease more runs when few are left."""
        now = time.monotonic()
        if len(self._waiting) > self._in_flight or now < self._claimed_at + LOOK_AGAIN_S:
            return
        with self._database.reading() as transaction:
            if not transaction.runs.has_free_intents(self._backend.name, place=self._place):
                self._claimed_at = now
                return
        with self._database.writing() as transaction:
            self._lease.renew(transaction)
            claimed = transaction.runs.claim_intents(
                self._lease.server_id, self._backend.name, limit=PAGE, place=self._place
            )
        for run, asked in claimed:
            self._waiting.append(Attempt.taken_over(run) if asked else Attempt(run))
        if len(claimed) < PAGE:
            self._claimed_at = now

    def _wake_due(self) -> None:
        now = time.monotonic()
        due = [attempt for attempt in self._later if attempt.due <= now]
        if due:
            self._later = [attempt for attempt in self._later if attempt.due > now]
            self._waiting.extendleft(due)

    def _landed(self, landed: Iterable[tuple[Attempt, Future[Outcome | None]]]) -> int:
        """Record what came of some attempts; return how many are settled."""
        ended: list[tuple[Attempt, Outcome]] = []
        failure: StoreUnavailableError | None = None
        for attempt, future in landed:
            try:
                outcome = future.result()
            except StoreUnavailableError as error:
                failure = error
                self._later.append(attempt)
                continue
            if isinstance(outcome, Later):
                self._later.append(attempt)
            elif outcome is not None:
                ended.append((attempt, outcome))
        if ended:
            try:
                self._submitter.record(ended)
            except StoreUnavailableError:
                # What has a job keeps its id in mind, and is recorded when the database is back.
                self._later.extend(attempt for attempt, _ in ended)
                raise
        if failure is not None:
            raise failure
        return len(ended)
