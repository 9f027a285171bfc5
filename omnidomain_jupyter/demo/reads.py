"""A small set of FASTQ files that look like a sequencer's, the same bytes every time.

Three samples of one made-up fungal genome, paired 2 x 150 bases: one good, one whose inserts
are shorter than the reads, so that these run into the adapter, and one of poor quality.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PAIRS = 4_000
READ_LENGTH = 150
GENOME_LENGTH = 400_000
GC_SHARE = 0.48
SEED = 20_240_611
# Of any library some inserts are shorter than the reads: their share, mean and spread.
SHORT_INSERTS = (0.004, 125, 15)

# Illumina TruSeq, read 1 (with an index) and read 2: what follows the insert.
ADAPTERS = (
    "AGATCGGAAGAGCACACGTCTGAACTCCAGTCACATCACGATCTCGTATGCCGTCTTCTGCTTG",
    "AGATCGGAAGAGCGTCGTGTAGGGAAAGAGTGTAGATCTCGGTGGTCGCCGTATCATT",
)
INDEX = "ATCACG"
_BASES = b"ACGT"


@dataclass(frozen=True)
class _Sample:
    """How a sample's reads come out.

    `insert` is the mean and spread of the insert's length; `quality` the Phred quality at
    the first base, in the middle and at the last one, `spread` that between reads; read 2 is
    worse by `mate_loss`. `unread` is the share of bases that are not called (N).
    """

    name: str
    insert: tuple[float, float]
    quality: tuple[float, float, float]
    spread: float
    mate_loss: float
    unread: float = 0.0


SAMPLES = (
    _Sample("good", (350, 45), (33, 37.5, 34), 1.5, 1.0),
    _Sample("short", (118, 22), (33, 37, 33), 1.8, 1.2),
    _Sample("poor", (310, 60), (32, 32, 18), 5.0, 2.5, unread=0.012),
)


def write_demo(directory: Path) -> Path:
    """Write the reads and the sample sheet that names them.

    Parameters
    ----------
    directory : is made if need be; files of the same names are replaced

    Returns
    -------
    Path
        The sheet, ``samples.tsv``; the reads are in ``reads/`` beside it.
    """
    import numpy as np

    reads = directory / "reads"
    reads.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(SEED)
    weights = [(1 - GC_SHARE) / 2, GC_SHARE / 2, GC_SHARE / 2, (1 - GC_SHARE) / 2]
    genome = random.choice(4, GENOME_LENGTH, p=weights).astype(np.uint8)
    rows = ["sample_id\treads_1\treads_2"]
    for lane, sample in enumerate(SAMPLES, 1):
        cells = [sample.name]
        names = _names(random, lane)
        for mate, bases in enumerate(_mates(random, genome, sample)):
            qualities = _qualities(random, sample, mate)
            file = reads / f"{sample.name}_R{mate + 1}.fastq.gz"
            _write(file, names, mate, *_called(random, bases, qualities, sample.unread))
            cells.append(file.relative_to(directory).as_posix())
        rows.append("\t".join(cells))
    sheet = directory / "samples.tsv"
    sheet.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return sheet


def _mates(
    random: np.random.Generator, genome: NDArray[np.uint8], sample: _Sample
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return the true bases of both mates (0 to 3), with the adapter after short inserts."""
    import numpy as np

    shortest = READ_LENGTH - min(len(adapter) for adapter in ADAPTERS)
    lengths = random.normal(*sample.insert, PAIRS)
    share, mean, spread = SHORT_INSERTS
    few = random.random(PAIRS) < share
    lengths = np.where(few, random.normal(mean, spread, PAIRS), lengths).astype(int)
    lengths = lengths.clip(shortest, 600)
    starts = random.integers(0, GENOME_LENGTH - 600, PAIRS)
    reverse = random.random(PAIRS) < 0.5
    cycle = np.arange(READ_LENGTH)
    forward = genome[starts[:, None] + cycle]
    backward = 3 - genome[(starts + lengths - 1)[:, None] - cycle]
    mates = []
    for mate, adapter in enumerate(ADAPTERS):
        own, other = (forward, backward) if mate == 0 else (backward, forward)
        bases = np.where(reverse[:, None], other, own)
        tail = np.array([_BASES.index(base) for base in adapter.encode()], np.uint8)
        behind = cycle - lengths[:, None]
        inside = tail[behind.clip(0, len(tail) - 1)]
        mates.append(np.where(behind >= 0, inside, bases).astype(np.uint8))
    return mates[0], mates[1]


def _qualities(random: np.random.Generator, sample: _Sample, mate: int) -> NDArray[np.int64]:
    """Return Phred qualities: a profile along the read, reads that differ, and noise."""
    import numpy as np

    first, middle, last = sample.quality
    cycle = np.arange(READ_LENGTH)
    loss = mate * sample.mate_loss * (0.5 + cycle / READ_LENGTH)
    profile = np.interp(cycle, [0, 8, 80, READ_LENGTH - 1], [first, middle, middle, last]) - loss
    faint = random.random((PAIRS, 1)) < 0.04  # clusters that any run has: weak from the start
    between = random.normal(0, sample.spread, (PAIRS, 1)) - faint * random.uniform(
        4, 22, faint.shape
    )
    noise = random.normal(0, 2.2, (PAIRS, READ_LENGTH))
    return np.rint(profile + between + noise).astype(np.int64).clip(2, 40)


def _called(
    random: np.random.Generator,
    bases: NDArray[np.uint8],
    qualities: NDArray[np.int64],
    unread: float,
) -> tuple[bytes, bytes]:
    """Return the letters of bases and qualities, with the errors that the qualities promise."""
    import numpy as np

    wrong = random.random(bases.shape) < 10 ** (-qualities / 10)
    shifted = (bases + random.integers(1, 4, bases.shape)) % 4
    letters = np.frombuffer(_BASES, np.uint8)[np.where(wrong, shifted, bases)]
    if unread:
        blind = random.random(bases.shape) < unread
        letters = np.where(blind, np.uint8(ord("N")), letters)
        qualities = np.where(blind, 2, qualities)
    return letters.astype(np.uint8).tobytes(), (qualities + 33).astype(np.uint8).tobytes()


def _names(random: np.random.Generator, lane: int) -> list[str]:
    """Return names such as a NovaSeq gives: instrument, run, flow cell, lane, tile, x, y."""
    tiles: list[Any] = sorted(random.integers(1101, 1179, PAIRS).tolist())
    across, down = random.integers(1000, 32000, (2, PAIRS)).tolist()
    spots = zip(tiles, across, down, strict=True)
    return [f"A00731:118:HKV5TDSX2:{lane}:{tile}:{x}:{y}" for tile, x, y in spots]


def _write(file: Path, names: list[str], mate: int, letters: bytes, qualities: bytes) -> None:
    bases, marks = letters.decode(), qualities.decode()
    spans = [slice(start, start + READ_LENGTH) for start in range(0, len(bases), READ_LENGTH)]
    text = "".join(
        f"@{name} {mate + 1}:N:0:{INDEX}\n{bases[span]}\n+\n{marks[span]}\n"
        for name, span in zip(names, spans, strict=True)
    )
    # No name and no time in the header: the same reads are the same bytes.
    with file.open("wb") as raw, gzip.GzipFile("", "wb", 6, raw, mtime=0) as packed:
        packed.write(text.encode("ascii"))
