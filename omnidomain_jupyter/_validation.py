"""A validation report, as a script or a notebook holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._failures import SHOWN, described
from ._html import report_html
from ._upload_texts import need_text

if TYPE_CHECKING:
    import pandas as pd

    from .schemas import ProblemIssue, ValidationReport


class Validation:
    """Everything that is wrong in a sheet. True when nothing is.

    Parameters
    ----------
    report : as the server answered
    advice : what the server cannot know, such as where the sheet was taken from
    """

    def __init__(self, report: ValidationReport, advice: str = "") -> None:
        self.report = report
        self.advice = advice

    def __bool__(self) -> bool:
        """Whether the sheet can be submitted."""
        return self.report.valid

    @property
    def valid(self) -> bool:
        """Whether the sheet can be submitted."""
        return self.report.valid

    @property
    def rows(self) -> int:
        """How many rows of data it has."""
        return self.report.rows

    @property
    def errors(self) -> list[ProblemIssue]:
        """What must be put right, at its cells; at most as many as the server sends."""
        return self.report.errors

    @property
    def warnings(self) -> list[ProblemIssue]:
        """What was repaired or is unusual."""
        return self.report.warnings

    @property
    def sentence(self) -> str:
        """The result in one sentence."""
        rows = f"{self.rows:,} {'row' if self.rows == 1 else 'rows'}"
        if self.valid:
            sent = need_text(self.report.uploads)
            return f"{rows}, ready to submit{f'; {sent}' if sent else ''}."
        return f"{rows}, {self.report.error_count:,} to put right."

    def to_frame(self) -> pd.DataFrame:
        """Return errors and warnings as a DataFrame."""
        import pandas as pd

        from .schemas import ProblemIssue

        rows = [
            {"level": level} | issue.model_dump()
            for level, issues in (("error", self.errors), ("warning", self.warnings))
            for issue in issues
        ]
        return pd.DataFrame(rows, columns=["level", *ProblemIssue.model_fields])

    def __repr__(self) -> str:
        """Return the sentence and the first messages."""
        found = self.report.error_count + len(self.warnings)
        notes = [f"Note: {described(issue)}" for issue in self.warnings]
        lines = [*(described(issue) for issue in self.errors), *notes][:SHOWN]
        more = [f"… and {found - SHOWN:,} more: see to_frame()"] if found > SHOWN else []
        return "\n  ".join([self.sentence, *lines, *more, *([self.advice] if self.advice else [])])

    def _repr_html_(self) -> str:
        return report_html(self.report, self.sentence, self.advice)
