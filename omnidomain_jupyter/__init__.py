"""OmniDomain for Jupyter: sample sheets become runs of genomics pipelines.

In a notebook:

>>> from omnidomain_jupyter import RunPanel, connect
>>> RunPanel()  # doctest: +SKIP

Importing this package is cheap: its parts are imported when they are first named.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from ._version import __version__

if TYPE_CHECKING:
    from .client import Client, connect
    from .widgets import RunPanel

__all__ = ["Client", "RunPanel", "__version__", "connect"]

_HOMES = {"Client": "client", "connect": "client", "RunPanel": "widgets"}


def __getattr__(name: str) -> Any:
    """Import the part that a public name lives in."""
    from importlib import import_module

    home = _HOMES.get(name)
    if home is None:
        module = sys.modules[__name__]  # from which Python finds the name that may be meant
        raise AttributeError(f"{__name__!r} has no {name!r}", name=name, obj=module)
    return getattr(import_module(f".{home}", __name__), name)


def __dir__() -> list[str]:
    """Return the public names, also those whose part is not imported yet, and nothing else."""
    return sorted({*__all__, *(name for name in globals() if name.startswith("__"))})


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "omnidomain-jupyter"}]


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    from .app import OmniDomainApp

    return [{"module": "omnidomain_jupyter", "app": OmniDomainApp}]
