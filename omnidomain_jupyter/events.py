"""The event that tells front ends to look again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .services.notices import RunChanged

RUN_STATUS_SCHEMA_ID = "urn:omnidomain-jupyter:run_status"

RUN_STATUS_SCHEMA: dict[str, Any] = {
    "$id": RUN_STATUS_SCHEMA_ID,
    "version": "1",
    "title": "Status of a run",
    "description": (
        "A run has moved to another status. A hint to fetch it, and never the truth: anybody "
        "who may write events can send one."
    ),
    "personal-data": False,
    "type": "object",
    "required": ["run_id", "status", "updated_at"],
    "additionalProperties": False,
    "properties": {
        "run_id": {"type": "string", "description": "The run's id"},
        "status": {"type": "string", "description": "The status that it has now"},
        "updated_at": {"type": "string", "description": "When that was recorded (UTC, ISO 8601)"},
    },
}


def run_status_event(change: RunChanged) -> dict[str, str]:
    """Return the event's data: three fields, and nothing of what is in the run."""
    return {
        "run_id": str(change.run_id),
        "status": change.status.value,
        "updated_at": change.updated_at.isoformat(),
    }
