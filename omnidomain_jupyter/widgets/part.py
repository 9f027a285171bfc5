"""What all parts of the panel are: widgets that are heard also while a long cell runs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import anywidget


class Part(anywidget.AnyWidget):
    """A widget whose messages are taken where the browser has sent them.

    JupyterLab sends what is clicked to a subshell of the kernel, which is free while a cell
    runs. ipykernel brings such a message back to the thread that has last sent something to
    the widget; after news from our own threads that would be the main one, which is busy.
    """

    def __init__(self, **traits: Any) -> None:
        self._drawing = threading.RLock()
        super().__init__(**traits)
        if hasattr(self.comm, "_reply_subshell_for"):
            self.comm._reply_subshell_for = _where_it_was_sent  # noqa: SLF001

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Send what is changed here in one message; threads wait for each other."""
        with self._drawing, self.hold_sync():
            yield


def _where_it_was_sent(_data: object, subshell_id: object) -> object:
    return subshell_id
