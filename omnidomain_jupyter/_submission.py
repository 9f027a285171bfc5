"""A submission, as a script or a notebook holds it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Self

from ._hints import Hints
from ._html import card, status_html
from ._run import progress_bar
from ._transport import Transport
from ._waiting import wait_until
from .status import TERMINAL

if TYPE_CHECKING:
    import pandas as pd

    from .schemas import Submission as SubmissionModel


class Submission:
    """A sheet that was submitted. Made by the client; `refresh` looks again.

    Parameters
    ----------
    transport, hints : of the client
    model : as the server answered
    runs : returns the runs of a submission as a DataFrame
    """

    def __init__(
        self,
        transport: Transport,
        hints: Hints,
        model: SubmissionModel,
        runs: Callable[[str], pd.DataFrame],
    ) -> None:
        self._transport = transport
        self._hints = hints
        self._runs = runs
        self.model = model

    @property
    def submission_id(self) -> str:
        """The id."""
        return str(self.model.submission_id)

    @property
    def total(self) -> int:
        """How many rows the sheet has."""
        return self.model.total

    @property
    def progress(self) -> float:
        """The share of rows that have ended, between 0 and 1, when last looked at."""
        return self._ended / self.total if self.total else 1.0

    @property
    def _ended(self) -> int:
        done = sum(count for status, count in self.model.counts.items() if status in TERMINAL)
        return done + len(self.model.rejected)

    def runs(self) -> pd.DataFrame:
        """Return its runs, in the order of the sheet."""
        return self._runs(self.submission_id)

    def refresh(self) -> Self:
        """Look again; return this submission."""
        from .schemas import Submission as SubmissionModel

        answer = self._transport.get(f"submissions/{self.submission_id}")
        self.model = SubmissionModel.model_validate(answer)
        return self

    def wait(self, timeout: float | None = None, *, progress: bool = True) -> Self:
        """Return this submission when all of its runs have ended, in whatever status.

        Parameters
        ----------
        timeout : seconds; None waits for ever
        progress : show a bar

        Raises
        ------
        StillRunningError : the time is over; the runs go on
        """
        with progress_bar(self.model.pipeline, progress, self.total) as bar:

            def ended() -> bool:
                self.refresh()
                bar.update(self._ended - bar.n)
                return self._ended >= self.total

            wait_until(
                self._hints,
                ended,
                lambda _: True,
                timeout,
                f"The submission of {self.total} rows",
                bar.set_postfix_str,
            )
        return self

    def __repr__(self) -> str:
        """Return the counts and the id."""
        return f"<Submission of {self.total} runs: {self._counts()} {self.submission_id}>"

    def _repr_html_(self) -> str:
        refused = "; ".join(
            f"line {row.line}, {row.sample_id}: {row.reason}" for row in self.model.rejected[:5]
        )
        facts = {
            "submission": self.submission_id,
            "pipeline": self.model.pipeline,
            "sheet": self.model.filename or "",
            "not accepted": refused,
        }
        counts = " · ".join(
            f"{count} {status_html(status)}" for status, count in self.model.counts.items() if count
        )
        return card(f"{self.total} runs", facts, counts)

    def _counts(self) -> str:
        counts = [f"{count} {status}" for status, count in self.model.counts.items() if count]
        refused = [f"{len(self.model.rejected)} not accepted"] if self.model.rejected else []
        return ", ".join([*counts, *refused]) or "0"
