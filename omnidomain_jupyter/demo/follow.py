"""Watching a submission until all its runs have ended."""

from __future__ import annotations

import sys
import time

from tqdm import tqdm

from ..schemas import Run, Submission
from ..status import RunStatus
from .api import Api

UNFINISHED = (RunStatus.CREATED, RunStatus.SUBMITTED, RunStatus.RUNNING)
_SHORTEST, _LONGEST = 0.2, 2.0
_CANCEL_TIMEOUT = 20.0


def follow(api: Api, submission: Submission) -> Submission:
    """Show a progress bar until every row has ended or was refused; return the last state."""
    wait = _SHORTEST
    with tqdm(
        total=submission.total,
        unit="run",
        file=sys.stderr,
        mininterval=0.1 if sys.stderr.isatty() else 2.0,
        dynamic_ncols=True,
        bar_format="{l_bar}{bar}| {n_fmt}/{total_fmt} runs [{elapsed}{postfix}]",
    ) as bar:
        while True:
            bar.set_postfix_str(_states(submission), refresh=False)
            left = sum(submission.counts.get(status, 0) for status in UNFINISHED)
            bar.update(submission.total - left - bar.n)
            if not left:
                return submission
            time.sleep(wait)
            wait = min(wait * 1.2, _LONGEST)
            submission = api.submission(submission.submission_id)


def cancel_rest(api: Api, submission: Submission) -> list[Run]:
    """Cancel what has not ended and wait for it a bounded time; return what is left."""
    deadline = time.monotonic() + _CANCEL_TIMEOUT
    for run in _unfinished(api, submission):
        api.cancel(run)
    while (left := _unfinished(api, submission)) and time.monotonic() < deadline:
        time.sleep(_SHORTEST)
    return left


def _unfinished(api: Api, submission: Submission) -> list[Run]:
    return [run for run in api.runs(submission.submission_id) if run.status in UNFINISHED]


def _states(submission: Submission) -> str:
    counts = {status: count for status, count in submission.counts.items() if count}
    return ", ".join(f"{count} {status.lower()}" for status, count in counts.items())
