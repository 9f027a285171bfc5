"""Curves that a tool has drawn of one file: quality along the read, lengths, GC."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from statistics import fmean
from typing import NamedTuple

from .numbers import number_in

MOST_POINTS = 200


class Kind(NamedTuple):
    """What a curve shows, and of what."""

    title: str
    x_label: str
    y_label: str


KINDS = {
    "quality": Kind("Quality along the read", "Position, bases", "Mean quality, Phred"),
    "length": Kind("Lengths of the reads", "Length, bases", "Reads of that length or more, %"),
    "gc": Kind("GC of the reads", "GC of a read, %", "Share of the reads, %"),
}
"""The curves that there are, by name."""


@dataclass(frozen=True)
class Profile:
    """A curve: the `name` is one of `KINDS`, `file` the file that was counted."""

    name: str
    file: str
    x: tuple[float, ...]
    y: tuple[float, ...]


def quality_profile(file: str, labels: Iterable[str], means: Iterable[object]) -> list[Profile]:
    """Return the mean quality at each position, or of each range of positions."""
    middles = (fmean(_edges(label)) for label in labels)
    return _profile("quality", file, zip(middles, means, strict=True))


def length_profile(
    file: str, labels: Sequence[str], counts: Sequence[int], reads: int
) -> list[Profile]:
    """Return which share of the reads is at least so long.

    Counts of ranges cannot be compared between files whose ranges differ; this can.
    """
    if not reads or not labels:
        return []
    shorter = [0, *accumulate(counts)]
    starts = [*(_edges(label)[0] for label in labels), _edges(labels[-1])[1] + 1]
    shares = (100 * (reads - below) / reads for below in shorter)
    return _profile("length", file, zip(starts, shares, strict=True))


def gc_profile(file: str, labels: Iterable[str], counts: Sequence[int]) -> list[Profile]:
    """Return which share of the reads has so much GC."""
    total = sum(counts)
    if not total:
        return []
    shares = (100 * count / total for count in counts)
    return _profile("gc", file, zip((_edges(each)[0] for each in labels), shares, strict=True))


def _profile(name: str, file: str, points: Iterable[tuple[float, object]]) -> list[Profile]:
    found = _bounded([(x, value) for x, y in points if (value := number_in(y)) is not None])
    if not found:
        return []
    return [Profile(name, file, tuple(x for x, _ in found), tuple(y for _, y in found))]


def _bounded(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return at most `MOST_POINTS` points, each the mean of its neighbours, rounded."""
    step = -(-len(points) // MOST_POINTS) or 1
    pieces = (points[start : start + step] for start in range(0, len(points), step))
    return [
        (round(fmean(x for x, _ in piece), 1), round(fmean(y for _, y in piece), 3))
        for piece in pieces
    ]


def _edges(label: str) -> tuple[int, int]:
    """Return first and last of ``100-104`` or of ``7``."""
    first, _, last = label.partition("-")
    return int(first), int(last or first)
