"""Submitting once, also when an answer is lost on its way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from ._arguments import idempotency_key
from ._failures import ServerAwayError
from ._transport import Transport
from .errors import ConflictError, StoreUnavailableError

if TYPE_CHECKING:
    from .schemas import Submission


class Submitter:
    """Posts submissions; one whose answer was lost is sent again under the key that it had."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._unanswered: dict[str, str] = {}

    def post(self, body: Mapping[str, Any], key: str | None) -> Submission:
        """Return the submission that a request has made.

        Parameters
        ----------
        key : the caller's own; otherwise one is made
        """
        from .schemas import Submission

        request = repr(sorted(body.items()))
        given = idempotency_key(key)
        known = self._unanswered.pop(request, None) if given is None else None
        used = given or known or str(uuid4())
        try:
            return self._transport.post_as(Submission, "submissions", body, used)
        except (ServerAwayError, StoreUnavailableError):
            if given is None:
                self._unanswered[request] = used
            raise
        except ConflictError:
            if known is None:
                raise
        # The file at the path is another one by now: this is a new submission.
        return self._transport.post_as(Submission, "submissions", body, str(uuid4()))
