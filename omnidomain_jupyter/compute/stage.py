"""Fetches objects from S3 and then becomes another program, for programs that read only files.

    python -m omnidomain_jupyter.compute.stage s3://bucket/a.fastq.gz a.fastq.gz -- sequali …

Paths are relative to the directory that it is started in. Credentials, region and endpoint are
boto3's own.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

S3 = "s3://"


def staged(command: Sequence[str], files: Sequence[tuple[str, str]]) -> list[str]:
    """Return the command that fetches files, each a URI and a path, and then runs `command`."""
    pairs = [part for pair in files for part in pair]
    return [sys.executable, "-m", __name__, *pairs, "--", *command]


def fetch(uri: str, path: Path) -> None:
    """Write an object to a file, as a whole.

    Raises
    ------
    OSError, ClientError, BotoCoreError : it cannot be read or written
    """
    from boto3.session import Session

    bucket, _, key = uri.removeprefix(S3).partition("/")
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    Session().client("s3").download_file(bucket, key, str(part))
    part.replace(path)


def main(arguments: Sequence[str]) -> None:
    """Fetch what the arguments name, and run what comes behind ``--``."""
    from botocore.exceptions import BotoCoreError, ClientError

    end = list(arguments).index("--")
    pairs, command = arguments[:end], arguments[end + 1 :]
    for uri, path in zip(pairs[::2], pairs[1::2], strict=True):
        print(f"Fetching {uri}", flush=True)  # noqa: T201 - this is a job's log
        try:
            fetch(uri, Path(path))
        except (OSError, BotoCoreError, ClientError) as error:
            sys.exit(f"{uri} could not be fetched: {error}")
    os.execvp(command[0], list(command))  # noqa: S606 - a shell is what this avoids


if __name__ == "__main__":
    main(sys.argv[1:])
