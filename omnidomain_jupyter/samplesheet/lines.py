"""Splits a sheet's text into records and cells, and counts lines as an editor does."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator

_LINE_END = re.compile(r"\r\n|\r|\n")


class LineError(Exception):
    """A record whose quotation marks do not fit together, or with a cell beyond measure."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


def line_at(text: str, position: int) -> int:
    """Return the physical line on which a character of the text stands, from 1."""
    return 1 + sum(1 for _ in _LINE_END.finditer(text, 0, position))


def header_delimiter(text: str, delimiters: str) -> str | None:
    """Return the delimiter that the header uses most outside of quotation marks.

    A tab between its cells wins: nobody types one by chance.
    """
    lines = _Lines(text, lambda _line: None)
    counts = dict.fromkeys(delimiters, 0)
    quoted = False
    for line in lines:
        at_start = True
        for character in line.strip():
            if character == '"':
                quoted = not quoted if quoted or at_start else quoted
            elif not quoted and character in counts:
                counts[character] += 1
            at_start = character in counts and not quoted
        if not quoted:
            break
    if counts.get("\t"):
        return "\t"
    best = max(counts, key=lambda each: counts[each])
    return best if counts[best] else None


def records(
    text: str, delimiter: str, on_comment: Callable[[int], None]
) -> Iterator[tuple[int, list[str]]]:
    """Yield the line at which each record starts, and its cells.

    Blank lines are left out; so are lines that begin with ``#``, which `on_comment` is told.

    Raises
    ------
    LineError : the text cannot be split
    """
    lines = _Lines(text, on_comment)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        lines.between_records = True
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise LineError(lines.record_line, _reason(error, lines.record_line)) from None
        yield lines.record_line, cells


class _Lines:
    """The physical lines of a text, without blank and comment lines between records."""

    def __init__(self, text: str, on_comment: Callable[[int], None]) -> None:
        self._lines = _physical_lines(text)
        self._on_comment = on_comment
        self._line = 0
        self.record_line = 1
        self.between_records = True

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        for line in self._lines:
            self._line += 1
            if not self.between_records:
                return line
            if line.isspace():
                continue
            if line.lstrip(" ").startswith("#"):
                self._on_comment(self._line)
                continue
            self.between_records = False
            self.record_line = self._line
            return line
        raise StopIteration


def with_newlines(text: str) -> str:
    r"""Return the text with ``\n`` at the end of every line."""
    if "\r" not in text:
        return text
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _physical_lines(text: str) -> Iterator[str]:
    """Yield the lines with their ends, without a copy of the text."""
    any_end = (match.end() for match in _LINE_END.finditer(text))
    start = 0
    for end in any_end if "\r" in text else _newlines(text):
        yield text[start:end]
        start = end
    if start < len(text):
        yield text[start:]


def _newlines(text: str) -> Iterator[int]:
    end = 0
    while end := text.find("\n", end) + 1:
        yield end


def _reason(error: csv.Error, line: int) -> str:
    text = str(error)
    if "field larger" in text:
        return f"Line {line} has a cell of more than {csv.field_size_limit():,} characters."
    if "unexpected end" in text:
        return f'A quotation mark (") that is opened in line {line} is never closed.'
    return f'The quotation marks (") in line {line} do not fit together.'
