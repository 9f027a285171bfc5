"""Signing in: one field."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets as core

from ..errors import OmniDomainError
from .notice import Notice


class SignIn(core.VBox):  # type: ignore[misc]
    """An email field and its button; Enter does the same.

    Parameters
    ----------
    sign_in : is given the email; raises what is to be said beside the field
    """

    def __init__(self, sign_in: Callable[[str], None]) -> None:
        self._sign_in = sign_in
        self.email = core.Text(
            description="Email", placeholder="you@institute.org", continuous_update=False
        )
        self.button = core.Button(description="Sign in", button_style="primary")
        self.notice = Notice(text="Your institutional email. The first visit makes your account.")
        row = core.HBox([self.email, self.button])
        row.add_class("omnidomain-row")
        super().__init__([row, self.notice])
        self.email.observe(lambda _change: self._try(), "value")
        self.button.on_click(lambda _button: self._try())

    def _try(self) -> None:
        # Leaving the field by a click on the button tells twice; the second finds us gone.
        if self.layout.display == "none":
            return
        email = self.email.value.strip()
        if not email:
            self.notice.say("Please type your email address.", "warning")
            return
        try:
            self._sign_in(email)
        except OmniDomainError as error:
            self.notice.say(str(error), "error")
