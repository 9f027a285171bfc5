"""A scientist's project for the pictures of the README: sheets, reads, and runs of some days."""

from __future__ import annotations

import gzip
import random
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from dropped_pipelines import add_pipeline
from stored_runs import store_runs

from omnidomain_jupyter.client import Client

EMAIL = "ada@lab.example.org"
SLOTS = 4
READS = 600
LENGTH = 150
GUT = [f"gut_{number:02}" for number in range(1, 9)]
POOR = "gut_07"
LEAVES = [f"leaf_{number:02}" for number in range(1, 5)]
SAMPLES = {
    "plate_05": ["root_08", "root_09"],
    "plate_06": ["leaf_05", "leaf_06"],
    "plate_08": [f"root_{number}" for number in range(10, 15)],
}
# Braces would be columns of the sheet; quotes are of one kind, as TOML has them.
_ASSEMBLES = """
import time
for number in range(1, 4000):
    size, coverage = 900 + number * 7919 % 48000, 18 + number * 31 % 17
    print('contig %d: %d bases, coverage %dx' % (number, size, coverage), flush=True)
    time.sleep(0.7)
"""
_BINS = """
import sys, time
for number in range(1, 41):
    print('bin %d opened' % number, flush=True)
    time.sleep(0.3)
sys.exit('OSError: [Errno 28] No space left on device: bins/bin_41.fa')
"""
_WAITS = (
    "The job waits for a machine on AWS Batch: none is free, or none is as large as the job needs."
)


def write_project(root: Path) -> None:
    """Write the reads and the sheets of the project."""
    project = root / "project"
    letters = random.Random(11)
    for number, sample in enumerate(GUT + LEAVES):
        file = project / "reads" / f"{sample}_R1.fastq.gz"
        _write_reads(file, letters, spread=number * 0.4, poor=sample == POOR)
    rows = [(sample, f"reads/{sample}_R1.fastq.gz") for sample in GUT + LEAVES]
    _write_sheet(project / "plate_07.tsv", rows[: len(GUT)])
    # A name that no sample can have, and a file that is called otherwise.
    faulty = rows[len(GUT) :]
    faulty[1] = ("leaf 02", faulty[1][1])
    faulty[2] = (faulty[2][0], "reads/leaf_03_R1.fq.gz")
    _write_sheet(project / "plate_09.tsv", faulty)
    for plate, samples in SAMPLES.items():
        (project / f"{plate}.tsv").write_text("\n".join(["sample_id", *samples, ""]))


def add_pipelines(directory: Path) -> None:
    """Drop a pipeline that goes on for long, and one that fails."""
    add_pipeline(directory, "Assembly", ["python3", "-c", _ASSEMBLES])
    add_pipeline(directory, "Binning", ["python3", "-c", _BINS])


def store_earlier_runs(url: str) -> None:
    """Store runs of the days before, as they come from AWS Batch."""
    earlier = [
        *_days_ago(2, "PhytoFlow", "oak", 5, hours=3.4),
        *_days_ago(3, "NextAMR", "isolate", 4, hours=0.8),
        *_days_ago(6, "FungalFlow", "yeast", 3, hours=5.2),
    ]
    store_runs(url, EMAIL, len(earlier), lambda number: earlier[number])
    now = datetime.now(UTC)
    waiting = {
        "sample_id": "isolate_21",
        "pipeline": "NextAMR",
        "backend": "aws_batch",
        "status": "SUBMITTED",
        "status_reason": _WAITS,
        "created_at": now - timedelta(minutes=34),
        "submitted_at": now - timedelta(minutes=34),
        "started_at": None,
        "completed_at": None,
    }
    store_runs(url, EMAIL, 1, lambda _: waiting)


def submit_today(client: Client) -> None:
    """Submit the runs of today, and wait until they are as the pictures show them."""
    client.submit("project/plate_05.tsv", "Assembly").cancel()
    client.submit("project/plate_07.tsv", "ReadQC").wait(progress=False)
    client.submit("project/plate_06.tsv", "Binning").wait(progress=False)
    client.submit("project/plate_08.tsv", "Assembly")
    while len(client.runs(status="RUNNING")) < SLOTS:
        time.sleep(0.5)


def end_all(client: Client) -> None:
    """Cancel what goes on here, and wait until it has ended."""
    while len(going := client.runs(status=["SUBMITTED", "RUNNING"], pipeline="Assembly")):
        for run_id in going["run_id"]:
            client.run(run_id).cancel()
        time.sleep(0.5)


def _days_ago(
    days: int, pipeline: str, name: str, count: int, *, hours: float
) -> list[Mapping[str, object]]:
    at = datetime.now(UTC) - timedelta(days=days, hours=2)
    # Rows of one sheet, in its order.
    begins = [at - timedelta(microseconds=number) for number in range(count)]
    ends = [at + timedelta(hours=hours * (1 + number * 0.13 % 0.5)) for number in range(count)]
    return [
        {
            "sample_id": f"{name}_{number + 1:02}",
            "pipeline": pipeline,
            "backend": "aws_batch",
            "status": "COMPLETED",
            "created_at": begins[number],
            "submitted_at": at,
            "started_at": at + timedelta(minutes=4),
            "completed_at": end,
            "updated_at": end,
        }
        for number, end in enumerate(ends)
    ]


def _write_sheet(file: Path, rows: Sequence[tuple[str, str]]) -> None:
    lines = ["sample_id\treads_1", *("\t".join(row) for row in rows)]
    file.write_text("\n".join(lines) + "\n")


def _write_reads(file: Path, letters: random.Random, *, spread: float, poor: bool) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    falls = 40 if poor else 9 + spread
    weights = (19, 31, 31, 19) if poor else (25, 25, 25, 25)
    records = []
    for number in range(READS):
        length = letters.randint(60, 130) if poor else LENGTH
        bases = "".join(letters.choices("ACGT", weights, k=length))
        marks = "".join(
            chr(33 + max(2, min(40, round(letters.gauss(36 - falls * (at / LENGTH) ** 2, 2)))))
            for at in range(length)
        )
        records.append(f"@A00731:118:HKV5TDSX2:1:1101:{number}:1\n{bases}\n+\n{marks}\n")
    file.write_bytes(gzip.compress("".join(records).encode()))
