"""The one button that submits, and what is to be known before it is pressed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import traitlets

from .assets import module
from .part import Part

BLOCKED, READY, BUSY, DONE = "blocked", "ready", "busy", "done"


class SubmitBar(Part):
    """The button that says “Submit 12 runs”, or why it cannot.

    Parameters
    ----------
    submit : is called when the button is pressed, with whether it is meant as once more
    show_runs : is called by "See them in Monitor"
    """

    _esm = module("submit-bar.js")

    state = traitlets.Enum([BLOCKED, READY, BUSY, DONE], BLOCKED).tag(sync=True)
    label = traitlets.Unicode("Submit").tag(sync=True)
    reason = traitlets.Unicode("").tag(sync=True)
    tone = traitlets.Enum(["plain", "warning", "error"], "plain").tag(sync=True)
    facts = traitlets.Unicode("").tag(sync=True)
    resume = traitlets.Bool(default_value=False).tag(sync=True)
    can_resume = traitlets.Bool(default_value=False).tag(sync=True)
    progress = traitlets.List(traitlets.Int()).tag(sync=True)

    def __init__(self, submit: Callable[[bool], None], show_runs: Callable[[], None]) -> None:
        self._submit = submit
        self._show_runs = show_runs
        super().__init__()
        self.on_msg(self._on_message)

    @property
    def disabled(self) -> bool:
        """Whether a click would do nothing."""
        return self.state != READY

    def click(self) -> None:
        """Do what a click on the button does."""
        if self.state == READY:
            self.state = BUSY  # a second click that was already on its way finds this
            self._submit(False)  # noqa: FBT003

    def again(self) -> None:
        """Submit the same once more, on purpose."""
        if self.state == DONE:
            self.state = BUSY
            self._submit(True)  # noqa: FBT003

    def say(self, state: str, reason: str = "", tone: str = "plain", **more: Any) -> None:
        """Change what is shown, in one piece.

        Parameters
        ----------
        more : `label`, `facts` or `progress`
        """
        with self.at_once():
            self.state, self.reason, self.tone = state, reason, tone
            self.progress = []
            for name, value in more.items():
                setattr(self, name, value)

    def _on_message(self, _widget: object, message: dict[str, Any], _buffers: object) -> None:
        actions = {"submit": self.click, "again": self.again, "runs": self._show_runs}
        action = actions.get(message.get("kind", ""))
        if action is not None:
            action()
