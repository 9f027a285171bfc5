"""Sheets with a few reads each."""

from __future__ import annotations

import gzip
import random
from collections.abc import Sequence
from pathlib import Path

LENGTH = 10  # bases of a read: what is drawn of them in a report takes the most time of a run


def write_sheet(folder: Path, samples: Sequence[str]) -> Path:
    """Write one small FASTQ file, and a sheet whose samples all name it."""
    folder.mkdir(parents=True, exist_ok=True)
    letters = random.Random(7)
    reads = "".join(
        f"@read{number}\n{''.join(letters.choices('ACGT', k=LENGTH))}\n+\n{'I' * LENGTH}\n"
        for number in range(40)
    )
    (folder / "reads.fastq.gz").write_bytes(gzip.compress(reads.encode()))
    sheet = folder / "samples.tsv"
    rows = [f"{sample}\treads.fastq.gz\n" for sample in samples]
    sheet.write_text("sample_id\treads_1\n" + "".join(rows))
    return sheet
