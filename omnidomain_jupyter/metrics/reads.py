"""What is counted in files of sequencing reads."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ReadFileMetrics:
    """What was counted in one FASTQ file. Shares are between 0 and 1, lengths in bases.

    `q20_reads` are those whose mean quality is at least 20; `adapter_share` is the share of
    reads with an adapter in them, None where that was not looked for.
    """

    file: str
    reads: int
    bases: int
    mean_length: float
    q20_reads: int
    q20_share: float
    gc_bases: int
    gc_share: float
    adapter_share: float | None = None


def share(part: float, whole: float) -> float:
    """Return part / whole; 0 where there is nothing to share."""
    return part / whole if whole else 0.0
