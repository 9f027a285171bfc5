"""The JSON report of Sequali (https://github.com/rhpvorderman/sequali), 1.0."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from .numbers import Number, number_in
from .profiles import Profile, gc_profile, length_profile, quality_profile
from .reads import ReadFileMetrics, share

_MARK = b'"sequali_version"'
MARK_WITHIN = 1024
"""So many bytes of a report are enough to know it by: it begins with the version."""

_MATES = (("", "read1"), ("_read2", "read2"))
_MORE_THAN_ANY = 2**63
"""No file has so many reads or bases."""

_BROKEN = (ValueError, LookupError, TypeError, AttributeError, RecursionError, ArithmeticError)


def is_sequali(content: bytes) -> bool:
    """Return whether a file's first bytes are those of a report."""
    return _MARK in content[:MARK_WITHIN]


def parse_sequali(content: bytes) -> tuple[list[ReadFileMetrics], list[Profile]]:
    """Return what a report says of each of its files, read 1 first; nothing if it is none."""
    if not is_sequali(content):
        return [], []
    try:
        report = json.loads(content)
        if "sequali_version" not in report["meta"]:
            return [], []
        found = [
            (_mate(report, suffix, mate), _profiles(report, suffix))
            for suffix, mate in _MATES
            if report.get(f"summary{suffix}")
        ]
    except _BROKEN:
        return [], []
    return [metrics for metrics, _ in found], [each for _, some in found for each in some]


def numbers_of_reads(metrics: ReadFileMetrics) -> Iterator[Number]:
    """Yield what was counted in a file of reads, number by number."""
    for name, counted in vars(metrics).items():
        value = number_in(counted)
        if name != "file" and value is not None:
            yield Number("sequali", metrics.file, name, value)


def _mate(report: Mapping[str, Any], suffix: str, mate: str) -> ReadFileMetrics:
    summary, filename = report[f"summary{suffix}"], report["meta"][f"filename{suffix}"]
    reads, bases = _count(summary["total_reads"]), _count(summary["total_bases"])
    q20, gc = _count(summary["q20_reads"]), _count(summary["total_gc_bases"])
    return ReadFileMetrics(
        file=str(filename),
        reads=reads,
        bases=bases,
        mean_length=share(bases, reads),
        q20_reads=q20,
        q20_share=share(q20, reads),
        gc_bases=gc,
        gc_share=share(gc, bases),
        adapter_share=_adapter_share(report, reads, mate),
    )


def _profiles(report: Mapping[str, Any], suffix: str) -> list[Profile]:
    """Return the curves of a file. A report may lack any of them; its numbers stand."""
    file = str(report["meta"][f"filename{suffix}"])
    found: list[Profile] = []
    with suppress(*_BROKEN):
        quality = report[f"per_position_mean_quality_and_spread{suffix}"]
        means = dict(quality["percentiles"])["mean"]
        found += quality_profile(file, quality["x_labels"], means)
    with suppress(*_BROKEN):
        lengths = report[f"sequence_length_distribution{suffix}"]
        reads = _count(report[f"summary{suffix}"]["total_reads"])
        found += length_profile(file, lengths["length_ranges"], lengths["counts"], reads)
    with suppress(*_BROKEN):
        gc = report[f"per_sequence_gc_content{suffix}"]
        # Of reads of one length, some whole percentages cannot be; of every second, all can.
        found += gc_profile(file, gc["smoothened_x_labels"], gc["smoothened_gc_content_counts"])
    return found


def _count(value: object) -> int:
    if not isinstance(value, int) or not 0 <= value < _MORE_THAN_ANY:
        raise ValueError(f"{value!r} is not a count")
    return value


def _adapter_share(report: Mapping[str, Any], reads: int, mate: str) -> float | None:
    """Return the share of reads with an adapter.

    Pairs: Sequali finds adapters where the mates overlap beyond the insert. Single files: it
    looks for known adapters and gives the percentage of reads that have had each of them up
    to each position; the most frequent one counts (poly-A and poly-G are no adapters).
    """
    overlap = report.get("adapter_content_from_overlap")
    if overlap:
        return share(_count(overlap[f"number_of_adapters_{mate}"]), reads)
    known = report.get("adapter_content")
    if not known:
        return None
    percentages = [
        max(by_position)
        for name, by_position in known["adapter_content"]
        if by_position and not str(name).startswith("Poly")
    ]
    return number_in(max(percentages) / 100) if percentages else None
