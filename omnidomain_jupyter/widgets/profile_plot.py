"""Curves of many samples, made small enough for one plot and one message."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from statistics import fmean, median, quantiles
from typing import Any, NamedTuple

LINES = 50  # drawn one by one; of more, a band
NAMED = 6  # of those that are unlike the others
FEW = 5  # files, of which none can be unlike the others
POINTS = 160
LONG = 2000  # bases, from which on the axis is logarithmic
_FAR = 4.0  # times the usual distance from the median

Values = list[float | None]


class Curve(NamedTuple):
    """What was found in one file of reads."""

    run_id: str
    label: str
    x: Sequence[float]
    y: Sequence[float]


def plot_of(curves: Sequence[Curve], chosen: str) -> dict[str, Any]:
    """Return what the browser draws: lines over one common axis, and a band if they are many.

    Parameters
    ----------
    chosen : the id of the run that is looked at; its lines are always there
    """
    drawn = [curve for curve in curves if curve.x]
    if not drawn:
        return {}
    logarithmic = max(curve.x[-1] for curve in drawn) > LONG
    axis = _axis(drawn, logarithmic=logarithmic)
    values = [_at(curve, axis) for curve in drawn]
    middle = [_quantile(column, 0.5) for column in zip(*values, strict=True)]
    unlike = _unlike(values, middle)
    many = len(drawn) > LINES
    own = [at for at, curve in enumerate(drawn) if curve.run_id == chosen]
    shown = sorted({*own, *unlike}) if many else range(len(drawn))
    return {
        "x": [round(x, 1) for x in axis],
        "log": logarithmic,
        "count": len(drawn),
        "lines": [
            {
                "run_id": drawn[at].run_id,
                "label": drawn[at].label,
                "y": _rounded(values[at]),
                "own": at in own,
                "unlike": at in unlike,
            }
            for at in shown
        ],
        "band": _band(values) if many else {},
    }


def _axis(curves: Sequence[Curve], *, logarithmic: bool) -> list[float]:
    """Return where all curves are looked at: evenly spaced, on whole numbers if they suffice."""
    first, last = min(curve.x[0] for curve in curves), max(curve.x[-1] for curve in curves)
    if logarithmic:
        first = max(first, 10.0)
        step = (last / first) ** (1 / (POINTS - 1))
        return [first * step**at for at in range(POINTS)]
    step = max(1.0, (last - first) / (POINTS - 1))
    return [first + step * at for at in range(round((last - first) / step) + 1)]


def _at(curve: Curve, axis: Iterable[float]) -> Values:
    """Return a curve's values; None where it has none."""
    return [_between(curve, x) for x in axis]


def _between(curve: Curve, x: float) -> float | None:
    right = bisect_right(curve.x, x)
    if right == len(curve.x):
        # A share that has come down to nothing stays there.
        return curve.y[-1] if x == curve.x[-1] or curve.y[-1] == 0 else None
    if right == 0:
        return None
    left = right - 1
    part = (x - curve.x[left]) / (curve.x[right] - curve.x[left])
    return curve.y[left] + part * (curve.y[right] - curve.y[left])


def _unlike(values: Sequence[Values], middle: Values) -> list[int]:
    """Return which curves are far from the median, compared with how far they usually are."""
    if len(values) < FEW:
        return []
    distances = [_distance(each, middle) for each in values]
    usual = median(distances)
    spread = max(value for value in middle if value is not None) / 100
    far = [at for at, each in enumerate(distances) if each > _FAR * max(usual, spread)]
    return sorted(far, key=lambda at: distances[at], reverse=True)[:NAMED]


def _distance(values: Values, middle: Values) -> float:
    """Return how far a curve is from the median on average."""
    apart = [
        abs(value - usual)
        for value, usual in zip(values, middle, strict=True)
        if value is not None and usual is not None
    ]
    return fmean(apart) if apart else 0.0


def _band(values: Sequence[Values]) -> dict[str, Values]:
    columns = list(zip(*values, strict=True))
    return {
        name: _rounded([_quantile(column, share) for column in columns])
        for name, share in (("low", 0.1), ("middle", 0.5), ("high", 0.9))
    }


def _quantile(column: Sequence[float | None], share: float) -> float | None:
    there = [value for value in column if value is not None]
    if len(there) < 2:
        return there[0] if there else None
    return quantiles(there, n=10, method="inclusive")[round(10 * share) - 1]


def _rounded(values: Values) -> Values:
    return [None if value is None else round(value, 2) for value in values]
