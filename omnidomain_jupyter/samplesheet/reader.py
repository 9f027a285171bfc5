"""Reads sample sheets as scientists really save them, and keeps every cell's line.

Every cell is text. What is repaired (a byte order mark, blanks around a cell, an empty column
at the end) is a warning; what is not is an error at its line. Line numbers are physical lines
of the file, as an editor counts them, also behind quoted cells that span several.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from ..errors import InvalidInputError
from .decoding import Decoded, decode
from .excel import Workbook, WorkbookError, read_workbook
from .issues import Issue
from .lines import LineError, header_delimiter, line_at, records
from .notices import Notices
from .plain import plain_columns
from .table import UNSET, Row, Rows, columns_of_rows

__all__ = ["UNSET", "Row", "Sheet", "SheetError", "decode_sheet", "read_dataframe", "read_sheet"]

if TYPE_CHECKING:
    import pandas as pd

DELIMITERS = {"\t": "tab", ",": "comma", ";": "semicolon"}

_BLANKS_LEFT_OUT = "Blanks at the beginning or end of a cell were left out."
_ASCII_BLANKS = " \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f"
_BLANKS = re.compile(r"^[\s\u200b\ufeff]+|[\s\u200b\ufeff]+$")
_LONGEST_HEADER = 1_000_000
_SURROGATE = re.compile("[\ud800-\udfff]")
_WORKBOOK, _GZIP = b"PK\x03\x04", b"\x1f\x8b"
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"


class SheetError(InvalidInputError):
    """A file that cannot be read as a table at all."""


@dataclass(frozen=True)
class Sheet:
    """A sheet that was read: its columns, and the cells of each with the lines of the rows.

    Lines are 0 in a sheet that was never a file.
    """

    columns: tuple[str, ...]
    header_line: int
    lines: Sequence[int]
    table: Sequence[Sequence[str]]
    errors: tuple[Issue, ...]
    warnings: tuple[Issue, ...]
    delimiter: str
    encoding: str

    def __len__(self) -> int:
        """Return the number of rows of data."""
        return len(self.lines)

    def rows(self) -> Rows:
        """Return the rows of data, without their unset cells."""
        return Rows(self.columns, self.lines, self.table)


def read_sheet(data: bytes | str, *, filename: str | None = None) -> Sheet:
    """Return the sheet in a file's bytes or in a text.

    Parameters
    ----------
    filename : decides about the delimiter where the header leaves it open

    Raises
    ------
    SheetError : there is no table in it; with the line, if there is one
    """
    if isinstance(data, bytes) and data.startswith(_WORKBOOK):
        return _of_workbook(_workbook(data))
    decoded = Decoded(data, "text") if isinstance(data, str) else _decoded(data)
    text = decoded.text.lstrip("\ufeff")
    _refuse_what_is_not_text(decoded, text)
    notices = Notices()
    if decoded.encoding in {"cp1252", "latin-1"}:
        message = "The file is not UTF-8; it was read as Windows (Western). Check accented letters."
        notices.add(Issue(message, "encoding"))
    delimiter = _delimiter(text, filename, notices)
    try:
        return _read(text, delimiter, decoded.encoding, notices)
    except LineError as error:
        raise _unreadable(str(error), "quoting", error.line) from None


def read_dataframe(frame: pd.DataFrame) -> Sheet:
    """Return a DataFrame as a sheet: its columns are the header, missing values are unset."""
    import pandas as pd

    faults: list[Issue] = []
    notices = Notices()
    header = [_stripped(str(name)) for name in frame.columns]
    columns = _columns(header, 0, faults, notices)
    missing = pd.isna(frame).to_numpy()
    rows = [
        ["" if gone else _cell_text(value) for value, gone in zip(cells, nan, strict=True)]
        for cells, nan in zip(frame.itertuples(index=False, name=None), missing, strict=True)
    ]
    fitted = [_fitted(cells, columns, 0, faults, notices) for cells in rows]
    return Sheet(
        columns=columns,
        header_line=0,
        lines=[0] * len(rows),
        table=columns_of_rows(fitted, len(columns)),
        errors=tuple(faults),
        warnings=notices.all(),
        delimiter="none",
        encoding="dataframe",
    )


def decode_sheet(data: bytes) -> str:
    """Return a sheet's text, without the marks of its encoding; of a workbook, as TSV.

    Raises
    ------
    SheetError : the workbook cannot be read
    """
    if not data.startswith(_WORKBOOK):
        return decode(data).text
    text = io.StringIO()
    writer = csv.writer(text, dialect="excel-tab", lineterminator="\n")
    before = 0
    for number, cells in _workbook(data).rows:
        text.write("\n" * (number - before - 1))  # each row on its own line, as in Excel
        writer.writerow(cells)
        before = number
    return text.getvalue()


def _decoded(data: bytes) -> Decoded:
    if data.startswith(_OLD_WORKBOOK):
        message = (
            "This is a workbook of an old kind (.xls), or one with a password. Save the sheet in "
            "Excel as “Excel workbook (.xlsx)” without a password, or as “CSV UTF-8”."
        )
        raise _unreadable(message, "workbook", None)
    if data.startswith(_GZIP):
        raise _unreadable("This file is compressed. Unpack it first.", "compressed", None)
    return decode(data)


def _refuse_what_is_not_text(decoded: Decoded, text: str) -> None:
    if decoded.damaged_at is not None:
        line = line_at(decoded.text, decoded.damaged_at)
        message = f"The file is damaged: line {line} cannot be read as {decoded.encoding.upper()}."
        raise _unreadable(message, "encoding", line)
    if "\0" in text:
        line = line_at(text, text.index("\0"))
        raise _unreadable("This is not a text file: it contains NUL characters.", "binary", line)
    if decoded.encoding == "text" and (found := _SURROGATE.search(text)):
        line = line_at(text, found.start())
        raise _unreadable(f"Line {line} contains half a character.", "encoding", line)


def _read(text: str, delimiter: str, encoding: str, notices: Notices) -> Sheet:
    faults: list[Issue] = []
    parts = _plain(text, delimiter, faults, notices) or _split(text, delimiter, faults, notices)
    return Sheet(
        columns=parts.columns,
        header_line=parts.header_line,
        lines=parts.lines,
        table=parts.table,
        errors=tuple(faults),
        warnings=notices.all(),
        delimiter=DELIMITERS[delimiter],
        encoding=encoding,
    )


class _Parts(NamedTuple):
    """What a text was split into."""

    columns: tuple[str, ...]
    header_line: int
    lines: Sequence[int]
    table: Sequence[Sequence[str]]


def _plain(text: str, delimiter: str, faults: list[Issue], notices: Notices) -> _Parts | None:
    """Split a plain text by whole columns; None when it has to be split by lines."""
    whole = plain_columns(text, delimiter)
    if whole is None:
        return None
    stripped = [_stripped_column(cells) for cells in whole]
    header = [cells[0] for cells in stripped]
    width = len(header)
    while width and not header[width - 1]:
        width -= 1
    if any(any(cells[1:]) for cells in stripped[width:]):
        return None  # cells beyond the header are errors, each at its line
    blanks = {
        index
        for cells, before in zip(stripped, whole, strict=True)
        if cells is not before
        for index, cell in enumerate(before)
        if cells[index] != cell
    }
    if 0 in blanks:
        notices.add(Issue(_BLANKS_LEFT_OUT, "blanks", line=1))
        blanks.discard(0)
    columns = _columns(header, 1, faults, notices)
    for index in sorted(blanks):
        notices.add(Issue(_BLANKS_LEFT_OUT, "blanks", line=index + 1))
    table = [cells[1:] for cells in stripped[:width]]
    return _Parts(columns, 1, range(2, len(whole[0]) + 1), table)


def _stripped_column(cells: Sequence[str]) -> Sequence[str]:
    """Return a column's cells without blanks around them; the column itself if there are none."""
    joined = "".join(cells)
    if joined.isascii():
        if not any(blank in joined for blank in _ASCII_BLANKS):
            return cells
        stripped = list(map(str.strip, cells))
    else:
        stripped = list(map(_stripped, cells))
    return cells if stripped == cells else stripped


def _split(text: str, delimiter: str, faults: list[Issue], notices: Notices) -> _Parts:
    """Split any text, line by line."""
    found = _cleaned(text, delimiter, notices)
    header_line, header = next(found, (0, []))
    if not header:
        raise _unreadable("The sheet is empty: it has no header.", "empty", 1)
    columns = _columns(header, header_line, faults, notices)
    rows = [(line, _fitted(cells, columns, line, faults, notices)) for line, cells in found]
    table = columns_of_rows([cells for _, cells in rows], len(columns))
    return _Parts(columns, header_line, [line for line, _ in rows], table)


def _workbook(data: bytes) -> Workbook:
    try:
        return read_workbook(data)
    except WorkbookError as error:
        raise _unreadable(str(error), error.code, None) from None


def _of_workbook(workbook: Workbook) -> Sheet:
    faults, notices = list(workbook.errors), Notices()
    for warning in workbook.warnings:
        notices.add(warning)
    found = _without_blanks(workbook.rows, notices)
    header_line, header = next(found, (0, []))
    if not header:
        raise _unreadable("The sheet is empty: it has no header.", "empty", 1)
    columns = _columns(header, header_line, faults, notices)
    width = len(columns)
    # Excel keeps no empty cells at the end of a row.
    padded = ((line, cells + [""] * (width - len(cells))) for line, cells in found)
    rows = [(line, _fitted(cells, columns, line, faults, notices)) for line, cells in padded]
    return Sheet(
        columns=columns,
        header_line=header_line,
        lines=[line for line, _ in rows],
        table=columns_of_rows([cells for _, cells in rows], width),
        errors=tuple(faults),
        warnings=notices.all(),
        delimiter="none",
        encoding="xlsx",
    )


def _unreadable(message: str, code: str, line: int | None) -> SheetError:
    return SheetError(message, [Issue(message, code, line=line)])


def _delimiter(text: str, filename: str | None, notices: Notices) -> str:
    """Return the delimiter that the header uses; the file's name decides if it uses none."""
    ending = (filename or "").lower().rpartition(".")[2]
    usual = {"csv": ",", "tsv": "\t"}.get(ending)
    found = header_delimiter(text[:_LONGEST_HEADER], "".join(DELIMITERS))
    if found and usual and found != usual:
        message = (
            f"The file's name ends in .{ending}, but the header's cells are separated by "
            f"{DELIMITERS[found]}; it was read so."
        )
        notices.add(Issue(message, "delimiter"))
    return found or usual or "\t"


def _cleaned(text: str, delimiter: str, notices: Notices) -> Iterator[tuple[int, list[str]]]:
    """Yield the records that are not blank, without blanks around their cells."""

    def on_comment(line: int) -> None:
        notices.add(Issue("A comment line was left out.", "comment", line=line))

    return _without_blanks(records(text, delimiter, on_comment), notices)


def _without_blanks(
    found: Iterable[tuple[int, list[str]]], notices: Notices
) -> Iterator[tuple[int, list[str]]]:
    """Yield the records that are not blank, without blanks around their cells."""
    for line, cells in found:
        stripped = [_stripped(cell) for cell in cells]
        if not any(stripped):
            continue
        if stripped != cells:
            notices.add(Issue(_BLANKS_LEFT_OUT, "blanks", line=line))
        yield line, stripped


def _stripped(cell: str) -> str:
    """Return the cell without blanks around it, those included that nobody sees."""
    plain = cell.strip()
    return plain if plain.isascii() else _BLANKS.sub("", plain)


def _cell_text(value: object) -> str:
    """Return a DataFrame's value as text; pandas makes floats of integers with gaps."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return _stripped(str(value))


def _columns(
    header: list[str], line: int, faults: list[Issue], notices: Notices
) -> tuple[str, ...]:
    at = line or None
    while header and not header[-1]:
        header = header[:-1]
        notices.add(Issue("An empty column at the end was left out.", "empty_column", line=at))
    seen: set[str] = set()
    for position, name in enumerate(header, start=1):
        if not name:
            message = f"Column {position} has no name."
            faults.append(Issue(message, "unnamed_column", line=at))
        elif name in seen:
            message = f"There are two columns with the name {name}."
            faults.append(Issue(message, "duplicate_column", line=at, column=name, value=name))
        seen.add(name)
    return tuple(header)


def _fitted(
    cells: list[str],
    columns: tuple[str, ...],
    line: int,
    faults: list[Issue],
    notices: Notices,
) -> list[str]:
    if len(cells) > len(columns):
        surplus = [cell for cell in cells[len(columns) :] if cell]
        if surplus:
            message = (
                f"Line {line} has {len(cells)} cells, but the header names {len(columns)} columns."
            )
            faults.append(Issue(message, "ragged_row", line=line or None, value=surplus[0][:200]))
        return cells[: len(columns)]
    if len(cells) < len(columns):
        message = f"Line {line} has only {len(cells)} cells; the rest was taken as empty."
        notices.add(Issue(message, "short_row", line=line))
        return cells + [""] * (len(columns) - len(cells))
    return cells
