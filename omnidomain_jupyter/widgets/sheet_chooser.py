"""Where the sheet comes from: the server, the scientist's computer, or the clipboard."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, cast

import ipywidgets as core

from .._sheets import Sheet, frame_text, sheet_text
from ..errors import InvalidInputError
from .notice import Notice

SERVER, UPLOAD, PASTE = "On this server", "Upload", "Paste"


class SheetChooser(core.VBox):  # type: ignore[misc]
    """Calls `chosen` with a path or a text, at each new choice; with None when there is none.

    Parameters
    ----------
    chosen : may take its time; the kernel is idle then
    sheet : what is there at the beginning
    """

    def __init__(self, chosen: Callable[[str | None], None], sheet: Sheet | None = None) -> None:
        self._chosen = chosen
        self._uploaded: str | None = None
        self.source = core.ToggleButtons(
            options=[SERVER, UPLOAD, PASTE], description="Sheet", value=SERVER
        )
        self.path = core.Text(
            description="Path",
            placeholder="samples.tsv, then Enter",
            continuous_update=False,
        )
        self.again = core.Button(description="Check again", tooltip="Read the sheet once more")
        self.upload = core.FileUpload(
            accept=".tsv,.csv,.txt", multiple=False, description="Choose a file"
        )
        self.text = core.Textarea(
            description="Sheet text",
            placeholder="Paste the sheet with its header, then click elsewhere",
            continuous_update=False,
            rows=6,
        )
        self.notice = Notice()
        self._parts = {
            SERVER: core.HBox([self.path, self.again]),
            UPLOAD: core.HBox([self.upload]),
            PASTE: core.HBox([self.text]),
        }
        for part in self._parts.values():
            part.add_class("omnidomain-row")
        super().__init__()
        if sheet is not None:
            self._preset(sheet)
        self._show_source()
        self.source.observe(self._on_source, "value")
        self.path.observe(self._on_text, "value")
        self.text.observe(self._on_text, "value")
        self.upload.observe(self._on_upload, "value")
        self.again.on_click(lambda _button: self.announce())

    @property
    def sheet(self) -> str | None:
        """The path, or the text; None when nothing is chosen."""
        chosen = {
            SERVER: self.path.value.strip(),
            UPLOAD: self._uploaded,
            PASTE: self.text.value if self.text.value.strip() else None,
        }[self.source.value]
        if self.source.value == SERVER or not chosen:
            return chosen or None
        return chosen if "\n" in chosen else f"{chosen}\n"  # a text, also when it is one line

    def announce(self) -> None:
        """Tell about the choice as it is now."""
        self._chosen(self.sheet)

    def _preset(self, sheet: Sheet) -> None:
        sheet = getattr(sheet, "table", sheet)  # of a match
        if hasattr(sheet, "to_csv"):
            self.source.value, self.text.value = PASTE, frame_text(cast("Any", sheet))
        elif isinstance(sheet, str) and "\n" in sheet:
            self.source.value, self.text.value = PASTE, sheet
        else:
            self.path.value = os.fspath(cast("str | os.PathLike[str]", sheet))

    def _show_source(self) -> None:
        self.children = [self.source, self._parts[self.source.value], self.notice]

    def _on_source(self, _change: object) -> None:
        self.notice.say("")
        self._show_source()
        self.announce()

    def _on_text(self, _change: object) -> None:
        self.announce()

    def _on_upload(self, _change: object) -> None:
        if not self.upload.value:
            return
        file = self.upload.value[0]
        try:
            self._uploaded = sheet_text(bytes(file["content"]), file["name"])
        except InvalidInputError as error:
            self._uploaded = None
            self.notice.say(str(error), "error")
        else:
            self.notice.say(f"{file['name']}, {file['size']:,} bytes")
        self.announce()
