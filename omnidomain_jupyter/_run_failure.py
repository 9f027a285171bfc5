"""Why a run failed, as a notebook and a terminal show it."""

from __future__ import annotations

from html import escape

from ._html import card, status_html
from .schemas import RunFailure
from .status import RunStatus


class Failure(RunFailure):
    """What the server knows of a failed run; printed, it reads as an explanation."""

    def __repr__(self) -> str:
        """Return the facts, and below them the words of Nextflow or of the log."""
        facts = [f"{name}: {text}" for name, text in self._facts().items()]
        words = self._words()
        return "\n".join([self.status.value, *facts, *(["", *words] if words else [])])

    __str__ = __repr__

    def _repr_html_(self) -> str:
        title = "Why it failed" if self.status is RunStatus.FAILED else "What it printed last"
        words = escape("\n".join(self._words()))
        style = "white-space: pre-wrap; overflow-wrap: anywhere"
        told = f'<pre style="{style}">{words}</pre>' if words else ""
        return card(title, self._facts(), status_html(self.status)) + told

    def _words(self) -> list[str]:
        """Nextflow's, which name the step and its command; else the last of the log."""
        return self.error_lines or self.last_lines

    def _facts(self) -> dict[str, str]:
        # The meaning of the exit code and the sentences on Nextflow's error are in the reason.
        facts = {
            "reason": self.reason,
            "step": self.process,
            "exit code": None if self.exit_code is None else str(self.exit_code),
            "work directory": self.work_directory,
        }
        return {name: text for name, text in facts.items() if text}
