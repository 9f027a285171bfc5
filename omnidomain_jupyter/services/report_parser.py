"""Takes reports apart without stopping the notebook server.

Python's JSON parser lets no other thread run until it is done: 50 ms for a megabyte. Large
reports go to a process of their own, which is started when the first one comes.
"""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from contextlib import suppress

from ..metrics import Report, parse_report
from ..metrics.worker import answered, question

PARSED_HERE = 64 * 1024
"""Bytes of a report that are taken apart before anybody notices."""

_COMMAND = (sys.executable, "-P", "-m", "omnidomain_jupyter.metrics.worker")

_log = logging.getLogger(__name__)


class ReportParser:
    """Takes one report apart at a time. May be used by several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def parse(self, path: str, content: bytes) -> Report | None:
        """Return what a file's bytes hold; None if that cannot be found out."""
        with self._lock:
            if len(content) <= PARSED_HERE:
                return parse_report(path, content)
            try:
                return self._parsed_elsewhere(path, content)
            except (OSError, ValueError):
                _log.warning("OmniDomain: %s could not be read for its numbers.", path)
                self._end()
                return None

    def close(self) -> None:
        """End the process; another report would start it again."""
        with self._lock:
            self._end()

    def _parsed_elsewhere(self, path: str, content: bytes) -> Report:
        if self._process is None:
            self._process = subprocess.Popen(
                _COMMAND,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # an interrupt at the terminal is not for it
            )
        asked, told = self._process.stdin, self._process.stdout
        if asked is None or told is None:
            raise OSError("There is no pipe.")
        asked.write(question(path, content))
        asked.write(content)
        asked.flush()
        return answered(told.readline())

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        with suppress(OSError):  # what it has not read is lost
            if process.stdin is not None:
                process.stdin.close()
        with process:  # waits, and closes the other pipe
            pass
