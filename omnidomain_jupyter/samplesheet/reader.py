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
from itertools import islice
from typing import TYPE_CHECKING

from ..errors import InvalidInputError
from .blocks import Blocks, NotByLinesError
from .decoding import Decoded, decode
from .excel import Workbook, WorkbookError, read_workbook
from .fitting import Findings, fitted, stripped
from .issues import Issue
from .lines import LineError, header_delimiter, line_at, records, with_newlines
from .notices import Notices
from .table import UNSET, Row, Rows, columns_of_rows

__all__ = ["UNSET", "Row", "Sheet", "SheetError", "decode_sheet", "read_dataframe", "read_sheet"]

if TYPE_CHECKING:
    import pandas as pd

DELIMITERS = {"\t": "tab", ",": "comma", ";": "semicolon"}

_WORKBOOK, _GZIP = b"PK\x03\x04", b"\x1f\x8b"
_LIKE_A_NAME = re.compile(r"[A-Za-z][\w.-]{0,39}")
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
    has_backslashes: bool = True
    """False where no cell holds one, so that nobody need look for it."""

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

    findings = Findings()
    header = [stripped(str(name)) for name in frame.columns]
    columns = _columns(header, 0, findings)
    missing = pd.isna(frame).to_numpy()
    rows = [
        ["" if gone else _cell_text(value) for value, gone in zip(cells, nan, strict=True)]
        for cells, nan in zip(frame.itertuples(index=False, name=None), missing, strict=True)
    ]
    rows = [fitted(cells, len(columns), 0, findings) for cells in rows]
    notices = Notices()
    findings.tell(notices)
    return Sheet(
        columns=columns,
        header_line=0,
        lines=[0] * len(rows),
        table=columns_of_rows(rows, len(columns)),
        errors=tuple(findings.sorted_errors()),
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
    if decoded.encoding == "text" and not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError as error:
            line = line_at(text, error.start)
            message = f"Line {line} contains half a character."
            raise _unreadable(message, "encoding", line) from None


def _read(text: str, delimiter: str, encoding: str, notices: Notices) -> Sheet:
    findings = Findings()
    found = _cleaned(text, delimiter, findings)
    header_line, header = next(found, (0, []))
    if not header:
        raise _unreadable("The sheet is empty: it has no header.", "empty", 1)
    columns = _columns(header, header_line, findings)
    _tell_of_commented_header(text, delimiter, len(columns), findings.comments, notices)
    body = Blocks(delimiter, len(columns), Findings())
    lines: Sequence[int]
    table: Sequence[Sequence[str]]
    try:
        body.read(with_newlines(text), header_line)
    except NotByLinesError:
        rows = [(line, fitted(cells, len(columns), line, findings)) for line, cells in found]
        lines = [line for line, _ in rows]
        table = columns_of_rows([cells for _, cells in rows], len(columns))
    else:
        findings.add(body.findings)
        lines, table = body.lines, body.table
    findings.tell(notices)
    return Sheet(
        columns=columns,
        header_line=header_line,
        lines=lines,
        table=table,
        errors=tuple(findings.sorted_errors()),
        warnings=notices.all(),
        delimiter=DELIMITERS[delimiter],
        encoding=encoding,
        has_backslashes="\\" in text,
    )


def _tell_of_commented_header(
    text: str, delimiter: str, width: int, comments: Sequence[int], notices: Notices
) -> None:
    """Warn of a comment above the header that looks like the header itself, as QIIME has it."""
    if not comments:
        return
    line = comments[-1]
    comment = next(islice(with_newlines(text).split("\n"), line - 1, None), "").lstrip("# ")
    names = [name.strip() for name in comment.split(delimiter)]
    if len(names) == width > 1 and all(map(_LIKE_A_NAME.fullmatch, names)):
        message = (
            f"Line {line} starts with # and was left out as a comment, but it looks like the "
            "header. If it is, remove the #."
        )
        notices.add(Issue(message, "commented_header", line=line, suggestion=comment))


def _workbook(data: bytes) -> Workbook:
    try:
        return read_workbook(data)
    except WorkbookError as error:
        raise _unreadable(str(error), error.code, None) from None


def _of_workbook(workbook: Workbook) -> Sheet:
    findings = Findings(errors=list(workbook.errors))
    found = _without_blanks(workbook.rows, findings)
    header_line, header = next(found, (0, []))
    if not header:
        raise _unreadable("The sheet is empty: it has no header.", "empty", 1)
    columns = _columns(header, header_line, findings)
    width = len(columns)
    # Excel keeps no empty cells at the end of a row.
    padded = ((line, cells + [""] * (width - len(cells))) for line, cells in found)
    rows = [(line, fitted(cells, width, line, findings)) for line, cells in padded]
    notices = Notices()
    for warning in workbook.warnings:
        notices.add(warning)
    findings.tell(notices)
    return Sheet(
        columns=columns,
        header_line=header_line,
        lines=[line for line, _ in rows],
        table=columns_of_rows([cells for _, cells in rows], width),
        errors=tuple(findings.sorted_errors()),
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
    found = header_delimiter(text, "".join(DELIMITERS))
    if found and usual and found != usual:
        message = (
            f"The file's name ends in .{ending}, but the header's cells are separated by "
            f"{DELIMITERS[found]}; it was read so."
        )
        notices.add(Issue(message, "delimiter"))
    return found or usual or "\t"


def _cleaned(text: str, delimiter: str, findings: Findings) -> Iterator[tuple[int, list[str]]]:
    """Yield the records that are not blank, without blanks around their cells."""
    return _without_blanks(records(text, delimiter, findings.comments.append), findings)


def _without_blanks(
    found: Iterable[tuple[int, list[str]]], findings: Findings
) -> Iterator[tuple[int, list[str]]]:
    for line, cells in found:
        clean = [stripped(cell) for cell in cells]
        if not any(clean):
            continue
        if clean != cells:
            findings.blanks.append(line)
        yield line, clean


def _cell_text(value: object) -> str:
    """Return a DataFrame's value as text; pandas makes floats of integers with gaps."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return stripped(str(value))


def _columns(header: list[str], line: int, findings: Findings) -> tuple[str, ...]:
    while header and not header[-1]:
        header = header[:-1]
        findings.empty_columns.append(line)
    seen: set[str] = set()
    for position, name in enumerate(header, start=1):
        if not name:
            message = f"Column {position} has no name."
            findings.errors.append(Issue(message, "unnamed_column", line=line or None))
        elif name in seen:
            message = f"There are two columns with the name {name}."
            at = line or None
            findings.errors.append(Issue(message, "duplicate_column", at, None, name, name))
        seen.add(name)
    return tuple(header)
