"""Submissions: sheets, their counts and the rows that were refused."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ..status import RunStatus
from .models import RejectedRow, Run, Submission


class SubmissionRepository:
    """Stores and finds submissions, inside one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, submission: Submission) -> bool:
        """Store a submission; False when its idempotency key is taken."""
        try:
            with self._session.begin_nested():
                self._session.add(submission)
        except IntegrityError:
            return False
        return True

    def get(self, submission_id: UUID, user_id: UUID) -> Submission | None:
        """Return the submission, if it is that user's."""
        return self._session.scalar(
            select(Submission).where(
                Submission.submission_id == submission_id, Submission.user_id == user_id
            )
        )

    def by_idempotency_key(self, user_id: UUID, key: str) -> Submission | None:
        """Return what the user has submitted under that key."""
        return self._session.scalar(
            select(Submission).where(
                Submission.user_id == user_id, Submission.idempotency_key == key
            )
        )

    def counts(self, submission_id: UUID) -> dict[RunStatus, int]:
        """Return how many runs of a submission are in each state that any of them is in."""
        rows = self._session.execute(
            select(Run.status, func.count())
            .where(Run.submission_id == submission_id)
            .group_by(Run.status)
        ).all()
        return {RunStatus(status): count for status, count in rows}

    def reject(self, rejected: RejectedRow) -> None:
        """Store that a row was refused."""
        self._session.merge(rejected)

    def rejected(self, submission_id: UUID) -> Sequence[RejectedRow]:
        """Return the rows that were refused, in the sheet's order."""
        return self._session.scalars(
            select(RejectedRow)
            .where(RejectedRow.submission_id == submission_id)
            .order_by(RejectedRow.row_number)
        ).all()
