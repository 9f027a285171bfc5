"""Validating FungalFlow sheets against only reading them, and against other validators.

Bound: from the file's bytes to the report at most 4 times what `pandas.read_csv(dtype=str)`
takes to read the same file, in time and in memory; growing linearly to 1,000,000 rows; and
faster than every other validator on the same work. Each measurement is a process of its own,
by turns, and its first large sheet; medians. The other validators are the extra `bench`.
"""

from __future__ import annotations

import json
import random
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from sheet_contenders import COLUMNS, CONTENDERS

SIZES = (10_000, 100_000, 1_000_000)
ROUNDS = 5
SLOW_S = 2  # measured once
BOUND = 4
SEED = 20
US, BASE = "omnidomain", "pandas.read_csv"
Figures = dict[str, float]


def write_sheet(path: Path, rows: int, *, bad: float = 0) -> int:
    """Write a sheet as scientists have it; return how many of its rows are wrong."""
    chance = random.Random(SEED)
    wrong = 0
    with path.open("w", newline="\n") as file:
        file.write("\t".join(COLUMNS) + "\n")
        for number in range(rows):
            cells = row(chance, number)
            if chance.random() < bad:
                spoil(chance, cells)
                wrong += 1
            file.write("\t".join(cells) + "\n")
    return wrong


def row(chance: random.Random, number: int) -> list[str]:
    sample = f"isolate{number:07d}_{chance.choice(('Afum', 'Calb', 'Cneo', 'Scer'))}"
    folder = f"/data/sequencing/run{number // 384:05d}"
    short, long = chance.choice(((True, False), (True, False), (True, True), (False, True)))
    paired = short and chance.random() < 0.9
    return [
        sample,
        f"{folder}/{sample}_R1.fastq.gz" if short else "",
        f"{folder}/{sample}_R2.fastq.gz" if paired else "",
        f"s3://lab-ont/{sample}.fq.gz" if long else chance.choice(("", "-", "NA")),
        f"{folder}/{sample}.bam" if chance.random() < 0.1 else "",
        "hints/fungi_odb10.faa" if chance.random() < 0.5 else "",
    ]


def spoil(chance: random.Random, cells: list[str]) -> None:
    kind = chance.randrange(5)
    if kind == 0:
        cells[0] = cells[0].replace("_", " ")
    elif kind == 1:
        cells[1:4] = [cells[1] or "reads.bam", cells[2], "reads.bam"]
    elif kind == 2:
        cells[1:4] = ["", "", ""]
    elif kind == 3:
        cells[1:3] = ["", f"{cells[0]}_R2.fastq.gz"]
    else:
        cells[4] = f"{cells[0]}.sam"


def measured(name: str, sheet: Path, warm_up: Path) -> Figures:
    """Return the figures of one contender from a process of its own."""
    script = Path(__file__).parent / "sheet_contenders.py"
    command = [sys.executable, str(script), name, str(sheet), str(warm_up)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True)
    found: Figures = json.loads(answer.stdout.splitlines()[-1])
    return found


def medians(names: list[str], sheet: Path, warm_up: Path) -> dict[str, Figures]:
    """Measure the contenders by turns; leave out those that are not installed."""
    runs = {name: [measured(name, sheet, warm_up)] for name in names}
    for name in names:
        if "missing" in runs[name][0]:
            print(f"  {name:<16} left out: {runs.pop(name)[0]['missing']} is not installed")
    for _ in range(ROUNDS - 1):
        for name, found in runs.items():
            if found[0]["seconds"] < SLOW_S:
                found.append(measured(name, sheet, warm_up))
    return {
        name: {key: statistics.median(run[key] for run in found) for key in found[0]}
        for name, found in runs.items()
    }


def print_table(found: dict[str, Figures]) -> None:
    base = found[BASE]
    print(f"  {'':<16}{'time':>10}{'ratio':>8}{'peak memory':>14}{'ratio':>8}{'errors':>9}")
    for name, each in found.items():
        time, memory = (each[key] / base[key] for key in ("seconds", "peak"))
        errors = "" if name == BASE else f"{each['errors']:,.0f}"
        print(
            f"  {name:<16}{each['seconds'] * 1000:>7,.0f} ms{time:>8.2f}"
            f"{each['peak']:>11,.0f} MB{memory:>8.2f}{errors:>9}"
        )


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        warm_up, sheet = Path(temporary) / "warm_up.tsv", Path(temporary) / "sheet.tsv"
        write_sheet(warm_up, 100, bad=0.2)
        by_size: dict[int, dict[str, Figures]] = {}
        for size in SIZES:
            write_sheet(sheet, size)
            print(f"{size:,} rows without faults ({sheet.stat().st_size / 1e6:.1f} MB)")
            by_size[size] = medians([BASE, US], sheet, warm_up)
            print_table(by_size[size])
            ours, base = (by_size[size][name]["growth"] for name in (US, BASE))
            print(f"  memory beyond the libraries: {ours:,.0f} MB and {base:,.0f} MB")
        print(f"bound of the ratios: {BOUND}")
        per_row = {size: found[US]["seconds"] / size for size, found in by_size.items()}
        print("a row: " + ", ".join(f"{1e6 * each:.2f} µs" for each in per_row.values()))
        growth = per_row[1_000_000] / per_row[100_000]
        print(f"of 1,000,000 rows each takes {growth:.2f} times as long as of 100,000 (linear: 1)")
        for share in (0.0, 0.01):
            wrong = write_sheet(sheet, 100_000, bad=share)
            print(f"100,000 rows, {wrong:,} of them wrong, against other validators")
            print_table(medians(list(CONTENDERS), sheet, warm_up))


if __name__ == "__main__":
    sys.exit(main())
