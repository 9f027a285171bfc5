"""Curves of many samples in one plot, which is one message."""

from __future__ import annotations

import json
import random
import time

import pytest

from omnidomain_jupyter.widgets.profile_plot import LINES, NAMED, POINTS, Curve, plot_of

MESSAGE = 200_000  # bytes


def plate(files: int, points: int = 200, odd: tuple[int, ...] = ()) -> list[Curve]:
    """Return curves that are alike, and some that are not."""
    numbers = random.Random(2)
    return [
        Curve(
            f"run-{file}",
            f"gut_{file:04}",
            [float(x) for x in range(1, points + 1)],
            [
                37.123 - x * (0.15 if file in odd else 0.04) + numbers.gauss(0, 0.5)
                for x in range(points)
            ],
        )
        for file in range(files)
    ]


@pytest.mark.parametrize("files", [1, LINES, LINES + 1, 2000])
def test_a_plot_is_a_small_message(files: int):
    before = time.perf_counter()
    plot = plot_of(plate(files), "run-0")

    assert time.perf_counter() - before < 10
    assert len(json.dumps(plot)) < MESSAGE / 3
    assert plot["count"] == files
    assert len(plot["x"]) == POINTS
    assert bool(plot["band"]) == (files > LINES)


def test_of_many_the_own_the_band_and_those_unlike_it_are_left():
    plot = plot_of(plate(100, odd=(7, 60)), "run-42")

    shown = {line["label"]: (line["own"], line["unlike"]) for line in plot["lines"]}
    assert shown == {
        "gut_0007": (False, True),
        "gut_0042": (True, False),
        "gut_0060": (False, True),
    }
    band = (plot["band"][name] for name in ("low", "middle", "high"))
    for low, middle, high in zip(*band, strict=True):
        assert low < middle < high


def test_of_few_all_are_there_and_none_is_unlike_the_others():
    plot = plot_of(plate(4, odd=(1,)), "run-1")

    assert [(line["own"], line["unlike"]) for line in plot["lines"]] == [
        (False, False),
        (True, False),
        (False, False),
        (False, False),
    ]
    assert plot["band"] == {}


def test_no_more_are_named_than_can_be_read():
    plot = plot_of(plate(100, odd=tuple(range(20))), "run-50")

    assert sum(line["unlike"] for line in plot["lines"]) == NAMED


def test_curves_of_different_lengths_share_one_axis():
    short = Curve("a", "short", [1, 2, 3], [30, 29, 28])
    longer = Curve("b", "longer", [1, 3, 5], [40, 30, 20])

    plot = plot_of([short, longer], "a")

    assert plot["x"] == [1, 2, 3, 4, 5]
    assert [line["y"] for line in plot["lines"]] == [
        [30, 29, 28, None, None],
        [40, 35, 30, 25, 20],
    ]
    assert not plot["log"]


def test_a_share_that_has_come_down_to_nothing_stays_there():
    plot = plot_of(
        [Curve("a", "a", [0, 1, 2], [100, 50, 0]), Curve("b", "b", [0, 4], [100, 60])], "a"
    )

    assert plot["lines"][0]["y"] == [100, 50, 0, 0, 0]


def test_long_reads_have_a_logarithmic_axis():
    plot = plot_of([Curve("a", "a", [0, 100, 60_000], [100, 90, 0])], "a")

    assert plot["log"]
    assert (plot["x"][0], plot["x"][-1]) == (10, 60_000)
    assert plot["x"][1] - plot["x"][0] < 1
    assert plot["lines"][0]["y"][-1] == 0


def test_nothing_is_drawn_of_nothing():
    assert plot_of([], "a") == {}
    assert plot_of([Curve("a", "a", [], [])], "a") == {}
