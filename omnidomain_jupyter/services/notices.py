"""What services tell the outside: that a run has changed, and that there is work to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from ..status import RunStatus


@dataclass(frozen=True)
class RunChanged:
    """A run's status has changed, and the change is committed."""

    run_id: UUID
    status: RunStatus
    updated_at: datetime


class Notices(Protocol):
    """Receives news from services, on whatever thread they run; must return at once."""

    def run_changed(self, change: RunChanged) -> None:
        """Tell whoever looks."""

    def intents_waiting(self) -> None:
        """There are committed runs without a job: somebody should submit them."""

    def jobs_waiting(self) -> None:
        """There are jobs whose end is still to come: somebody should watch them."""
