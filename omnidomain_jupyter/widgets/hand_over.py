"""Handing a sheet over to the server, once, however often the button is pressed."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from .._upload_texts import progress_text
from ..client import RejectedSheetError, ServerAwayError
from ..errors import OmniDomainError, StoreUnavailableError
from ..status import RunStatus
from .arriving import LARGEST
from .submit_bar import BLOCKED, BUSY, DONE, READY, SubmitBar
from .worker import Worker

if TYPE_CHECKING:
    from ..client import Client, Submission

PASSING = (ServerAwayError, StoreUnavailableError)
_HANDED_ON = 3.0  # seconds for which the rows are watched before the page is turned
_EARLIER = timedelta(seconds=2)


@dataclass(frozen=True)
class Order:
    """What was on the page when the button was pressed.

    Parameters
    ----------
    sheet : a path or a text, as the client takes it
    folder : where the relative paths of a text start
    seen : what was shown: a file's bytes as they were read, or a text; None where only the server
        can read the sheet
    path : of the file that `seen` was read from and that the server reads again; None for a text
    """

    sheet: str
    folder: str | None
    pipeline: str
    resume: bool
    seen: bytes | str | None
    path: str | None = None

    def is_as_seen(self, client: Client) -> bool:
        """Return whether the server would read what was on the page.

        Raises
        ------
        OmniDomainError : the file is not there any more, or the server does not answer
        """
        if self.path is None or self.seen is None:
            return True
        return client.find_sheet(self.path, largest=LARGEST).data == self.seen

    def key(self, client: Client) -> str | None:
        """Return the same key for the same sheet: pressed twice or run again, it is one submission.

        None where what the server reads may be another file by now: the client keeps a key of
        its own then until the server has answered.
        """
        if self.seen is None:
            return None
        who = str(client.user.user_id) if client.user else ""
        # Of a file its bytes count: the server, too, takes other line ends for another sheet.
        seen = self.seen if isinstance(self.seen, bytes) else self.seen.encode()
        parts = [who, self.pipeline, str(self.resume), self.sheet, self.folder or ""]
        parts.append(hashlib.sha256(seen).hexdigest())
        return str(uuid5(NAMESPACE_URL, hashlib.sha256("\0".join(parts).encode()).hexdigest()))


class HandOver:
    """Submits an order on the worker, and tells at the button how that goes.

    Parameters
    ----------
    bar : with the button
    worker : of the page
    submitted : is told of a submission, and whether it is a new one
    rejected : is called when the sheet is to be read and checked once more
    """

    def __init__(
        self,
        bar: SubmitBar,
        worker: Worker,
        submitted: Callable[[Submission, bool], None],
        rejected: Callable[[], None],
    ) -> None:
        self._bar = bar
        self._worker = worker
        self._submitted = submitted
        self._rejected = rejected
        self._once_more = False

    def forget(self) -> None:
        """Take what is pressed next as meant for the first time: the sheet is another one."""
        self._once_more = False

    def press(self, client: Client, order: Order, *, again: bool) -> None:
        """Submit it; returns at once.

        Parameters
        ----------
        again : although the same was submitted before
        """
        # Until that is answered, every further press is meant so: the client has its key.
        self._once_more = self._once_more or again
        key = None if self._once_more else order.key(client)
        self._bar.reason = "Submitting …"
        self._worker.do("submit", partial(self._submit, client, order, key))

    def _submit(self, client: Client, order: Order, key: str | None) -> None:
        pressed = datetime.now(UTC)
        try:
            if not order.is_as_seen(client):
                self._once_more = False
                told = "The file has changed since it was read. This is how it is now."
                self._bar.say(BLOCKED, told, "warning")
                self._rejected()
                return
            submission = client.submit(
                order.sheet, order.pipeline, resume=order.resume, folder=order.folder, key=key
            )
        except PASSING as error:
            told = f"No answer yet. {error} Press again: nothing is submitted twice."
            self._bar.say(READY, told, "warning")
            return
        except OmniDomainError as error:
            self._once_more = False
            self._bar.say(READY, f"Not submitted. {error}", "error")
            if isinstance(error, RejectedSheetError):
                self._rejected()
            return
        self._once_more = False
        runs = _runs(submission.total)
        earlier = submission.model.created_at < pressed - _EARLIER
        if earlier:
            at = submission.model.created_at.astimezone().strftime("%d %b %Y, %H:%M")
            told = f"This sheet was submitted already on {at}: {runs}. Nothing was submitted twice."
            self._bar.say(DONE, told, "warning", facts="")
        else:
            self._watch(submission, runs)
            told = f"Submitted {runs}."
            if progress_text(submission.model):
                told += " They begin when their files are on S3; Monitor shows how far that is."
            self._bar.say(DONE, told, facts="")
        self._submitted(submission, not earlier)

    def _watch(self, submission: Submission, runs: str) -> None:
        """Show for a moment how the rows are handed on; the rest is seen in Monitor."""
        deadline = time.monotonic() + _HANDED_ON
        while True:
            waiting = submission.model.counts.get(RunStatus.CREATED, 0)
            progress = [submission.total - waiting, submission.total]
            sending = progress_text(submission.model)
            told = f"To S3 first: {sending}" if sending else f"Submitting {runs} …"
            self._bar.say(BUSY, told, progress=progress)
            if not waiting or time.monotonic() > deadline:
                return
            time.sleep(0.2)
            try:
                submission.refresh()
            except OmniDomainError:
                return


def _runs(count: int) -> str:
    return "1 run" if count == 1 else f"{count:,} runs"
