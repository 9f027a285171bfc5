"""The tokens that say which scientist a request comes from (JWT, HS256, 24 hours)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import jwt

from ..errors import NotSignedInError

ALGORITHM = "HS256"
ISSUER = "omnidomain-jupyter"
AUDIENCE = "omnidomain"
LIFETIME = timedelta(hours=24)


class TokenService:
    """Issues and checks tokens.

    Parameters
    ----------
    secret : the key of the signature, 32 random bytes
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def issue(self, user_id: UUID, email: str, now: datetime) -> tuple[str, datetime]:
        """Return a token for the account, and the time at which it ends."""
        issued_at = int(now.timestamp())
        expires = datetime.fromtimestamp(issued_at, UTC) + LIFETIME
        claims = {
            "sub": str(user_id),
            "email": email,
            "iat": issued_at,
            "exp": int(expires.timestamp()),
            "iss": ISSUER,
            "aud": AUDIENCE,
        }
        return jwt.encode(claims, self._secret, algorithm=ALGORITHM), expires

    def verify(self, token: str) -> UUID:
        """Return the account's id.

        Raises
        ------
        NotSignedInError : the token is expired, from the future, forged or not a token
        """
        try:
            claims = jwt.decode(
                token,
                self._secret,
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                issuer=ISSUER,
                options={"require": ["sub", "iat", "exp", "iss", "aud"]},
            )
            return UUID(claims["sub"])
        except jwt.ExpiredSignatureError:
            raise NotSignedInError("Your sign-in has expired. Please sign in again.") from None
        except (jwt.InvalidTokenError, ValueError, TypeError):
            raise NotSignedInError("Your sign-in is not valid. Please sign in again.") from None
