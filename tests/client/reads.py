"""Files of a few short reads, and sheets that name them."""

from __future__ import annotations

import gzip
import random
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

COUNT = 40
LENGTH = 10  # bases of a read: what is drawn of them in a report takes the most time of a run


def write_sheet(folder: Path, samples: Sequence[str]) -> Path:
    """Write one small FASTQ file, and a sheet whose samples all name it."""
    folder.mkdir(parents=True, exist_ok=True)
    letters = random.Random(7)
    reads = "".join(
        f"@read{number}\n{''.join(letters.choices('ACGT', k=LENGTH))}\n+\n{'I' * LENGTH}\n"
        for number in range(COUNT)
    )
    (folder / "reads.fastq.gz").write_bytes(gzip.compress(reads.encode()))
    sheet = folder / "samples.tsv"
    rows = [f"{sample}\treads.fastq.gz\n" for sample in samples]
    sheet.write_text("sample_id\treads_1\n" + "".join(rows))
    return sheet


def cut_reads(source: Path, to: Path) -> None:
    """Write the beginnings of a file's first reads."""
    with gzip.open(source, "rt") as file:
        lines = [line.rstrip("\n") for line in islice(file, 4 * COUNT)]
    # The first of four lines is the name, the third a plus.
    short = [line[:LENGTH] if at % 2 else line for at, line in enumerate(lines)]
    to.write_bytes(gzip.compress(("\n".join(short) + "\n").encode()))
