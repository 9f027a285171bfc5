"""Signing in: one field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import traitlets

from ..errors import OmniDomainError
from .assets import module
from .part import Part


class SignIn(Part):
    """An email field and its button; Enter does the same.

    Parameters
    ----------
    sign_in : is given the email; raises what is to be said beside the field
    """

    _esm = module("sign-in.js")

    told = traitlets.Unicode(
        "Your institutional email is all it takes. The first visit makes your account."
    ).tag(sync=True)
    tone = traitlets.Enum(["plain", "error"], "plain").tag(sync=True)

    def __init__(self, sign_in: Callable[[str], None]) -> None:
        self._sign_in = sign_in
        super().__init__()
        self.on_msg(self._on_message)

    def submit(self, email: str) -> None:
        """Sign in as this scientist, or say why not."""
        if not email.strip():
            self._refuse("Please type your email address.")
            return
        try:
            self._sign_in(email.strip())
        except OmniDomainError as error:
            self._refuse(str(error))

    def _refuse(self, reason: str) -> None:
        with self.at_once():
            self.told, self.tone = reason, "error"

    def _on_message(self, _widget: object, message: dict[str, Any], _buffers: object) -> None:
        if message.get("kind") == "sign-in":
            self.submit(str(message.get("email", "")))
