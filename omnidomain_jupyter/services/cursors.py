"""Where the next page of the history starts, as a text that clients give back unread."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime
from uuid import UUID

from ..errors import InvalidInputError
from ..samplesheet.issues import Issue


def encode_cursor(created_at: datetime, run_id: UUID) -> str:
    """Return the cursor of the page that starts behind this run."""
    text = f"{created_at.isoformat()} {run_id.hex}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode_cursor(cursor: str) -> tuple[datetime, UUID]:
    """Return the run behind which a page starts.

    Raises
    ------
    InvalidInputError : the text is not one of our cursors
    """
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        moment, run_id = base64.urlsafe_b64decode(padded.encode("ascii")).decode().split(" ")
        return datetime.fromisoformat(moment).astimezone(UTC), UUID(run_id)
    except (ValueError, OverflowError, binascii.Error):
        message = "This cursor is not one that the history gave; start again without it."
        raise InvalidInputError(message, [Issue(message, "cursor", column="cursor")]) from None
