"""One sentence about the state of things, where it belongs."""

from __future__ import annotations

from pathlib import Path

import anywidget
import traitlets

STATIC = Path(__file__).parent / "static"


class Notice(anywidget.AnyWidget):
    """A sentence that is read out when it changes; nothing is drawn while it is empty."""

    _esm = STATIC / "notice.js"
    _css = STATIC / "panel.css"

    text = traitlets.Unicode().tag(sync=True)
    tone = traitlets.Enum(["plain", "warning", "error", "title"], "plain").tag(sync=True)

    def say(self, text: str, tone: str = "plain") -> None:
        """Show the sentence; an empty one takes the last back."""
        with self.hold_sync():
            self.text, self.tone = text, tone
