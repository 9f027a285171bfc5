"""Reads Excel workbooks (``.xlsx``) as tables of text, with Excel's own row numbers.

openpyxl reads them: the library that pandas uses, too. It is imported only for a workbook.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from .issues import Issue

LARGEST = 512 * 1024 * 1024
"""Bytes of a workbook when unpacked; more is no sample sheet, or meant to do harm."""

_MIDNIGHT = dt.time()


class WorkbookError(Exception):
    """A workbook that cannot be read; the text says why. `code` is for programs."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass
class Workbook:
    """The rows of a workbook's sheet.

    Parameters
    ----------
    rows : Excel's number of each row that is not empty, and its cells as text
    errors : cells that hold no value, at their rows; the column is counted from 1 in `value`
    warnings : what was understood, and may not have been meant
    """

    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    errors: list[Issue] = field(default_factory=list)
    warnings: list[Issue] = field(default_factory=list)


def read_workbook(data: bytes) -> Workbook:
    """Return the first sheet of a workbook that is not empty.

    Raises
    ------
    WorkbookError : it is damaged, encrypted or too large
    """
    import openpyxl

    try:
        has_formulas = _looked_into(data)
        values = openpyxl.load_workbook(
            io.BytesIO(data), read_only=True, data_only=True, keep_links=False
        )
        formulas = (
            openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
            if has_formulas
            else None
        )
        return _first_filled(values, formulas)
    except WorkbookError:
        raise
    except Exception as error:  # openpyxl raises whatever a damaged file leads to
        raise WorkbookError("workbook", "The workbook is damaged and cannot be read.") from error


def _looked_into(data: bytes) -> bool:
    """Return whether the workbook has formulas; refuse what is none, or too large."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        if sum(part.file_size for part in parts) > LARGEST:
            size = LARGEST // 2**20
            message = f"The workbook holds more than {size} MiB, which is too much to read."
            raise WorkbookError("too_large", message)
        names = [part.filename for part in parts]
        if "xl/workbook.xml" not in names:
            message = "This is no Excel workbook (.xlsx), but an archive of another kind."
            raise WorkbookError("workbook", message)
        sheets = [name for name in names if name.startswith("xl/worksheets/")]
        return any(b"<f" in archive.read(name) for name in sheets if name.endswith(".xml"))


def _first_filled(values: Any, formulas: Any) -> Workbook:
    chosen: Workbook | None = None
    title, others = "", []
    for sheet in values.worksheets:
        if chosen is not None:
            if any(_is_filled(row) for row in sheet.iter_rows(values_only=True)):
                others.append(sheet.title)
            continue
        asked = formulas[sheet.title] if formulas is not None else None
        found = _read(sheet, asked)
        if found.rows or found.errors:
            chosen, title = found, sheet.title
    if chosen is None:
        raise WorkbookError("empty", "The workbook is empty.")
    if others:
        message = f"The sheet “{title}” was read; left alone: {', '.join(others)}."
        chosen.warnings.insert(0, Issue(message, "other_sheets"))
    return chosen


def _is_filled(row: Sequence[object]) -> bool:
    return any(value not in (None, "") for value in row)


def _read(sheet: Any, formulas: Any) -> Workbook:
    found = Workbook()
    # Some programs write a wrong size of the sheet, and rows beyond it would be lost.
    sheet.reset_dimensions()
    asked: Iterator[Sequence[Any]] = iter(())
    if formulas is not None:
        formulas.reset_dimensions()
        asked = formulas.iter_rows()
    for number, row in enumerate(sheet.iter_rows(), start=1):
        written = next(asked, ())
        cells = [_text(cell, number, found) for cell in row]
        for position, cell in enumerate(written):
            if cell.data_type == "f" and (position >= len(cells) or not cells[position]):
                message = (
                    f"Cell {_name(position, number)} holds a formula without a result. Open the "
                    "workbook in Excel, save it, and try again."
                )
                found.errors.append(Issue(message, "formula", line=number))
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            found.rows.append((number, cells))
    return found


def _text(cell: Any, number: int, found: Workbook) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if cell.data_type == "e":
        place = _name(cell.column - 1, number)
        message = f"Cell {place} holds {value}, which Excel shows where it has no value."
        found.errors.append(Issue(message, "excel_error", line=number, value=str(value)))
        return ""
    if isinstance(value, dt.date | dt.time):
        return _date(cell, value, number, found)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def _date(cell: Any, value: dt.date | dt.time, number: int, found: Workbook) -> str:
    if isinstance(value, dt.datetime) and value.time() == _MIDNIGHT:
        value = value.date()
    text = value.isoformat()
    message = (
        f"Cell {_name(cell.column - 1, number)} is a date for Excel and was read as {text}. If it "
        "is a name (such as MAR1), format the column as text and type it again."
    )
    found.warnings.append(Issue(message, "excel_date", line=number, value=text))
    return text


def _name(position: int, number: int) -> str:
    """Return a cell's name as Excel shows it; `position` is counted from 0."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{number}"
