"""The first rows or lines of a file, read from its first bytes: it may have any size."""

from __future__ import annotations

import csv
import re
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from ..compute.results import Content, read_up_to
from ..errors import InvalidInputError
from ..samplesheet.issues import Issue

MOST_COMPRESSED = 512 * 1024
MOST_TEXT = 2 * 1024 * 1024
"""Bytes after decompression: a small file can unfold to a very large one."""

MOST_LINES = 5000
MOST_COLUMNS = 1000
MOST_CELL = 2000
"""Characters."""

MOST_CELLS = 200_000
"""With those that short rows are filled up with."""

SAMPLED_ROWS = 1000
"""Rows that the types of columns are told from."""

_PIECE = 64 * 1024
_GZIP = b"\x1f\x8b"
_UNSET = ("", "-", ".", "NA", "N/A", "nan", "NaN", "null", "None")
_LINE_END = re.compile(r"\r\n|\n|\r")
_INTEGER = re.compile(r"[+-]?\d{1,18}")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|[+-]?inf", re.IGNORECASE)
_BY_ENDING = {
    **dict.fromkeys((".tsv", ".tab", ".bed", ".vcf", ".gff", ".gff3", ".gtf", ".sam"), "\t"),
    ".maf": "\t",
}
_WITHOUT_HEADER = (".bed", ".gff", ".gff3", ".gtf", ".sam", ".bedgraph")


@dataclass(frozen=True)
class Text:
    """The beginning of a text. `truncated` when more follows."""

    text: str
    truncated: bool


@dataclass(frozen=True)
class Table:
    """The first rows of a table, cell by cell as it is written.

    `types` are ``integer``, ``number``, ``boolean``, ``text`` and, for a column without any
    value, ``empty``. `header` says whether the names come from the file.
    """

    columns: Sequence[str]
    types: Sequence[str]
    rows: Sequence[Sequence[str | None]]
    truncated: bool
    delimiter: str
    header: bool


def preview_text(content: Content, path: str, size: int) -> Text:
    """Return the first `size` bytes as text; what is cut is cut at a character.

    Raises
    ------
    InvalidInputError : the file is not text
    """
    data, more = _unpacked(content, path, min(size, MOST_TEXT))
    return Text(_decoded(data, path), more)


def preview_table(content: Content, path: str, rows: int, most_cells: int = MOST_CELLS) -> Table:
    """Return the first rows of a table: fewer than `rows` where that would be too many cells.

    Raises
    ------
    InvalidInputError : the file is not text, or no table
    """
    data, more = _unpacked(content, path, MOST_TEXT, MOST_LINES)
    lines = _LINE_END.split(_decoded(data, path), maxsplit=MOST_LINES)
    more = more or len(lines) > MOST_LINES
    if more and len(lines) > 1:
        lines.pop()  # it may be the first half of one, or all the rest
    lines, named = _without_comments(lines)
    if not lines:
        return Table((), (), (), more, "\t", header=False)
    ending = _ending(path)
    delimiter = _BY_ENDING.get(ending) or _delimiter(lines)
    taken = lines[: max(rows, SAMPLED_ROWS) + 1]
    try:
        cells = [row[:MOST_COLUMNS] for row in csv.reader(taken, delimiter=delimiter)]
    except csv.Error:
        raise _refused(path, "is no table that can be shown.") from None
    cells = [row for row in cells if row]
    width = max(map(len, cells), default=0)
    header = named or (ending not in _WITHOUT_HEADER and _is_header(cells))
    names = [name[:MOST_CELL] for name in cells.pop(0)] if header and cells else []
    columns = _unique([*names, *(f"column_{n + 1}" for n in range(len(names), width))])
    filled = max(1, most_cells // max(1, width))
    rows, sampled = min(rows, filled), min(SAMPLED_ROWS, filled)
    types = [_type(_column(cells[:sampled], n)) for n in range(width)]
    shown = [[_shown(row, n) for n in range(width)] for row in cells[:rows]]
    truncated = more or len(cells) > rows or len(lines) > len(taken)
    return Table(columns, types, shown, truncated, delimiter, header=header)


def _unpacked(
    content: Content, path: str, size: int, most_lines: int | None = None
) -> tuple[bytes, bool]:
    """Return the first bytes, decompressed, and whether more follows.

    Not many more are read than have `most_lines`.
    """
    first = content.read(_PIECE)
    if first[:2] != _GZIP:
        if _has_lines(first, most_lines):
            return first[:size], True
        data = first + read_up_to(content, max(0, size + 1 - len(first)))
        return data[:size], len(data) > size
    return _decompressed(content, path, first, size, most_lines)


def _has_lines(data: bytes | bytearray, most_lines: int | None) -> bool:
    return most_lines is not None and data.count(b"\n") > most_lines


def _decompressed(
    content: Content, path: str, first: bytes, size: int, most_lines: int | None
) -> tuple[bytes, bool]:
    unpacked, compressed, piece = bytearray(), len(first), first
    member = zlib.decompressobj(wbits=31)
    try:
        while piece:
            if member.eof:  # bgzip's files are many small ones, one behind the other
                member = zlib.decompressobj(wbits=31)
            unpacked += member.decompress(piece, size + 1 - len(unpacked))
            if len(unpacked) > size or _has_lines(unpacked, most_lines):
                return bytes(unpacked[:size]), True
            piece = member.unused_data
            if len(piece) < len(_GZIP):
                if compressed >= MOST_COMPRESSED:
                    return bytes(unpacked), True
                more = content.read(_PIECE)
                compressed += len(more)
                piece += more
            if member.eof and not piece.startswith(_GZIP):
                break  # some programs fill the end up
    except zlib.error:
        raise _refused(path, "is not compressed as its beginning says.") from None
    return bytes(unpacked), False


def _decoded(data: bytes, path: str) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    if b"\0" in data:
        raise _refused(path, "is not text. Download it to open it.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.start >= len(data) - 3:  # the last character was cut
            return data[: error.start].decode("utf-8-sig")
        return data.decode("latin-1")


def _without_comments(lines: Sequence[str]) -> tuple[list[str], bool]:
    """Return the lines of the table, and whether a comment has named its columns."""
    number = 0
    while number < len(lines) and (lines[number].startswith("#") or not lines[number].strip()):
        number += 1
    comments, rest = lines[:number], list(lines[number:])
    last = next((line for line in reversed(comments) if line.strip()), "")
    names = last.lstrip("#").strip()
    # VCF and many others have the names of the columns behind a "#".
    named = "\t" in names and (not rest or names.count("\t") == rest[0].count("\t"))
    if named and not last.startswith("##"):
        return [names, *rest], True
    return rest, False


def _delimiter(lines: Sequence[str]) -> str:
    """Return what divides the first lines most evenly."""
    first = [line for line in lines[:20] if line.strip()]
    for delimiter in ("\t", ",", ";", "|"):
        counts = {line.count(delimiter) for line in first}
        if min(counts) and len(counts) <= max(1, len(first) // 4):
            return delimiter
    return max("\t,;", key=first[0].count) if first else "\t"


def _is_header(cells: Sequence[Sequence[str]]) -> bool:
    first = cells[0] if cells else []
    return not any(_NUMBER.fullmatch(cell.strip()) for cell in first)


def _column(rows: Iterable[Sequence[str]], number: int) -> list[str]:
    cells = (row[number].strip() for row in rows if number < len(row))
    return [cell for cell in cells if cell not in _UNSET]


def _type(cells: Sequence[str]) -> str:
    if not cells:
        return "empty"
    if all(map(_INTEGER.fullmatch, cells)):
        # A name such as 001 is none.
        return "text" if any(_is_padded(cell) for cell in cells) else "integer"
    if all(map(_NUMBER.fullmatch, cells)):
        return "number"
    return "boolean" if {cell.lower() for cell in cells} <= {"true", "false"} else "text"


def _is_padded(cell: str) -> bool:
    digits = cell.lstrip("+-")
    return len(digits) > 1 and digits.startswith("0")


def _shown(row: Sequence[str], number: int) -> str | None:
    return row[number][:MOST_CELL] if number < len(row) else None


def _unique(names: Sequence[str]) -> list[str]:
    """Return the names, those that come again with a number behind them."""
    seen: dict[str, int] = {}
    found = []
    for number, name in enumerate(names, 1):
        bare = name.strip() or f"column_{number}"
        seen[bare] = seen.get(bare, 0) + 1
        found.append(bare if seen[bare] == 1 else f"{bare}_{seen[bare]}")
    return found


def _ending(path: str) -> str:
    name = PurePosixPath(path.lower())
    return name.with_suffix("").suffix if name.suffix in (".gz", ".bgz") else name.suffix


def _refused(path: str, why: str) -> InvalidInputError:
    message = f"{path} {why}"
    return InvalidInputError(message, [Issue(message, "preview", column="preview", value=path)])
