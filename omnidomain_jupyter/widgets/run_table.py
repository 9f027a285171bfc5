"""The table of runs, changed in place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import traitlets

from .assets import module
from .part import Part

ROWS = 50


class RunTable(Part):
    """One page of runs, newest first, with the filters and submissions above them.

    Parameters
    ----------
    act : is told what somebody asks for: the kind, and an id where there is one
    """

    _esm = module("run-table.js")

    runs = traitlets.List(traitlets.Dict()).tag(sync=True, late=True)
    loaded = traitlets.Bool(default_value=False).tag(sync=True, late=True)
    page = traitlets.Int(1).tag(sync=True)
    more = traitlets.Bool(default_value=False).tag(sync=True)
    pipelines = traitlets.List(traitlets.Unicode()).tag(sync=True, late=True)
    filters = traitlets.Dict().tag(sync=True)  # status, pipeline, q, submission_id
    submissions = traitlets.List(traitlets.Dict()).tag(sync=True, late=True)
    sheets = traitlets.List(traitlets.Dict()).tag(sync=True, late=True)  # to choose among
    selected = traitlets.Unicode("").tag(sync=True)
    told = traitlets.Unicode("").tag(sync=True)  # how something that was asked for went

    def __init__(self, act: Callable[[str, str], None]) -> None:
        self._act = act
        super().__init__()
        self.on_msg(self._on_message)

    def show(self, runs: list[dict[str, Any]], *, page: int, more: bool) -> None:
        """Draw these rows; what has not changed is neither sent nor touched."""
        with self.at_once():
            # The runs last: whoever is told of them finds the rest as it belongs to them.
            self.page, self.more, self.runs, self.loaded = page, more, runs, True

    def _on_message(self, _widget: object, message: dict[str, Any], _buffers: object) -> None:
        self._act(str(message.get("kind")), str(message.get("id", "")))
