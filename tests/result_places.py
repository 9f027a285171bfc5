"""Where a test's results are."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from pathlib import Path

from omnidomain_jupyter.compute.result_stores import ResultStores
from omnidomain_jupyter.compute.results import ResultStore


class Place(ABC):
    """A base directory in which every run has an output directory."""

    base: str

    def __init__(self) -> None:
        self._stores = ResultStores()

    def store(self, run: str = "run1") -> ResultStore:
        return self._stores.at(f"{self.base}/{run}")

    def put(self, path: str, content: bytes = b"x", run: str = "run1") -> None:
        self.write(f"{run}/{path}", content)

    @abstractmethod
    def write(self, path: str, content: bytes) -> None:
        """Write a file below the base directory."""


class FolderPlace(Place):
    def __init__(self, directory: Path) -> None:
        super().__init__()
        directory.mkdir()
        self.directory = directory
        self.base = str(directory)

    def write(self, path: str, content: bytes) -> None:
        file = self.directory / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


class S3Place(Place):
    def __init__(self, bucket: str) -> None:
        super().__init__()
        self.bucket = bucket
        self.base = f"s3://{bucket}/lab/results"
        self.client = self._stores._client()
        self.client.create_bucket(Bucket=bucket)

    def write(self, path: str, content: bytes) -> None:
        self.client.put_object(Bucket=self.bucket, Key=f"lab/results/{path}", Body=content)

    def fill(self, paths: Iterable[str], run: str = "run1") -> None:
        """Write very many small files, without a request for each: moto runs in this process."""
        from moto.core import DEFAULT_ACCOUNT_ID
        from moto.s3.models import s3_backends

        backend = s3_backends[DEFAULT_ACCOUNT_ID]["aws"]
        for path in paths:
            backend.put_object(self.bucket, f"lab/results/{run}/{path}", b"x")
