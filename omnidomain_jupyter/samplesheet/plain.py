"""Splits a text that is plain, as most sheets are, in a few steps for all of its lines.

Plain is a text without quotation marks, comments, blank lines and ragged rows: there each line
is a row and each delimiter ends a cell. Any other text is left to `lines`.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from itertools import repeat


def plain_columns(text: str, delimiter: str) -> list[Sequence[str]] | None:
    """Return a text's columns, the header's cells first; None when it is not plain."""
    if '"' in text or "#" in text:
        return None
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.rstrip("\n").split("\n")
    width = lines[0].count(delimiter) + 1
    if any(count != width - 1 for count in set(map(str.count, lines, repeat(delimiter)))):
        return None
    if max(map(len, lines)) > csv.field_size_limit():
        return None
    cells = delimiter.join(lines).split(delimiter)
    del lines
    columns: list[Sequence[str]] = [cells[position::width] for position in range(width)]
    return None if _has_blank_row(columns) else columns


def _has_blank_row(columns: Sequence[Sequence[str]]) -> bool:
    """Tell whether all cells of a row are blank; such rows have no number."""
    first = columns[0]
    if all(first) and not any(map(str.isspace, first)):
        return False
    suspects = [index for index, cell in enumerate(first) if not cell.strip()]
    return any(all(not column[index].strip() for column in columns) for index in suspects)
