"""Modules that are imported when they are first used, and not when Jupyter starts."""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any


class LazyModule(ModuleType):
    """Stands for a module until something of it is asked for."""

    def __getattr__(self, name: str) -> Any:
        """Import the module and give what was asked for."""
        return getattr(importlib.import_module(self.__name__), name)
