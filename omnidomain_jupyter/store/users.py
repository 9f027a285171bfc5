"""Accounts."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from .models import User


class UserRepository:
    """Finds and makes accounts, inside one transaction. Emails are given case-folded."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, user_id: UUID) -> User | None:
        """Return the account with that id."""
        return self._session.get(User, user_id)

    def by_email(self, email: str) -> User | None:
        """Return the account with that email."""
        return self._session.scalar(select(User).where(User.email == email))

    def by_identity(self, identity: str) -> User | None:
        """Return the account that is bound to that Jupyter identity."""
        return self._session.scalar(select(User).where(User.jupyter_identity == identity))

    def add(
        self, email: str, *, name: str | None, org: str | None, identity: str | None, now: datetime
    ) -> User | None:
        """Make an account; None when another request has just made one for email or identity."""
        user = User(
            user_id=uuid4(),
            email=email,
            name=name,
            org=org,
            jupyter_identity=identity,
            created_at=now,
            last_login=now,
        )
        try:
            with self._session.begin_nested():
                self._session.add(user)
        except IntegrityError:
            return None
        return user

    def save(self, user: User) -> None:
        """Write what was changed in the account."""
        self._session.add(user)
        self._session.flush()
