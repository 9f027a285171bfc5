"""The tables of the same name in the outputs of a sheet's runs, as one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import chain, islice
from typing import NamedTuple
from uuid import UUID

from ..compute.result_stores import ResultStores
from ..compute.results import ResultStore, StoredFile
from ..errors import InvalidInputError
from ..globs import has_wildcards, matches
from ..results.preview import MOST_LINES, Table, preview_table
from ..schemas import Run as RunResponse
from ..schemas import RunQuery, RunWithoutTable, SubmissionTables, TableRow, TablesQuery
from ..store.models import User
from .csv_text import csv_pieces
from .cursors import encode_cursor
from .reports import mapper
from .runs import RunService
from .submissions import SubmissionService
from .table_extent import Extent

MOST_LISTED = 20_000
"""Files of a run that are looked through for tables."""

MOST_TABLES = 20
"""Of a run."""

MOST_CELLS = 40_000
"""Of a page, which otherwise ends at an earlier run. Written as JSON in 20 ms."""

MOST_CELLS_OF_RUN = 100_000
"""The first run of a page is on it in any case."""

MOST_CHARACTERS = 4_000_000
"""Of a page, and of a run."""

OWN_COLUMNS = ("run_id", "row_number", "sample_id", "file")


class _RunTables(NamedTuple):
    """What was found in one run: tables by path, and whether there was more."""

    run: RunResponse
    tables: list[tuple[str, Table]]
    truncated: bool


class TableService:
    """Reads tables as they are: no cell is made a number of."""

    def __init__(
        self, runs: RunService, submissions: SubmissionService, stores: ResultStores
    ) -> None:
        self._runs = runs
        self._submissions = submissions
        self._stores = stores

    def submission(self, user: User, submission_id: UUID, query: TablesQuery) -> SubmissionTables:
        """Return the tables of a page of a submission's runs, newest first as in the history.

        Raises
        ------
        NotFoundError : there is no such submission
        InvalidInputError : the cursor is not one of ours
        ResultsUnavailableError : S3 does not answer
        """
        self._submissions.get(user, submission_id)
        page = self._runs.page(
            user, RunQuery(submission_id=submission_id, limit=query.limit, cursor=query.cursor)
        )
        found: list[_RunTables] = []
        size = Extent(MOST_CELLS, MOST_CHARACTERS)
        with mapper(page.runs[0].outdir if page.runs else "") as mapped:
            for each in mapped(partial(self._of_run, query.path), page.runs):
                fits = size.takes(
                    (name for _, table in each.tables for name in table.columns),
                    (row for _, table in each.tables for row in table.rows),
                )
                if fits or not found:
                    found.append(each)
                if not fits:
                    break
        cursor = page.next_cursor
        if len(found) < len(page.runs):
            cursor = encode_cursor(found[-1].run.created_at, found[-1].run.run_id)
        names = list(
            dict.fromkeys(
                name for each in found for _, table in each.tables for name in table.columns
            )
        )
        return SubmissionTables(
            submission_id=submission_id,
            path=query.path,
            columns=names,
            rows=[row for each in found for row in _rows(each, names)],
            without=[
                RunWithoutTable(
                    run_id=each.run.run_id,
                    row_number=each.run.row_number,
                    sample_id=each.run.sample_id,
                )
                for each in found
                if not each.tables
            ],
            truncated=any(each.truncated for each in found),
            next_cursor=cursor,
        )

    def _of_run(self, pattern: str, run: RunResponse) -> _RunTables:
        store = self._stores.at(run.outdir)
        files, truncated = _matching(store, pattern)
        tables: list[tuple[str, Table]] = []
        size = Extent(MOST_CELLS_OF_RUN, MOST_CHARACTERS)
        for file in files:
            table = _table(store, file)
            if table is None:
                continue
            if not size.takes(table.columns, table.rows):
                return _RunTables(run, tables, truncated=True)
            tables.append((file.path, table))
            truncated = truncated or table.truncated
        return _RunTables(run, tables, truncated)


def takes_page(size: Extent, page: SubmissionTables) -> bool:
    """Return whether a page still goes into a CSV, with what stands in front of each row."""
    rows = ([str(row.run_id), row.sample_id, row.file, *row.cells] for row in page.rows)
    without = ([str(run.run_id), run.sample_id] for run in page.without)
    return size.takes(page.columns, chain(rows, without))


def as_csv(pages: Sequence[SubmissionTables]) -> Iterator[str]:
    """Yield the rows of pages as CSV, in the sheet's order; a run without tables has one row.

    A column of the tables that is called as one of ours gets ``_2`` behind its name.
    """
    columns = list(dict.fromkeys(name for page in pages for name in page.columns))
    found: list[tuple[int, list[object]]] = []
    for page in pages:
        places = {name: number for number, name in enumerate(page.columns)}
        order = [places.get(name) for name in columns]
        for row in page.rows:
            own = [getattr(row, name) for name in OWN_COLUMNS]
            cells = [None if place is None else row.cells[place] for place in order]
            found.append((row.row_number or 0, [*own, *cells]))
        found += [
            (run.row_number or 0, [run.run_id, run.row_number, run.sample_id])
            for run in page.without
        ]
    width = len(OWN_COLUMNS) + len(columns)
    # Sorting keeps the order of what is equal: rows stay in that of their files.
    rows = (row + [None] * (width - len(row)) for _, row in sorted(found, key=lambda each: each[0]))
    names = (f"{name}_2" if name in OWN_COLUMNS else name for name in columns)
    return csv_pieces([*OWN_COLUMNS, *names], rows)


def _rows(found: _RunTables, columns: Sequence[str]) -> Iterator[TableRow]:
    for path, table in found.tables:
        places = {name: number for number, name in enumerate(table.columns)}
        order = [places.get(name) for name in columns]
        for row in table.rows:
            yield TableRow(
                run_id=found.run.run_id,
                row_number=found.run.row_number,
                sample_id=found.run.sample_id,
                file=path,
                cells=[None if place is None else row[place] for place in order],
            )


def _matching(store: ResultStore, pattern: str) -> tuple[list[StoredFile], bool]:
    """Return the files that a pattern names, and whether there may be more."""
    if not has_wildcards(pattern):
        file = store.find(pattern)
        return ([file] if file else []), False
    first, separator, _ = pattern.partition("/")
    phase = first if separator and not has_wildcards(first) else None
    listed = list(islice(store.files(phase=phase), MOST_LISTED + 1))
    found = [file for file in listed[:MOST_LISTED] if matches(pattern, file.path)]
    return found[:MOST_TABLES], len(listed) > MOST_LISTED or len(found) > MOST_TABLES


def _table(store: ResultStore, file: StoredFile) -> Table | None:
    content = store.open(file.path, 0, file.size_bytes)
    if content is None:
        return None  # gone since it was listed
    try:
        return preview_table(content, file.path, MOST_LINES, MOST_CELLS_OF_RUN)
    except InvalidInputError:
        return None
    finally:
        content.close()
