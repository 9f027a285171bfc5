"""Watches a server while it works: how soon it answers, and how much memory it has."""

from __future__ import annotations

import math
import threading
import time
from typing import Self

import psutil
import requests
from jupyter_process import Server, percentile

MB = 1e6
STATUS_P99_MS = 50


class Bounds:
    """Prints what was measured, and remembers whether a bound was broken."""

    def __init__(self) -> None:
        self.broken: list[str] = []

    def tell(self, what: str, value: float, most: float, unit: str) -> None:
        """Print a figure with its bound."""
        kept = value <= most
        bound = "" if most == math.inf else f" (bound {most:g})"
        print(f"  {what}: {value:.4g} {unit}{bound}{'' if kept else '  BROKEN'}")
        if not kept:
            self.broken.append(what)

    def require(self, what: str, *, kept: bool) -> None:
        """Print whether something is as it must be."""
        print(f"  {what}: {kept}")
        if not kept:
            self.broken.append(what)

    def exit_code(self) -> int:
        """Return 1 if a bound was broken."""
        if self.broken:
            print(f"Broken: {', '.join(self.broken)}")
        return int(bool(self.broken))


class Watch:
    """Asks for `/api/status` and the server's memory until it is told to stop."""

    def __init__(self, server: Server, pause_s: float = 0.005) -> None:
        self.times: list[float] = []
        self.rss: list[int] = []
        self._server = server
        self._pause_s = pause_s
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    @property
    def grown(self) -> float:
        """MB beside what the server had at first."""
        return (max(self.rss) - self.rss[0]) / MB

    def tell(self, bounds: Bounds, what: str, most_grown: float, most: float = math.inf) -> None:
        """Print the figures; growth in MB has a bound, and the whole memory can have one."""
        p50, p99 = percentile(self.times, 0.5), percentile(self.times, 0.99)
        print(f"  {what}: /api/status p50 {p50:.1f} ms, worst {max(self.times):.0f} ms")
        bounds.tell(f"{what}: /api/status p99", p99, STATUS_P99_MS, "ms")
        bounds.tell(f"{what}: memory grown", self.grown, most_grown, "MB")
        bounds.tell(f"{what}: memory at most", max(self.rss) / MB, most, "MB")

    def _look(self) -> None:
        process = server_process()
        with requests.Session() as session:
            session.headers.update(self._server.session.headers)
            while not self._stop.is_set():
                self.rss.append(process.memory_info().rss)
                before = time.perf_counter()
                session.get(f"{self._server.url}/api/status", timeout=60).raise_for_status()
                self.times.append((time.perf_counter() - before) * 1000)
                time.sleep(self._pause_s)


def server_process() -> psutil.Process:
    """Return the process of the server that this one has started."""
    return next(
        child for child in psutil.Process().children() if "jupyter_server" in child.cmdline()
    )
