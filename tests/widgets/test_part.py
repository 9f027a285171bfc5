"""Widgets that several threads change."""

from __future__ import annotations

import threading
from typing import Any

import traitlets

from omnidomain_jupyter.widgets.assets import module
from omnidomain_jupyter.widgets.message_size import size
from omnidomain_jupyter.widgets.part import Part

TIMES = 400


class Board(Part):
    """A few traits, and what the browser has been sent of them."""

    _esm = module("notice.js")

    one = traitlets.Int(0).tag(sync=True)
    other = traitlets.Int(0).tag(sync=True)
    asked = traitlets.Int(0).tag(sync=True)
    long = traitlets.List().tag(sync=True, late=True)
    longer = traitlets.List().tag(sync=True, late=True)

    def __init__(self) -> None:
        self.there: dict[str, Any] = {}
        self.sizes: list[int] = []
        super().__init__()

    def _send(self, message: dict[str, Any], buffers: Any = None) -> None:
        self.sizes.append(size(message))
        if message["method"] == "update":
            self.there |= message["state"]


def test_what_threads_change_at_once_all_arrives():
    board = Board()

    def together() -> None:
        for number in range(1, TIMES + 1):
            with board.at_once():
                board.one = number

    def alone() -> None:
        for number in range(1, TIMES + 1):
            board.other = number
            assert board.there.get("other") == number or board._holding_sync

    def from_the_browser() -> None:
        for number in range(1, TIMES + 1):
            board.set_state({"asked": number})

    threads = [threading.Thread(target=work) for work in (together, alone, from_the_browser)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert board.there["one"] == TIMES
    assert board.there["other"] == TIMES
    assert board.asked == TIMES


def test_what_is_changed_while_others_are_held_back_is_sent_behind_them():
    board = Board()
    held, changed = threading.Event(), threading.Event()
    real = Board.send_state

    def slowly(self: Board, key: Any = None) -> None:
        real(self, key)
        held.set()
        assert changed.wait(10)  # between the sending and what comes behind it

    board.send_state = slowly.__get__(board)

    def together() -> None:
        with board.at_once():
            board.one = 1

    thread = threading.Thread(target=together)
    thread.start()
    assert held.wait(10)
    board.send_state = real.__get__(board)
    board.other = 1
    changed.set()
    thread.join(10)

    assert (board.there["one"], board.there["other"]) == (1, 1)


def test_what_may_be_long_is_not_in_the_whole_state():
    board = Board()
    board.long, board.longer = ["猫" * 100] * 300, ["x" * 100] * 900
    board.there, board.sizes = {}, []

    assert board.get_state()["long"] == board.get_state()["longer"] == []
    # Each time it is a sign to ask for what is missing.
    assert "" != board.get_state()["_late"] != board.get_state()["_late"]
    board._handle_custom_msg({"kind": "late"}, [])

    assert board.there == {"long": board.long, "longer": board.longer}
    assert len(board.sizes) == 2
    assert max(board.sizes) < 110_000
