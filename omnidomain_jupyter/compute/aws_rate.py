"""How fast AWS may be asked: up to the account's limit, slower after a 429, and back again."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

from ..errors import BackendThrottledError

CUT = 0.97
"""What a 429 leaves of the rate: a single one is an accident, many in a second halve it."""

RECOVERY = 0.1
"""So much of the full rate comes back in a second."""

HEADROOM = 0.98
"""Of the configured rate: calls that leave evenly arrive a little unevenly."""

LONGEST_WAIT_S = 2.0
MADE_UP_FOR_S = 0.25


class CallRate:
    """Lets calls through evenly, and never more within a second than the account allows.

    Evenly, since a burst after a pause would be throttled. What a short stall of this process
    has cost is made up for, as far as the limit allows.

    The limit is the account's, and other programs use it too. A 429 is the only way to learn
    of them; then the rate falls, and grows again second by second. Used by many threads.

    Parameters
    ----------
    calls_per_second : what the account allows
    longest_wait_s : who would wait longer is told to come back later. A call that is made
        long after it was decided on may be made when its run belongs to another server
    """

    def __init__(
        self,
        calls_per_second: float,
        *,
        longest_wait_s: float = LONGEST_WAIT_S,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._full = calls_per_second * HEADROOM
        self._longest_wait_s = longest_wait_s
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._turnstile = threading.Lock()
        self._waiting = 0
        self._next = float("-inf")
        self._passed: deque[float] = deque(maxlen=max(1, int(calls_per_second)))
        self._window_s = (self._passed.maxlen or 1) / self._full
        self._cut_at = float("-inf")
        self._cut_to = self._full

    @property
    def now(self) -> float:
        """Calls per second that are made at present."""
        with self._lock:
            return self._rate(self._clock())

    def acquire(self) -> None:
        """Wait for the turn of one call.

        Raises
        ------
        BackendThrottledError : too many wait already; nothing was sent
        """
        with self._lock:
            now = self._clock()
            if self._turn(now) - now + self._waiting / self._rate(now) > self._longest_wait_s:
                raise BackendThrottledError(
                    "There are more calls to AWS than the account allows. Try again soon."
                )
            self._waiting += 1
        try:
            # One at a time: whoever wakes late, the others follow it at their distance.
            with self._turnstile:
                with self._lock:
                    now = self._clock()
                    turn = self._turn(now)
                if turn > now:
                    self._sleep(turn - now)
                with self._lock:
                    now = self._clock()
                    self._passed.append(now)
                    self._next = max(self._next, now - MADE_UP_FOR_S) + 1 / self._rate(now)
        finally:
            with self._lock:
                self._waiting -= 1

    def throttled(self) -> None:
        """Slow down, because AWS has said so."""
        with self._lock:
            now = self._clock()
            self._cut_to = self._rate(now) * CUT
            self._cut_at = now

    def _turn(self, now: float) -> float:
        """Return when the next call may be made."""
        turn = max(now, self._next)
        if self._passed:
            turn = max(turn, self._passed[-1] + 0.5 / self._rate(now))
        if len(self._passed) == self._passed.maxlen:
            turn = max(turn, self._passed[0] + self._window_s)
        return turn

    def _rate(self, now: float) -> float:
        if self._cut_to >= self._full:
            return self._full
        return min(self._full, self._cut_to + self._full * RECOVERY * (now - self._cut_at))
