"""The DataFrames among a notebook's variables, to take a sheet from."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

MOST = 50
SMALL = 1000  # rows of one that is offered although none of its columns fits


class NotebookFrames:
    """Looks at the variables after every cell.

    Parameters
    ----------
    changed : is called when a cell has ended
    """

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._shell: Any = None

    def begin(self) -> bool:
        """Begin; return whether there is a notebook, and not a script."""
        from IPython.core.getipython import get_ipython

        self._shell = get_ipython()
        if self._shell is not None:
            self._shell.events.register("post_run_cell", self._on_cell)
        return self._shell is not None

    def end(self) -> None:
        """Look no more."""
        if self._shell is not None:
            self._shell.events.unregister("post_run_cell", self._on_cell)
            self._shell = None

    def offers(self, columns: Collection[str]) -> list[tuple[str, int]]:
        """Return names and numbers of rows; those that have any of the columns come first."""
        return offers({} if self._shell is None else self._shell.user_ns, columns)

    def frame(self, name: str) -> pd.DataFrame | None:
        """Return the DataFrame of that name as it is now."""
        value = None if self._shell is None else self._shell.user_ns.get(name)
        return value if _is_frame(value) else None

    def _on_cell(self, _result: object) -> None:
        self._changed()


def offers(variables: Mapping[str, Any], columns: Collection[str]) -> list[tuple[str, int]]:
    """Return which of the variables a sheet can be made of, as `NotebookFrames.offers` does."""
    fitting, others = [], []
    for name, value in list(variables.items()):
        if name.startswith("_") or not _is_frame(value):
            continue
        if any(str(each) in columns for each in (*value.columns, value.index.name)):
            fitting.append((name, len(value)))
        elif len(value) <= SMALL:
            others.append((name, len(value)))
    return [*sorted(fitting), *sorted(others)][:MOST]


def _is_frame(value: object) -> bool:
    pandas = sys.modules.get("pandas")  # without which there is none
    return pandas is not None and isinstance(value, pandas.DataFrame)
