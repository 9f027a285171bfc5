"""Work that takes its time, on a thread of its own: the kernel stays free."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

Work = Callable[[], None]


class Worker:
    """Does one piece of work after the other; of several under one name only the latest.

    Parameters
    ----------
    name : of the thread, which lives while there is work or the panel is open
    failed : is told of what a piece of work did not expect
    """

    def __init__(self, name: str, failed: Callable[[Exception], None]) -> None:
        self._failed = failed
        self._due: dict[str, tuple[float, Work]] = {}
        self._news = threading.Condition()
        self._ended = False
        self._thread = threading.Thread(target=self._run, name=f"omnidomain-{name}", daemon=True)
        self._thread.start()

    def do(self, name: str, work: Work, delay: float = 0.0) -> None:
        """Do it after `delay` seconds; what waits under that name is forgotten."""
        with self._news:
            self._due[name] = (time.monotonic() + delay, work)
            self._news.notify()

    def end(self) -> None:
        """Begin nothing more."""
        with self._news:
            self._ended = True
            self._due.clear()
            self._news.notify()

    def _run(self) -> None:
        while (work := self._next()) is not None:
            try:
                work()
            except Exception as error:  # noqa: BLE001 - the thread must outlive a piece of work
                self._failed(error)

    def _next(self) -> Work | None:
        with self._news:
            while not self._ended:
                name = min(self._due, key=lambda each: self._due[each][0], default=None)
                if name is None:
                    self._news.wait()
                    continue
                wait = self._due[name][0] - time.monotonic()
                if wait <= 0:
                    return self._due.pop(name)[1]
                self._news.wait(wait)
        return None
