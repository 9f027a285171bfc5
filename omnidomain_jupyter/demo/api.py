"""The REST calls of the demo, each a few lines, as anybody's script would make them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import requests

from ..schemas import (
    LogLines,
    Problem,
    ResultList,
    Run,
    RunMetrics,
    RunPage,
    Submission,
    ValidationReport,
)
from .errors import DemoError

TIMEOUT = 120.0
PIPELINE = "ReadQC"


class RefusedError(DemoError):
    """The server has refused what it was asked; `problem` says why, cell by cell."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail, 2 if problem.status == requests.codes.unprocessable else 1)
        self.problem = problem


class Api:
    """The routes below a Jupyter server's ``omnidomain/``.

    Two layers of authentication: Jupyter's token in ``Authorization``, the scientist's in
    ``X-OmniDomain-Authorization``.
    """

    def __init__(self, url: str, jupyter_token: str) -> None:
        self._url = f"{url}omnidomain/"
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Authorization"] = f"token {jupyter_token}"

    def close(self) -> None:
        """Give the connections back."""
        self._session.close()

    def sign_in(self, email: str) -> None:
        """Sign in; the first visit makes the account."""
        answer = self._call("POST", "auth/login", json={"email": email})
        bearer = f"Bearer {answer['access_token']}"
        self._session.headers["X-OmniDomain-Authorization"] = bearer

    def validate(self, path: str) -> ValidationReport:
        """Return what is wrong with the sheet at the path below the server's root."""
        sheet = {"pipeline": PIPELINE, "path": path}
        return ValidationReport.model_validate(
            self._call("POST", "samplesheets/validate", json=sheet)
        )

    def submit(self, path: str, base_outdir: str) -> Submission:
        """Submit every row of the sheet."""
        answer = self._call(
            "POST",
            "submissions",
            json={"pipeline": PIPELINE, "path": path, "base_outdir": base_outdir},
            headers={"Idempotency-Key": str(uuid4())},
        )
        return Submission.model_validate(answer)

    def submission(self, submission_id: object) -> Submission:
        """Return how far the submission has come."""
        return Submission.model_validate(self._call("GET", f"submissions/{submission_id}"))

    def runs(self, submission_id: object) -> Iterator[Run]:
        """Yield all runs of the submission, in the order of the sheet."""
        query = {"submission_id": str(submission_id), "limit": "500"}
        while True:
            page = RunPage.model_validate(self._call("GET", "runs", params=query))
            yield from page.runs
            if page.next_cursor is None:
                return
            query["cursor"] = page.next_cursor

    def metrics(self, run: Run) -> RunMetrics:
        """Return the numbers found in the run's outputs."""
        return RunMetrics.model_validate(self._call("GET", f"runs/{run.run_id}/metrics"))

    def results(self, run: Run) -> ResultList:
        """Return the run's output files."""
        return ResultList.model_validate(self._call("GET", f"runs/{run.run_id}/results"))

    def log(self, run: Run) -> list[str]:
        """Return all lines of the run's log."""
        lines: list[str] = []
        query: dict[str, str] = {}
        while True:
            page = LogLines.model_validate(
                self._call("GET", f"runs/{run.run_id}/logs", params=query)
            )
            lines += page.lines
            if page.at_end:
                return lines
            query["cursor"] = page.next_cursor

    def cancel(self, run: Run) -> None:
        """Ask for the run's end."""
        self._call("POST", f"runs/{run.run_id}/cancel", json={})

    def _call(self, method: str, route: str, **more: Any) -> Any:
        answer = self._session.request(method, self._url + route, timeout=TIMEOUT, **more)
        if answer.ok:
            return answer.json() if answer.content else None
        try:
            problem = Problem.model_validate(answer.json())
        except ValueError:
            message = f"{method} {route} was answered {answer.status_code}: {answer.text[:300]}"
            raise DemoError(message) from None
        raise RefusedError(problem)
