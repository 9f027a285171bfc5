"""What was found in a folder, as a script or a notebook holds it."""

from __future__ import annotations

from functools import cached_property
from html import escape
from typing import TYPE_CHECKING

from ._failures import SHOWN
from ._html import card
from ._sheets import text_frame

if TYPE_CHECKING:
    import pandas as pd

    from .schemas import SheetMatch

_SHOWN_NAMES = 5


class MatchedSheet:
    """A sheet made from a folder's files. True when nothing is left to look at.

    Give it to `validate` or `submit` as it is, or change its `table` first.

    Parameters
    ----------
    model : as the server answered
    """

    def __init__(self, model: SheetMatch) -> None:
        self.model = model

    def __bool__(self) -> bool:
        """Whether every sample has its files."""
        return bool(self.model.rows) and not self.problems

    @cached_property
    def table(self) -> pd.DataFrame:
        """The sheet, a row for every sample. What is changed in it counts."""
        return text_frame(self.model.sheet)

    @property
    def problems(self) -> list[str]:
        """What was not found or not decided, a sentence each."""
        model = self.model
        none = [] if model.rows else [f"No file in {model.folder or 'the folder'} fits."]
        return [
            *none,
            *(f"No file was found for sample “{name}”." for name in model.unmatched_samples),
            *(each.message for each in model.missing_mates),
            *(f"{each.message} {', '.join(each.candidates)}" for each in model.ambiguous),
        ]

    @property
    def remarks(self) -> list[str]:
        """What is worth knowing, and in no sample's way."""
        left, count = self.model.unused_files, self.model.unused_count
        if not count:
            return list(self.model.notes)
        more = ", …" if count > _SHOWN_NAMES else ""
        files = "1 file belongs" if count == 1 else f"{count:,} files belong"
        return [*self.model.notes, f"{files} to no sample: {', '.join(left[:_SHOWN_NAMES])}{more}"]

    @property
    def sentence(self) -> str:
        """The result in one sentence."""
        with_files = sum(bool(row.files) for row in self.model.rows)
        count = len(self.model.rows)
        samples = f"{count:,} {'sample' if count == 1 else 'samples'}"
        if self:
            return f"{samples}, all with their files."
        return f"{samples}, {with_files:,} with files, {len(self.problems):,} to look at."

    def __repr__(self) -> str:
        """Return the sentence, then what is to be looked at."""
        return "\n  ".join([self.sentence, *self._lines()])

    def _repr_html_(self) -> str:
        lines = "".join(f"<li>{escape(line)}</li>" for line in self._lines())
        table = self.table.to_html(index=False, max_rows=50, border=0)
        told = f"<ul>{lines}</ul>" if lines else ""
        return f'{card(self.sentence, {})}{told}<div style="overflow-x: auto">{table}</div>'

    def _lines(self) -> list[str]:
        problems = self.problems
        more = [f"… and {len(problems) - SHOWN:,} more"] if len(problems) > SHOWN else []
        return [*problems[:SHOWN], *more, *self.remarks]
