"""Takes reports apart in a process of its own, which another one talks to.

    python -P -m omnidomain_jupyter.metrics.worker

Each question is a line of JSON, `{"path": …, "size": …}`, with so many bytes behind it; each
answer is a line of JSON. The process ends with its input.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict

from .numbers import Number
from .profiles import Profile
from .reads import ReadFileMetrics
from .reports import Report, parse_report


def question(path: str, content: bytes) -> bytes:
    """Return what comes before a report's bytes."""
    return json.dumps({"path": path, "size": len(content)}).encode() + b"\n"


def answer(report: Report) -> bytes:
    """Return a report as it is sent."""
    parts = {
        "reads": [asdict(each) for each in report.reads],
        "numbers": report.numbers,
        "profiles": [asdict(each) for each in report.profiles],
    }
    return json.dumps(parts).encode() + b"\n"


def answered(line: bytes) -> Report:
    """Return the report that was sent.

    Raises
    ------
    ValueError : nothing was, or half of it
    """
    parts = json.loads(line)
    return Report(
        tuple(ReadFileMetrics(**each) for each in parts["reads"]),
        tuple(Number(*each) for each in parts["numbers"]),
        tuple(
            Profile(each["name"], each["file"], tuple(each["x"]), tuple(each["y"]))
            for each in parts["profiles"]
        ),
    )


def main() -> None:
    """Answer until the input ends."""
    os.nice(10)  # whoever uses the notebook server goes first
    asked, told = sys.stdin.buffer, sys.stdout.buffer
    while line := asked.readline():
        report = json.loads(line)
        told.write(answer(parse_report(report["path"], asked.read(report["size"]))))
        told.flush()


if __name__ == "__main__":
    main()
