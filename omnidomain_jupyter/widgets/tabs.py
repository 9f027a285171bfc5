"""The panel's three pages, and which of them is shown."""

from __future__ import annotations

import traitlets

from .assets import module
from .part import Part

SUBMIT, MONITOR, RESULTS = "submit", "monitor", "results"


class TabBar(Part):
    """Turns the panel's pages; in the browser alone, so also while the kernel is busy."""

    _esm = module("tabs.js")

    tabs = traitlets.List(
        default_value=[[SUBMIT, "Submit"], [MONITOR, "Monitor"], [RESULTS, "Results"]]
    ).tag(sync=True)
    selected = traitlets.Enum([SUBMIT, MONITOR, RESULTS], SUBMIT).tag(sync=True)
    counts = traitlets.Dict().tag(sync=True)

    def tell(self, name: str, text: str) -> None:
        """Write a few words beside a page's name; an empty text takes them back."""
        self.counts = {**self.counts, name: text}
