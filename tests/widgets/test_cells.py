"""A cell that is run again."""

from __future__ import annotations

import pytest

from omnidomain_jupyter.widgets import cells


class _Panel:
    closed = False

    def close(self) -> None:
        self.closed = True
        cells.leave_place(self)


def test_only_the_panels_of_an_earlier_run_end(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cells, "_panels", {})
    monkeypatch.setattr(cells, "_running_cell", lambda: ("cell", "first run"))
    one, two = _Panel(), _Panel()
    cells.take_place(one)
    cells.take_place(two)
    assert not one.closed

    monkeypatch.setattr(cells, "_running_cell", lambda: ("cell", "second run"))
    again = _Panel()
    cells.take_place(again)

    assert one.closed
    assert two.closed
    assert not again.closed


def test_without_a_notebook_there_is_no_cell():
    panel = _Panel()
    cells.take_place(panel)
    cells.take_place(_Panel())
    assert not panel.closed
