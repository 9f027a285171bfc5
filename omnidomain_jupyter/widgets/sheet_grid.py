"""A sample sheet as a grid: its bad cells are marked where they are, and can be put right."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import traitlets

from ..samplesheet.table import UNSET
from .assets import module
from .message_size import fitting
from .part import Part
from .sheet_draft import SheetDraft

if TYPE_CHECKING:
    from ..schemas import ProblemIssue, ValidationReport

FIRST_ROWS = 50  # in the widget's state; the rest is asked for
COLUMNS = 150  # that are shown; a sheet is read, checked and submitted with all of its
ISSUES = 200
CELL = 200  # characters of a cell or message that are sent; the file has the rest


class SheetGrid(Part):
    """The rows of a sheet and what is wrong in them.

    Parameters
    ----------
    changed : is told that somebody has changed the sheet
    """

    _esm = module("sheet-grid.js")

    version = traitlets.Int(0).tag(sync=True)
    columns = traitlets.List(traitlets.Unicode()).tag(sync=True, late=True)
    columns_total = traitlets.Int(0).tag(sync=True)
    # The first: [line, [cell, …]].
    rows: traitlets.List[Any] = traitlets.List().tag(sync=True, late=True)
    total = traitlets.Int(0).tag(sync=True)
    issues = traitlets.List(traitlets.Dict()).tag(sync=True, late=True)
    error_count = traitlets.Int(0).tag(sync=True)
    editable = traitlets.Bool(default_value=False).tag(sync=True)

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self.draft: SheetDraft | None = None
        super().__init__()
        self.on_msg(self._on_message)

    def load(self, draft: SheetDraft) -> None:
        """Show another sheet."""
        self.draft = draft
        with self.at_once():
            self.version += 1
            self.editable = True
            self.issues, self.error_count = [], 0
            self._send_first()

    def show(self, report: ValidationReport) -> None:
        """Mark what the server says of the sheet; without a draft, show its first rows as well."""
        errors = [_issue(issue, "error") for issue in report.errors[:ISSUES]]
        warnings = [_issue(issue, "warning") for issue in report.warnings[: ISSUES // 2]]
        with self.at_once():
            if self.draft is None:
                self.version += 1
                self.editable = False
                self._show_columns(report.columns)
                self.rows = fitting(
                    [row.line, [cut(row.cells.get(name, "")) for name in report.columns[:COLUMNS]]]
                    for row in report.preview
                )
                self.total = report.rows
            self.issues = fitting(errors + warnings)
            self.error_count = report.error_count

    def clear(self) -> None:
        """Draw nothing."""
        self.draft = None
        with self.at_once():
            self.version += 1
            self.columns, self.rows, self.issues = [], [], []
            self.total = self.error_count = self.columns_total = 0
            self.editable = False

    def edit(self, cells: Sequence[tuple[int, int, str]]) -> None:
        """Change cells, each given as row (from 0), column (from 0) and text."""
        draft = self._own()
        for row, column, text in cells:
            draft.set(row, column, text)
        self._redraw(sorted({row for row, _, _ in cells}))

    def put_in_front(self, folder: str, columns: Collection[str]) -> None:
        """Put a folder in front of the relative paths in these columns."""
        draft, before = self._own(), folder.strip().rstrip("/") + "/"
        self.edit(
            [
                (row, column, before + cells[column])
                for row, cells in enumerate(draft.rows)
                for column, name in enumerate(draft.columns)
                if name in columns and _relative(cells[column], before)
            ]
        )

    def rename(self, column: int, name: str) -> None:
        """Give a column another name."""
        self._own().rename(column, name)
        self._redraw([])

    def add(self) -> None:
        """Add an empty row at the end."""
        draft = self._own()
        draft.add()
        self._redraw([len(draft.rows) - 1])

    def remove(self, row: int) -> None:
        """Take a row out."""
        self._own().remove(row)
        with self.at_once():
            self.version += 1
            self._send_first()
        self._changed()

    def _own(self) -> SheetDraft:
        if self.draft is None:
            raise ValueError("this sheet cannot be changed here")
        return self.draft

    def _redraw(self, rows: Sequence[int]) -> None:
        with self.at_once():
            self._send_first()
        start = rows[0] if rows else 0
        while rows and start <= rows[-1]:
            piece = self._piece(start, rows[-1] + 1)
            self.send({"kind": "rows", "version": self.version, **piece})
            start += max(1, len(piece["rows"]))
        self._changed()

    def _send_first(self) -> None:
        draft = self._own()
        self._show_columns(draft.columns)
        self.rows = self._piece(0, FIRST_ROWS)["rows"]
        self.total = len(draft.rows)

    def _piece(self, start: int, end: int | None = None) -> dict[str, Any]:
        """Return rows from `start` on, as many as make a message of bearable size."""
        return {"start": start, "rows": fitting(self._shown(start, end))}

    def _shown(self, start: int, end: int | None) -> Iterator[list[Any]]:
        draft = self._own()
        for index in range(start, min(len(draft.rows), end or len(draft.rows))):
            yield [draft.lines[index], [cut(cell) for cell in draft.rows[index][:COLUMNS]]]

    def _show_columns(self, columns: Sequence[str]) -> None:
        self.columns = [cut(name) for name in columns[:COLUMNS]]
        self.columns_total = len(columns)

    def _on_message(self, _widget: object, message: dict[str, Any], _buffers: object) -> None:
        if self.draft is None or message.get("version") != self.version:
            return  # of a sheet that is gone
        match message:
            case {"kind": "more", "start": int(start)}:
                self.send({"kind": "rows", "version": self.version, **self._piece(start)})
            case {"kind": "edit", "cells": [*cells]}:
                self.edit([(row, column, text) for row, column, text in cells])
            case {"kind": "rename", "column": int(column), "name": str(name)}:
                self.rename(column, name)
            case {"kind": "add"}:
                self.add()
            case {"kind": "remove", "row": int(row)}:
                self.remove(row)


def _relative(path: str, before: str) -> bool:
    """Tell whether a cell is a path that a folder can be put in front of."""
    unset = path.lower() in UNSET
    return not unset and "://" not in path and not path.startswith(("/", "~", before))


def cut(text: str) -> str:
    """Return a text that fits a cell."""
    return text if len(text) <= CELL else f"{text[: CELL - 1]}…"


def _issue(issue: ProblemIssue, level: str) -> dict[str, Any]:
    return {
        "level": level,
        "line": issue.line,
        "row": issue.row,
        "column": None if issue.column is None else cut(issue.column),
        "message": cut(issue.message),
        # Cut off it would be a wrong value, and it is put into a cell by one click.
        "suggestion": issue.suggestion
        if issue.suggestion and len(issue.suggestion) <= CELL
        else None,
    }
