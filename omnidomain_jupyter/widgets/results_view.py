"""What a run has left: its files, one of them from near, and the numbers of its submission."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import traitlets

from .assets import module, styles
from .part import Part

PIECE = 120_000  # bytes of a file in one message


class ResultsView(Part):
    """Files by phase, a preview, bars and curves.

    Parameters
    ----------
    act : is told what somebody asks for: the kind, and a run's id or a file's path
    """

    _esm = module("results.js")
    _css = styles("status.css", "results.css", "numbers.css", "profiles.css")

    choices = traitlets.List(traitlets.Dict()).tag(sync=True)
    run = traitlets.Dict().tag(sync=True)
    files: traitlets.List[Any] = traitlets.List().tag(sync=True)  # [path, bytes, link]
    note = traitlets.Unicode("").tag(sync=True)
    shown = traitlets.Dict().tag(sync=True)
    numbers = traitlets.List(traitlets.Dict()).tag(sync=True)
    numbers_note = traitlets.Unicode("").tag(sync=True)
    plot = traitlets.Dict().tag(sync=True)
    plot_name = traitlets.Unicode("quality").tag(sync=True)

    def __init__(self, act: Callable[[str, str], None]) -> None:
        self._act = act
        self._content: tuple[str, bytes] = ("", b"")
        super().__init__()
        self.on_msg(self._on_message)

    def show_content(self, key: str, content: bytes) -> None:
        """Show a report or picture; it is sent in pieces and kept in no saved notebook.

        Parameters
        ----------
        key : as in `shown`
        """
        self._content = (key, content)
        self._send_content()

    def _send_content(self) -> None:
        key, content = self._content
        if not key or key != self.shown.get("key"):
            return
        starts = range(0, max(1, len(content)), PIECE)
        for at in starts:
            self.send(
                {"kind": "piece", "key": key, "at": at, "of": len(content)},
                buffers=[content[at : at + PIECE]],
            )

    def _on_message(self, _widget: object, message: dict[str, Any], _buffers: object) -> None:
        match message:
            case {"kind": "content"}:
                self._send_content()  # another view of this widget
            case {"kind": str(kind), "id": str(about)}:
                self._act(kind, about)
