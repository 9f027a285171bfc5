"""The secret that signs tokens: configured, or made once and kept."""

from __future__ import annotations

import logging
import os
import secrets
from pathlib import Path

from ..errors import StoreUnavailableError

SECRET_BYTES = 32
MINIMUM_LENGTH = 16

_log = logging.getLogger(__name__)


def signing_secret(configured: str, file: Path) -> bytes:
    """Return the configured secret or, if there is none, the one that is kept in `file`.

    The file is made on first use, with 32 random bytes and mode 0600. However many servers
    start at once, they all end up with the same secret.

    Raises
    ------
    ValueError : the configured secret can be guessed (under 16 characters)
    StoreUnavailableError : the file can be neither read nor made
    """
    if configured:
        if len(configured) < MINIMUM_LENGTH:
            raise ValueError(
                f"jwt_secret is too short: {len(configured)} characters, where at least "
                f"{MINIMUM_LENGTH} are needed and {SECRET_BYTES} or more are advised."
            )
        if len(configured) < SECRET_BYTES:
            _log.warning("jwt_secret has fewer than the %d characters advised.", SECRET_BYTES)
        return configured.encode()
    try:
        return _kept(file) or _made(file)
    except OSError as error:
        raise StoreUnavailableError(
            f"The signing secret cannot be read or made: {file.name}: {error.strerror}."
        ) from error


def _kept(file: Path) -> bytes | None:
    try:
        secret = bytes.fromhex(file.read_text().strip())
    except FileNotFoundError:
        return None
    except ValueError:
        secret = b""
    if len(secret) < SECRET_BYTES:
        raise StoreUnavailableError(
            f"The signing secret in {file.name} is damaged. Delete the file: a new one will be "
            "made, and everybody signs in once more."
        )
    return secret


def _made(file: Path) -> bytes:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    secret = secrets.token_bytes(SECRET_BYTES)
    temporary = file.with_name(f".{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as stream:
            stream.write(secret.hex() + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        # A link is made whole or not at all, and fails when another server was first.
        try:
            os.link(temporary, file)
        except FileExistsError:
            return _kept(file) or secret
    finally:
        temporary.unlink()
    return secret
