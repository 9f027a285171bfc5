"""Reads sample sheets as scientists really save them, and keeps every cell's line.

Every cell is text. What is repaired (a byte order mark, blanks around a cell, an empty column
at the end) is a warning; what is not is an error at its line. Line numbers are physical lines
of the file, as an editor counts them, also behind quoted cells that span several.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import InvalidInputError
from .decoding import decode
from .issues import Issue

if TYPE_CHECKING:
    import pandas as pd

UNSET = frozenset({"", "-", "none", "nan", "na"})
"""What an empty cell looks like, without regard to case."""

DELIMITERS = {"\t": "tab", ",": "comma", ";": "semicolon"}
MAX_WARNINGS = 100


class SheetError(InvalidInputError):
    """A file that cannot be read as a table at all."""


@dataclass(frozen=True)
class Row:
    """A row of data; unset cells are absent."""

    line: int
    row: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Sheet:
    """A sheet that was read: its columns, and its rows as lists of cells with their lines."""

    columns: tuple[str, ...]
    header_line: int
    records: Sequence[tuple[int, Sequence[str]]]
    errors: tuple[Issue, ...]
    warnings: tuple[Issue, ...]
    delimiter: str
    encoding: str

    def __len__(self) -> int:
        """Return the number of rows of data."""
        return len(self.records)

    def rows(self) -> Iterator[Row]:
        """Yield the rows of data, without their unset cells."""
        for number, (line, cells) in enumerate(self.records, start=1):
            found = {
                column: cell
                for column, cell in zip(self.columns, cells, strict=False)
                if column and cell.lower() not in UNSET
            }
            yield Row(line, number, found)


def read_sheet(data: bytes | str, *, filename: str | None = None) -> Sheet:
    """Return the sheet in a file's bytes or in a text.

    Parameters
    ----------
    filename : decides about the delimiter where the header leaves it open

    Raises
    ------
    SheetError : there is no table in it; with the line, if there is one
    """
    text, encoding = (
        (data.removeprefix("\ufeff"), "text") if isinstance(data, str) else decode(data)
    )
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise _unreadable("This is not a text file: it contains NUL characters.", "binary", line)
    delimiter = _delimiter(text, filename)
    faults: list[Issue] = []
    warnings: list[Issue] = []
    if encoding == "cp1252":
        message = "The file is not UTF-8; it was read as Windows (Western). Check accented letters."
        warnings.append(Issue(message, "encoding"))
    records = _records(text, delimiter, warnings)
    header_line, header = next(records, (0, []))
    if not header:
        raise _unreadable("The sheet is empty: it has no header.", "empty", 1)
    columns = _columns(header, header_line, faults, warnings)
    rows = [(line, _fitted(cells, columns, line, faults, warnings)) for line, cells in records]
    return Sheet(
        columns=columns,
        header_line=header_line,
        records=rows,
        errors=tuple(faults),
        warnings=tuple(warnings[:MAX_WARNINGS]),
        delimiter=DELIMITERS[delimiter],
        encoding=encoding,
    )


def read_dataframe(frame: pd.DataFrame) -> Sheet:
    """Return a DataFrame as a sheet: its columns are the header, missing values are unset."""
    buffer = io.StringIO()
    frame.to_csv(buffer, sep="\t", index=False, lineterminator="\n")
    return read_sheet(buffer.getvalue(), filename="dataframe.tsv")


def decode_sheet(data: bytes) -> str:
    """Return a sheet's text, without the marks of its encoding."""
    return decode(data)[0]


def _unreadable(message: str, code: str, line: int | None) -> SheetError:
    return SheetError(message, [Issue(message, code, line=line)])


def _delimiter(text: str, filename: str | None) -> str:
    """Return the delimiter that the header uses; the file's name decides if it uses none."""
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            counts = {each: line.count(each) for each in DELIMITERS}
            best = max(counts, key=lambda each: counts[each])
            if counts[best]:
                return "\t" if counts["\t"] else best
            break
    return "," if filename and filename.lower().endswith(".csv") else "\t"


def _records(text: str, delimiter: str, warnings: list[Issue]) -> Iterator[tuple[int, list[str]]]:
    """Yield the line at which each record starts, and its cells without blanks around them."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _csv_error(error, line) from None
        start, line = line, reader.line_num + 1
        stripped = [cell.strip() for cell in cells]
        if not any(stripped):
            continue
        if stripped[0].startswith("#") and not stripped[0].startswith('"'):
            warnings.append(Issue("A comment line was left out.", "comment", line=start))
            continue
        if stripped != cells and len(warnings) < MAX_WARNINGS:
            message = "Blanks at the beginning or end of a cell were left out."
            warnings.append(Issue(message, "blanks", line=start))
        yield start, stripped


def _csv_error(error: csv.Error, line: int) -> SheetError:
    text = str(error)
    if "field larger" in text:
        message = f"Line {line} has a cell of more than 131,072 characters."
    elif "unexpected end" in text:
        message = f'A quotation mark (") that is opened in line {line} is never closed.'
    else:
        message = f'The quotation marks (") in line {line} do not fit together.'
    return _unreadable(message, "quoting", line)


def _columns(
    header: list[str], line: int, faults: list[Issue], warnings: list[Issue]
) -> tuple[str, ...]:
    while header and not header[-1]:
        header = header[:-1]
        warnings.append(
            Issue("An empty column at the end was left out.", "empty_column", line=line)
        )
    seen: set[str] = set()
    for position, name in enumerate(header, start=1):
        if not name:
            message = f"Column {position} has no name."
            faults.append(Issue(message, "unnamed_column", line=line))
        elif name in seen:
            message = f"There are two columns with the name {name!r}."
            faults.append(Issue(message, "duplicate_column", line=line, column=name, value=name))
        seen.add(name)
    return tuple(header)


def _fitted(
    cells: list[str],
    columns: tuple[str, ...],
    line: int,
    faults: list[Issue],
    warnings: list[Issue],
) -> list[str]:
    if len(cells) > len(columns):
        surplus = [cell for cell in cells[len(columns) :] if cell]
        if surplus:
            message = (
                f"Line {line} has {len(cells)} cells, but the header names {len(columns)} columns."
            )
            faults.append(Issue(message, "ragged_row", line=line, value=surplus[0][:200]))
        return cells[: len(columns)]
    if len(cells) < len(columns):
        if len(warnings) < MAX_WARNINGS:
            message = f"Line {line} has only {len(cells)} cells; the rest was taken as empty."
            warnings.append(Issue(message, "short_row", line=line))
        return cells + [""] * (len(columns) - len(cells))
    return cells
