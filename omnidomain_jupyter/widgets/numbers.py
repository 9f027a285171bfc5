"""The numbers of a submission's samples: the worst of them one by one, all of them counted."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from .message_size import fitting
from .sheet_grid import cut

if TYPE_CHECKING:
    from ..client import Client
    from ..schemas import MetricsRow, Run

ROWS = 48  # that are shown one by one
RUNS = 5000  # of a submission, that are read
BINS = 24
FEW = 12  # values, of which there is nothing to count
_OTHERS = 5  # columns of tools that are not known here


class Column(NamedTuple):
    """One number of each sample."""

    key: str
    name: str
    share: bool = False
    worst: int = 0
    """-1 where few are bad."""


READS = (
    Column("sequali.reads", "Reads"),
    Column("sequali.q20_share", "Q20, % of reads", share=True, worst=-1),
    Column("sequali.gc_share", "GC, %", share=True),
    Column("sequali.adapter_share", "Adapter, % of reads", share=True),
    Column("sequali.mean_length", "Mean length, bases"),
)


class Numbers:
    """Reads the numbers of the submission that is looked at.

    Parameters
    ----------
    wanted : tells whether a run's numbers are still what somebody looks at
    show : is given what the browser draws, several times while more of it comes
    """

    def __init__(
        self, wanted: Callable[[str], bool], show: Callable[[Mapping[str, Any]], None]
    ) -> None:
        self._wanted = wanted
        self._show = show

    def read(self, client: Client, run: Run) -> None:
        """Show the numbers of the run's submission, or of the run alone."""
        run_id = str(run.run_id)
        for rows, note in _pages(client, run):
            if not self._wanted(run_id):
                return
            self._show(numbers_of(rows, run_id, note))


def numbers_of(rows: Iterable[MetricsRow], chosen: str, note: str = "") -> dict[str, Any]:
    """Return what is drawn: the chosen run first, then the worst; of many, how they are spread.

    Parameters
    ----------
    chosen : the id of the run that is looked at
    note : how far they are read
    """
    found = [row for row in rows if row.values]
    columns = _columns(found)
    if not columns:
        return {}
    worst = next((column for column in columns if column.worst), None)

    def place(row: MetricsRow) -> tuple[bool, float]:
        value = row.values.get(worst.key, math.inf) if worst else 0.0
        return (str(row.run_id) != chosen, value)

    ordered = sorted(found, key=place)
    shown = fitting(_row(row, columns, chosen) for row in ordered[:ROWS])
    said = [note, f"{len(shown)} of {len(found):,}" if len(shown) < len(found) else ""]
    if said[1] and worst:
        said[1] += f", those with the least {worst.name.partition(',')[0]} first"
    return {
        "columns": [{"name": cut(column.name), "share": column.share} for column in columns],
        "tops": [_top(column, found) for column in columns],
        "rows": shown,
        "spread": [_spread(column, found) for column in columns] if len(found) > FEW else [],
        "count": len(found),
        "note": " · ".join(filter(None, said)),
    }


def _pages(client: Client, run: Run) -> Iterator[tuple[list[MetricsRow], str]]:
    if run.submission_id is None:
        yield _of_run(client, run), ""
        return
    rows: list[MetricsRow] = []
    runs = set()
    for page in client.submission(run.submission_id).metric_pages():
        rows += page.rows
        runs |= {row.run_id for row in page.rows}
        if page.next_cursor is None:
            break
        if len(runs) >= RUNS:
            if run.run_id not in runs:
                rows += _of_run(client, run)
            yield rows, f"{len(runs):,} of its runs"
            return
        yield rows, f"Reading: {len(runs):,} runs so far"
    yield rows, ""


def _of_run(client: Client, run: Run) -> list[MetricsRow]:
    from ..schemas import MetricsRow

    return [
        MetricsRow(
            run_id=run.run_id,
            row_number=run.row_number,
            sample_id=run.sample_id,
            status=run.status,
            sample=each.file,
            values={column.key: float(getattr(each, _field(column))) for column in READS},
        )
        for each in client.run(run.run_id).found.reads
    ]


def _field(column: Column) -> str:
    return column.key.partition(".")[2]


def _columns(rows: Sequence[MetricsRow]) -> list[Column]:
    """Return the numbers of reads where there are any, the most frequent ones otherwise."""
    counts = Counter(name for row in rows for name in row.values)
    known = [column for column in READS if counts[column.key]]
    return known or [Column(name, name) for name, _ in counts.most_common(_OTHERS)]


def _row(row: MetricsRow, columns: Sequence[Column], chosen: str) -> dict[str, Any]:
    run_id = str(row.run_id)
    return {
        "run_id": run_id,
        "sample": cut(row.sample_id),
        "file": cut(row.sample) if row.sample != row.sample_id else "",
        "values": [row.values.get(column.key) for column in columns],
        "chosen": run_id == chosen,
    }


def _top(column: Column, rows: Iterable[MetricsRow]) -> float:
    """Return what the longest bar stands for."""
    if column.share:
        return 1.0
    return max((row.values.get(column.key, 0.0) for row in rows), default=0.0) or 1.0


def _spread(column: Column, rows: Iterable[MetricsRow]) -> dict[str, Any]:
    """Return how many samples have how much, from the lowest to the highest."""
    values = [row.values[column.key] for row in rows if column.key in row.values]
    low, high = min(values), max(values)
    width = (high - low) / BINS
    bins = [0] * (BINS if width else 1)
    for value in values:
        bins[min(len(bins) - 1, int((value - low) / width)) if width else 0] += 1
    return {"low": low, "high": high, "bins": bins}
