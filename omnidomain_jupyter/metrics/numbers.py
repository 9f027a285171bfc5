"""A number that a tool has written of one sample, assembly or file."""

from __future__ import annotations

import math
from typing import NamedTuple


class Number(NamedTuple):
    """A finite number. `sample` and `name` are the tool's own words."""

    tool: str
    sample: str
    name: str
    value: float


def number_in(value: object) -> float | None:
    """Return the finite number that a cell or a JSON value is, or None."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None
