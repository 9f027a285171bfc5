"""What all parts of the panel are: widgets that are heard also while a long cell runs."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any
from uuid import uuid4

import anywidget
import traitlets

from .assets import module_pieces, version
from .message_size import fitting


class Part(anywidget.AnyWidget):
    """A widget that several threads change, and whose messages stay small.

    Its browser's side asks for its code, and for the traits that are tagged ``late=True``: what
    may be long is in no message that holds the state of all widgets.

    JupyterLab sends what is clicked to a subshell of the kernel, which is free while a cell
    runs. ipykernel brings such a message back to the thread that has last sent something to
    the widget; after news from our own threads that would be the main one, which is busy.
    """

    # Another one in every whole state, whose late traits are empty: the browser asks for them then.
    _late = traitlets.Unicode("").tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        self._drawing = threading.RLock()
        self._sending = threading.Lock()
        super().__init__(**traits)
        if hasattr(self.comm, "_reply_subshell_for"):
            self.comm._reply_subshell_for = _where_it_was_sent  # noqa: SLF001

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Send what is changed here in one message; threads wait for each other."""
        with self._drawing, self.hold_sync():
            yield

    @contextmanager
    def hold_sync(self) -> Iterator[None]:
        """Send nothing until the outermost of these ends.

        ipywidgets forgets what another thread changes between its sending and its clearing.
        """
        if self._holding_sync:
            yield
            return
        self._holding_sync: bool = True
        try:
            yield
        finally:
            with self._sending:
                self._holding_sync = False
                changed = set(self._states_to_send)
                self._states_to_send.clear()
            self._send_in_pieces(changed)

    def hold_trait_notifications(self) -> AbstractContextManager[None]:
        """Hold none back once the widget is there: those of other threads would be lost."""
        held: AbstractContextManager[None] = super().hold_trait_notifications()
        return held if self.comm is None else nullcontext()

    def get_state(
        self,
        key: str | Iterable[str] | None = None,
        drop_defaults: bool = False,  # noqa: FBT001, FBT002
    ) -> dict[str, Any]:
        """Return the state for the browser; the whole of it is without what comes late."""
        state: dict[str, Any] = super().get_state(key, drop_defaults)
        late = [name for name in self._late_names() if name in state] if key is None else []
        if late:
            state |= {name: type(state[name])() for name in late} | {"_late": uuid4().hex}
        return state

    def _should_send_property(self, key: str, value: object) -> bool:
        with self._sending:
            return bool(super()._should_send_property(key, value))

    def _handle_custom_msg(self, content: dict[str, Any], buffers: object) -> None:
        match content:
            case {"kind": "code"}:
                self._send_code()
            case {"kind": "late"}:
                self._send_in_pieces(self._late_names())
            case _:
                super()._handle_custom_msg(content, buffers)

    def _late_names(self) -> list[str]:
        return list(self.trait_names(late=True))

    def _send_in_pieces(self, names: Collection[str]) -> None:
        """Send as many traits in one message as make no large one."""
        state = self.get_state(names)
        while state:
            names = [name for name, _ in fitting(state.items())]
            self.send_state(names)
            for name in names:
                del state[name]

    def _send_code(self) -> None:
        pieces = list(module_pieces())
        about = {"kind": "code", "version": version(), "of": len(pieces)}
        for number, piece in pieces:
            self.send(about | {"at": number}, buffers=[piece])


def _where_it_was_sent(_data: object, subshell_id: object) -> object:
    return subshell_id
