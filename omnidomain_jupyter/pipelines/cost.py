"""What a row may cost: ranges that depend on what its cells say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class CostRule:
    """A range in US dollars per sample, for rows of one kind.

    `columns` must all be set, and `values` must be these very texts; a rule with neither fits
    every row.
    """

    low: float
    high: float
    label: str | None = None
    columns: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)

    def fits(self, cells: Mapping[str, str]) -> bool:
        """Whether a row is of this kind; unset cells are absent or empty."""
        return all(cells.get(column) for column in self.columns) and all(
            cells.get(column) == value for column, value in self.values.items()
        )


def cost_range(rules: Sequence[CostRule], cells: Mapping[str, str]) -> tuple[float, float] | None:
    """Return the range of the first rule that fits; None when nothing is known."""
    return next(((rule.low, rule.high) for rule in rules if rule.fits(cells)), None)
