"""Finds the store of an output directory."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .local_results import LocalResults
from .results import ResultStore
from .s3 import default_client
from .s3_results import S3Results

_S3 = "s3://"


class ResultStores:
    """Gives the store of each output directory, with one S3 client for all.

    Parameters
    ----------
    make_client : makes the botocore client, when an output directory on S3 is first asked for
    """

    def __init__(self, make_client: Callable[[], Any] = default_client) -> None:
        self._make_client = make_client
        self._lock = threading.Lock()
        self._made: Any = None

    def at(self, directory: str) -> ResultStore:
        """Return the store of an absolute path or an ``s3://`` URI."""
        if directory.startswith(_S3):
            return S3Results(directory, self._client)
        return LocalResults(Path(directory))

    def _client(self) -> Any:
        with self._lock:
            if self._made is None:
                self._made = self._make_client()
            return self._made
