"""A run's life: its states, and which may follow which.

``CREATED → SUBMITTED → RUNNING → COMPLETED | FAILED | CANCELLED``, and ``UNKNOWN`` for a run
whose job the backend has forgotten. Late or out-of-order news never moves a run backwards.
"""

from __future__ import annotations

from enum import StrEnum


class RunStatus(StrEnum):
    """Where a run is in its life."""

    CREATED = "CREATED"
    SUBMITTED = "SUBMITTED"
    RUNNING = "RUNNING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    UNKNOWN = "UNKNOWN"


TERMINAL = frozenset({RunStatus.COMPLETED, RunStatus.FAILED, RunStatus.CANCELLED})
"""Never left again."""

RESUMABLE = frozenset({RunStatus.FAILED, RunStatus.CANCELLED, RunStatus.UNKNOWN})
"""Ended, and not well: the same row can be run again."""

WATCHED = (RunStatus.SUBMITTED, RunStatus.RUNNING)
"""The states in which a backend has a job whose end is still to come."""

_ORDER = {
    RunStatus.CREATED: 0,
    RunStatus.SUBMITTED: 1,
    RunStatus.RUNNING: 2,
    RunStatus.UNKNOWN: 3,
    RunStatus.COMPLETED: 4,
    RunStatus.FAILED: 4,
    RunStatus.CANCELLED: 4,
}


def predecessors(status: RunStatus) -> tuple[RunStatus, ...]:
    """Return the states from which a run may move to `status`: all that come before it."""
    return tuple(state for state, rank in _ORDER.items() if rank < _ORDER[status])
