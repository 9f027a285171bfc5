"""A sample sheet as a grid, with its bad cells marked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from .notice import STATIC

if TYPE_CHECKING:
    from ..schemas import ProblemIssue, ValidationReport

ROWS = 50
MESSAGES = 50
CELL = 200  # characters of a cell or message that are sent; the file has the rest


class SheetGrid(anywidget.AnyWidget):
    """The first rows of a sheet, and what is wrong in it, at its cells."""

    _esm = STATIC / "sheet-grid.js"
    _css = STATIC / "sheet-grid.css"

    columns = traitlets.List(traitlets.Unicode()).tag(sync=True)
    rows = traitlets.List(traitlets.Dict()).tag(sync=True)
    issues = traitlets.List(traitlets.Dict()).tag(sync=True)
    total = traitlets.Int(0).tag(sync=True)
    error_count = traitlets.Int(0).tag(sync=True)

    def show(self, report: ValidationReport) -> None:
        """Draw what the server says of a sheet."""
        errors = [_issue(issue, "error") for issue in report.errors[:MESSAGES]]
        warnings = [_issue(issue, "warning") for issue in report.warnings[:MESSAGES]]
        with self.hold_sync():
            self.columns = list(report.columns)
            self.rows = [
                {"line": row.line, "cells": {name: cut(text) for name, text in row.cells.items()}}
                for row in report.preview[:ROWS]
            ]
            self.issues = errors + warnings
            self.total = report.rows
            self.error_count = report.error_count

    def clear(self) -> None:
        """Draw nothing."""
        with self.hold_sync():
            self.columns, self.rows, self.issues = [], [], []
            self.total = self.error_count = 0


def cut(text: str) -> str:
    """Return a text that fits a cell."""
    return text if len(text) <= CELL else f"{text[: CELL - 1]}…"


def _issue(issue: ProblemIssue, level: str) -> dict[str, Any]:
    return {
        "level": level,
        "line": issue.line,
        "column": issue.column,
        "message": cut(issue.message),
        "suggestion": cut(issue.suggestion) if issue.suggestion else None,
    }
