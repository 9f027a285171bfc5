"""Signing in: by institutional email, and on a Hub by the Hub's word."""

from __future__ import annotations

from datetime import UTC, datetime

from email_validator import EmailNotValidError, validate_email

from ..errors import ConflictError, InvalidInputError, NotSignedInError
from ..samplesheet.issues import Issue
from ..schemas import LoginRequest, LoginResponse
from ..schemas import User as UserResponse
from ..store.database import Database, Transaction
from ..store.models import User
from .tokens import TokenService


class AccountService:
    """Makes and finds accounts, and tells whose a token is.

    Parameters
    ----------
    database : where the accounts are
    tokens : issues and checks the tokens
    email_domain : turns a Hub user's name into an email; empty if it cannot be derived
    """

    def __init__(self, database: Database, tokens: TokenService, email_domain: str = "") -> None:
        self._database = database
        self._tokens = tokens
        self._email_domain = email_domain.strip().lstrip("@").casefold()

    def sign_in(self, request: LoginRequest, identity: str | None) -> LoginResponse:
        """Return a token for the account of that email, which the first visit makes.

        Parameters
        ----------
        request : who signs in
        identity : the stable user name that Jupyter's identity provider vouches for, or None

        Raises
        ------
        InvalidInputError : no email was given and none can be derived
        ConflictError : the email is bound to another Hub user, or the Hub user to another email
        """
        now = datetime.now(UTC)
        with self._database.writing() as transaction:
            email = self._email(transaction, request, identity)
            user = _found(transaction, email, identity) or transaction.users.add(
                email, name=request.name, org=request.org, identity=identity, now=now
            )
            # Somebody else's first visit with the same email was quicker: it is there now.
            user = user or _found(transaction, email, identity)
            if user is None:
                raise ConflictError("Somebody is signing in just now. Please try again.")
            user.jupyter_identity = identity or user.jupyter_identity
            user.name = request.name or user.name
            user.org = request.org or user.org
            user.last_login = now
            transaction.users.save(user)
        token, expires_at = self._tokens.issue(user.user_id, user.email, now)
        return LoginResponse(
            access_token=token, expires_at=expires_at, user=UserResponse.model_validate(user)
        )

    def authenticate(self, token: str, identity: str | None) -> User:
        """Return the account that the token was issued to.

        Raises
        ------
        NotSignedInError : the token is not valid, or is not of this Hub user
        """
        user_id = self._tokens.verify(token)
        with self._database.reading() as transaction:
            user = transaction.users.get(user_id)
        if user is None:
            raise NotSignedInError("This account is gone. Please sign in again.")
        if identity is not None and user.jupyter_identity != identity:
            raise NotSignedInError("You are signed in to Jupyter as somebody else.")
        return user

    def _email(self, transaction: Transaction, request: LoginRequest, identity: str | None) -> str:
        derived = self._derived(transaction, identity)
        email = request.email.strip().casefold() if request.email else derived
        if email is None:
            message = "Please give your email address."
            raise InvalidInputError(message, [Issue(message, "required", column="email")])
        if derived is not None and email != derived:
            raise ConflictError(f"Here you are {derived}; you cannot sign in as {email}.")
        return email

    def _derived(self, transaction: Transaction, identity: str | None) -> str | None:
        if identity is None:
            return None
        bound = transaction.users.by_identity(identity)
        if bound is not None:
            return bound.email
        if "@" in identity:
            candidate = identity.casefold()
        elif self._email_domain:
            candidate = f"{identity}@{self._email_domain}".casefold()
        else:
            return None
        try:
            validate_email(candidate, check_deliverability=False)
        except EmailNotValidError:
            return None
        return candidate


def _found(transaction: Transaction, email: str, identity: str | None) -> User | None:
    user = transaction.users.by_email(email)
    if user and user.jupyter_identity is not None and user.jupyter_identity != identity:
        raise ConflictError(f"{email} belongs to another user of this Hub.")
    return user
