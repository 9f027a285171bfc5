"""Paths that are made to lead out of an output directory, the same ones every time."""

from __future__ import annotations

import random
from urllib.parse import quote

INSIDE = {
    "a.txt": b"inside 1",
    "qc/report.html": b"inside 2",
    "qc/deep/x.tsv": b"inside 3",
    "..hidden": b"inside 4",
    "%2e%2e": b"inside 5",
    "qc/..%2f..%2fetc": b"inside 6",
    "back\\slash": b"inside 7",
}
SEGMENTS = [
    *("..", ".", "", "...", "..;", " ..", ".. ", "%2e%2e", "%2E%2E", "%252e%252e", "..%2f", "%2f"),
    *("..\\", "..\\..", "\\", "\u2024\u2024", "\uff0e\uff0e", "\u2025", "..\0", "\0", "\n", "\x7f"),
    *("~", "~root", "$HOME", "*", "?", "a.txt", "qc", "report.html", "deep", "x.tsv", "x" * 300),
    *("run1", "run10", "run2", "secret.txt", "etc", "passwd", "proc", "self", "environ", "lab"),
    *("results", "folder", "file", "chain", "up", "root", "back\\slash", "s3:", "file:", "\ud800"),
]
FULL = ["/etc/passwd", "//etc/passwd", "file:///etc/passwd", "/proc/self/environ", "C:\\x", ""]


def generated(number: int, outside: list[str]) -> list[str]:
    """Return paths of all kinds, the same ones every time."""
    dice = random.Random(8)
    found = [*FULL, *outside, *(f"../{path}" for path in outside)]
    while len(found) < number:
        parts = [dice.choice(SEGMENTS) for _ in range(dice.randint(1, 7))]
        path = "/".join(parts)
        kind = dice.random()
        if kind < 0.1:
            path = "/" + path
        elif kind < 0.2:
            path = quote(path.encode("utf-8", "replace"), safe="")
        elif kind < 0.3:
            path = dice.choice(list(INSIDE)) + "/" + path
        elif kind < 0.4:
            path = "../" * dice.randint(1, 12) + path
        found.append(path)
    return found[:number]
