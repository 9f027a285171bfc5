"""The notebook's panel."""

from __future__ import annotations

from .panel import RunPanel

__all__ = ["RunPanel"]
