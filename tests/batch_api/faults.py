"""What goes wrong between a client and AWS, on command."""

from __future__ import annotations

import random
import threading
from collections import Counter, defaultdict, deque
from collections.abc import Mapping
from enum import Enum


class Fault(Enum):
    """A way for one call to go wrong."""

    DROPPED = "the connection is closed, and nothing was done"
    LOST_ANSWER = "done; the connection is closed instead of an answer"
    TORN_ANSWER = "done; the connection is closed in the middle of the answer"
    GARBLED_ANSWER = "done; the answer is not JSON"
    LATE_ANSWER = "done at once; the answer comes after `late_s`"
    DONE_LATE = "done after `late_s`, when the client has given up"
    SERVER_ERROR = "500, and nothing was done"
    SERVER_ERROR_AFTER = "500, although it was done"
    UNAVAILABLE = "503 from something before the service, with a page of HTML"
    THROTTLED = "429, and nothing was done"
    REFUSED = "400 ClientException"
    FORBIDDEN = "403 AccessDeniedException"
    EXPIRED = "403 ExpiredTokenException"

    @property
    def done(self) -> bool:
        """Whether the call has its effect all the same."""
        return self in _DONE


_DONE = {
    Fault.LOST_ANSWER,
    Fault.TORN_ANSWER,
    Fault.GARBLED_ANSWER,
    Fault.LATE_ANSWER,
    Fault.DONE_LATE,
    Fault.SERVER_ERROR_AFTER,
}


class Faults:
    """Which calls go wrong: the next ones by order, others by chance with a given seed."""

    def __init__(self) -> None:
        self.shown: Counter[Fault] = Counter()
        self._lock = threading.Lock()
        self._next: dict[str, deque[Fault | None]] = defaultdict(deque)
        self._chances: dict[str, Mapping[Fault, float]] = {}
        self._random = random.Random(0)

    def next(self, operation: str, *faults: Fault | None) -> None:
        """Let the next calls of an operation go wrong, one fault each; None is a good one."""
        with self._lock:
            self._next[operation].extend(faults)

    def by_chance(self, operation: str, chances: Mapping[Fault, float], *, seed: int = 0) -> None:
        """Let calls of an operation go wrong with these probabilities, from now on."""
        with self._lock:
            self._chances[operation] = dict(chances)
            self._random = random.Random(seed)

    def take(self, operation: str) -> Fault | None:
        """Return what goes wrong with a call that has just arrived."""
        with self._lock:
            fault = self._taken(operation)
            if fault is not None:
                self.shown[fault] += 1
            return fault

    def _taken(self, operation: str) -> Fault | None:
        if self._next[operation]:
            return self._next[operation].popleft()
        chance = self._random.random()
        for fault, probability in self._chances.get(operation, {}).items():
            if chance < probability:
                return fault
            chance -= probability
        return None
