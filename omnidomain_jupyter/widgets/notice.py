"""One sentence about the state of things, where it belongs."""

from __future__ import annotations

import traitlets

from .assets import module
from .part import Part


class Notice(Part):
    """A sentence that is read out when it changes; nothing is drawn while it is empty."""

    _esm = module("notice.js")

    text = traitlets.Unicode().tag(sync=True)
    tone = traitlets.Enum(["plain", "warning", "error", "title"], "plain").tag(sync=True)

    def say(self, text: str, tone: str = "plain") -> None:
        """Show the sentence; an empty one takes the last back."""
        with self.at_once():
            self.text, self.tone = text, tone
