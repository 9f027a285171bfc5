"""What is wrong in a sample sheet, and where."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Issue:
    """One error or warning, at its cell.

    Parameters
    ----------
    message : written for a wet-lab scientist; names the cell's content and what to do
    code : a short stable word for programs, such as ``required`` or ``not_unique``
    line : physical line in the file, the first line being 1; None outside a file
    row : 1 for the first row of data; None for the header or the sheet as a whole
    column : the column's or field's name
    value : the cell's text as it was read
    suggestion : a text that may replace the cell's (or header's), ready to be used
    """

    message: str
    code: str
    line: int | None = None
    row: int | None = None
    column: str | None = None
    value: str | None = None
    suggestion: str | None = None
