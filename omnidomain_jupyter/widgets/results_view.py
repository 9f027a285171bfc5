"""What a run has left: its files, one of them from near, and the numbers of its submission."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import traitlets

from .assets import module
from .message_size import PIECE, fitting
from .part import Part


class ResultsView(Part):
    """Files by phase, a preview, bars and curves.

    Parameters
    ----------
    act : is told what somebody asks for: the kind, and a run's id or a file's path
    save : is given the paths of files and the folder that they are to be saved in, and by its
        name `overwrite`, whether they take the place of files that are there

    Attributes
    ----------
    files : each with its path and bytes; the browser asks for them piece by piece
    """

    _esm = module("results.js")

    choices = traitlets.List(traitlets.Dict()).tag(sync=True, late=True)
    run = traitlets.Dict().tag(sync=True)
    files_key = traitlets.Int(0).tag(sync=True)  # another list of files has another one
    files_total = traitlets.Int(0).tag(sync=True)
    # First folders of which more files can be had, and whether some are in the list already.
    folders: traitlets.List[Any] = traitlets.List().tag(sync=True, late=True)
    note = traitlets.Unicode("").tag(sync=True)
    shown = traitlets.Dict().tag(sync=True, late=True)
    numbers = traitlets.Dict().tag(sync=True, late=True)
    plot = traitlets.Dict().tag(sync=True, late=True)
    plot_name = traitlets.Unicode("quality").tag(sync=True)
    email = traitlets.Unicode("").tag(sync=True)  # as whom a browser that downloads signs in
    saved = traitlets.Unicode("").tag(sync=True)  # how the last saving went
    # The folder of what was saved, below the server's root; None if nothing was.
    saved_in = traitlets.Unicode(None, allow_none=True).tag(sync=True)

    def __init__(self, act: Callable[[str, str], None], save: Callable[..., None]) -> None:
        self._act = act
        self._save = save
        self._content: tuple[str, bytes] = ("", b"")
        self.files: list[tuple[str, int]] = []
        super().__init__()
        self.on_msg(self._on_message)

    def show_files(
        self, files: Sequence[tuple[str, int]], folders: Sequence[tuple[str, bool]] = ()
    ) -> None:
        """Show these files. If the first of them are those of before, only the others are sent."""
        with self.at_once():
            if not self.files or self.files != list(files[: len(self.files)]):
                self.files_key += 1
            self.files = list(files)
            self.files_total = len(self.files)
            self.folders = fitting(list(folder) for folder in folders)

    def show_file(self, shown: Mapping[str, Any], content: bytes | None) -> None:
        """Show a file; the browser asks for a report's or picture's bytes, piece by piece.

        Parameters
        ----------
        shown : with its path, a key that is another one at every look, and its kind
        content : is in no saved notebook
        """
        self._content = (str(shown["key"]), content or b"")
        self.shown = dict(shown)

    def tell_saved(self, text: str, folder: str | None = None) -> None:
        """Say how saving goes, and in which folder, below the server's root, the files are."""
        with self.at_once():
            self.saved_in = folder
            self.saved = text

    def _send_content(self, wanted: str) -> None:
        key, content = self._content
        if key != wanted:
            return
        starts = range(0, max(1, len(content)), PIECE)
        for at in starts:
            self.send(
                {"kind": "piece", "key": key, "at": at, "of": len(content)},
                buffers=[content[at : at + PIECE]],
            )

    def _send_files(self, start: int) -> None:
        files = fitting(self.files[start:])
        self.send({"kind": "files", "key": self.files_key, "start": start, "files": files})

    def _on_message(self, _widget: object, message: dict[str, Any], _buffers: object) -> None:
        match message:
            case {"kind": "content", "key": str(key)}:
                self._send_content(key)
            case {"kind": "files", "start": int(start)} if 0 <= start < len(self.files):
                self._send_files(start)
            case {"kind": "save", "key": int(key), "files": [*chosen], "folder": str(folder)}:
                if key == self.files_key:
                    known = range(len(self.files))
                    paths = [self.files[at][0] for at in chosen if at in known]
                    self._save(paths, folder, overwrite=message.get("overwrite") is True)
            case {"kind": str(kind), "id": str(about)}:
                self._act(kind, about)
