"""A cell that is run again ends the panels that it made before: nobody sees them any more."""

from __future__ import annotations

from typing import Any, Protocol


class Closable(Protocol):
    """What can be ended."""

    def close(self) -> None:
        """End it."""


_panels: dict[str, tuple[str, list[Closable]]] = {}
"""By cell: the run of it that made them, and the panels."""


def take_place(panel: Closable) -> None:
    """Remember a panel as one of the running cell; end those of the cell's earlier run."""
    cell, run = _running_cell()
    if cell is None:
        return
    before, panels = _panels.get(cell, (run, []))
    if before == run:
        _panels[cell] = (run, [*panels, panel])
        return
    _panels[cell] = (run, [panel])
    for each in panels:
        each.close()


def leave_place(panel: Closable) -> None:
    """Forget a panel that has ended."""
    for cell, (run, panels) in list(_panels.items()):
        _panels[cell] = (run, [each for each in panels if each is not panel])


def _running_cell() -> tuple[str | None, str]:
    """Return the cell, as JupyterLab names it, and this run of it; no cell elsewhere."""
    from IPython.core.getipython import get_ipython

    # Of a kernel's shell; there is another one in a terminal, and none in a script.
    parent: dict[str, Any] = getattr(get_ipython(), "get_parent", dict)() or {}
    metadata, header = parent.get("metadata", {}), parent.get("header", {})
    cell, run = metadata.get("cellId"), header.get("msg_id")
    return (cell if isinstance(cell, str) else None), str(run)
