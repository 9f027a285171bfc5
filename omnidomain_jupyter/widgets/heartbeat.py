"""The kernel's sign of life, without which the panel must not pretend to know anything."""

from __future__ import annotations

import time

import traitlets

from .assets import module, styles
from .part import Part

EVERY = 10.0  # seconds at least between two signs
PATIENCE = 90  # seconds without one; twice as long as the slowest look at the runs takes


class Heartbeat(Part):
    """Tells in the browser that the kernel has gone silent, for then nothing here is new."""

    _esm = module("heartbeat.js")
    _css = styles("notice.css")

    beats = traitlets.Int(0).tag(sync=True)
    patience = traitlets.Int(PATIENCE).tag(sync=True)

    def __init__(self) -> None:
        self._at = float("-inf")
        super().__init__()

    def beat(self) -> None:
        """Give a sign, unless the last one was just now."""
        now = time.monotonic()
        if now - self._at >= EVERY:
            self._at = now
            self.beats += 1
