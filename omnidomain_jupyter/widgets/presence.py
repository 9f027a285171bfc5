"""Whether anybody looks at the panel, and whether its kernel is there: told without its help.

A kernel's messages count as activity: one sign of life a minute would keep an idle server from
being ended for ever. So the page asks the server whether the kernel lives, and it is said to
the kernel only when somebody comes or goes.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import traitlets

from .assets import module
from .part import Part

if TYPE_CHECKING:
    from ..client import Client

EVERY = 30.0  # seconds between two questions of the page whether the kernel is there
CONNECTED = 10.0  # seconds for which it is known whether a page is connected
SUBSHELLS = 7  # ipykernel's version from which on a widget is heard while a cell runs
_CONNECTION_FILE = re.compile(r"kernel-([\w-]+)\.json$")


class Presence(Part):
    """Says in the browser that the kernel has ended, and in the kernel whether a page is seen.

    Parameters
    ----------
    came : is called when somebody looks again
    """

    _esm = module("presence.js")

    kernel_id = traitlets.Unicode("").tag(sync=True)
    note = traitlets.Unicode("").tag(sync=True)  # what this kernel cannot do
    every = traitlets.Float(EVERY).tag(sync=True)

    def __init__(self, came: Callable[[], None]) -> None:
        self._came = came
        self._views: dict[str, bool] = {}
        self._connected = True
        self._asked_at = float("-inf")
        self._asking = threading.Lock()
        super().__init__(kernel_id=own_kernel_id(), note=_without_subshells())
        self.on_msg(self._on_message)

    @property
    def looked_at(self) -> bool:
        """Whether a page with the panel is seen; until one has said anything, it may be."""
        views = list(self._views.values())
        return self._connected and (any(views) or not views)

    def check(self, client: Client) -> bool:
        """Ask the server whether a page is connected at all: one that was closed says nothing.

        Raises
        ------
        OmniDomainError : the server does not answer
        """
        before = self.looked_at
        with self._asking:
            if self.kernel_id and time.monotonic() - self._asked_at >= CONNECTED:
                self._asked_at = time.monotonic()
                self._connected = client.kernel_connections(self.kernel_id) != 0
        if self.looked_at and not before:
            self._came()
        return self.looked_at

    def _on_message(self, _widget: object, message: dict[str, Any], _buffers: object) -> None:
        before = self.looked_at
        match message:
            case {"kind": "view", "id": str(view), "seen": bool(seen)}:
                self._views[view] = seen
                self._connected, self._asked_at = True, time.monotonic()
            case {"kind": "gone", "id": str(view)}:
                # Remembered as one that is not seen: none at all would be a panel that is not
                # displayed yet.
                self._views = {view: False} | {
                    each: seen for each, seen in self._views.items() if each != view and seen
                }
        if self.looked_at and not before:
            self._came()


def own_kernel_id() -> str:
    """Return the id that the Jupyter server gave to this kernel; "" outside of a kernel."""
    from IPython.core.getipython import get_ipython

    application = getattr(getattr(get_ipython(), "kernel", None), "parent", None)
    found = _CONNECTION_FILE.search(str(getattr(application, "connection_file", "")))
    return found[1] if found else ""


def _without_subshells() -> str:
    """Return what an old kernel cannot do; the environment may have another one than ours."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        found = version("ipykernel")
    except PackageNotFoundError:
        return ""
    if int(found.partition(".")[0]) >= SUBSHELLS:
        return ""
    return (
        f"This kernel has ipykernel {found}: the panel does not answer while a cell runs. "
        f"With ipykernel {SUBSHELLS} it does."
    )
