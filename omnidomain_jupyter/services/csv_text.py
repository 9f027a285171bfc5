"""CSV for people, who open it in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

_PIECE_ROWS = 500
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_pieces(header: Sequence[object], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Yield a table as CSV, piece by piece. None is an empty cell.

    A text that a spreadsheet would take for a formula gets a ``'`` in front; numbers, and a sign
    alone, stay as they are.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(map(_harmless, header))
    for number, row in enumerate(rows):
        writer.writerow(map(_harmless, row))
        if number % _PIECE_ROWS == _PIECE_ROWS - 1:
            yield text.getvalue()
            text.seek(0)
            text.truncate()
    yield text.getvalue()


def _harmless(cell: object) -> object:
    if not isinstance(cell, str) or not cell.startswith(_FORMULA) or cell in _FORMULA:
        return cell
    try:
        float(cell)
    except ValueError:
        return f"'{cell}"
    return cell
