"""Where the sheet comes from: the server, the scientist's computer, the clipboard, a form, …."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Any, cast

import traitlets

from .._sheets import Sheet, frame_text
from .arriving import Arriving
from .assets import module
from .notebook_frames import NotebookFrames
from .part import Part
from .sheet_grid import cut

if TYPE_CHECKING:
    from .._server_files import ServerFiles
    from ..schemas import ProblemIssue

SERVER, UPLOAD, PASTE, FOLDER, FORM, FRAME = (
    *("server", "upload", "paste"),
    *("folder", "form", "frame"),
)
LABELS = {
    SERVER: "On this server",
    UPLOAD: "From my computer",
    PASTE: "Paste",
    FOLDER: "Folder of reads",
    FORM: "Form",
    FRAME: "DataFrame",
}
PIECE = 30_000  # characters in one message of a text, or of a list of paths


@dataclass(frozen=True)
class Choice:
    """What was chosen: a path on the server, a folder there, or the bytes or text of a sheet."""

    mode: str
    path: str | None = None
    data: bytes | str | None = None
    name: str | None = None


class SheetSource(Part):
    """Calls `chosen` at each new choice; with None when there is none.

    Parameters
    ----------
    chosen : returns at once
    put_in_front : is given the folder that the reads of a sheet are in
    corrected_sheet : returns the name and the text of the sheet as it was corrected
    sheet : what is there at the beginning

    Attributes
    ----------
    afresh : whether the choice is to be read without the corrections made in it
    """

    _esm = module("sheet-source.js")

    modes: traitlets.List[Any] = traitlets.List().tag(sync=True)
    mode = traitlets.Unicode(SERVER).tag(sync=True)
    path = traitlets.Unicode("").tag(sync=True)
    folder = traitlets.Unicode("").tag(sync=True)
    given = traitlets.Unicode("").tag(sync=True)  # what was uploaded or pasted, in a few words
    frames: traitlets.List[Any] = traitlets.List().tag(sync=True)  # the notebook's: [name, rows]
    frame = traitlets.Unicode("").tag(sync=True)  # the one that is chosen; "" for `own_frame`
    own_frame = traitlets.Unicode("").tag(sync=True)  # what the panel was made with, in a few words
    sheets: traitlets.List[Any] = traitlets.List().tag(sync=True, late=True)
    folders: traitlets.List[Any] = traitlets.List().tag(sync=True, late=True)
    reads: traitlets.List[Any] = traitlets.List().tag(sync=True, late=True)
    columns: traitlets.List[Any] = traitlets.List().tag(sync=True)  # of the form
    samples: traitlets.List[Any] = traitlets.List(default_value=[{}]).tag(sync=True)  # of the form
    issues: traitlets.List[Any] = traitlets.List().tag(sync=True)  # of the form
    ask_folder = traitlets.Bool(default_value=False).tag(sync=True)  # where the reads are
    corrected = traitlets.Bool(default_value=False).tag(sync=True)
    note = traitlets.Unicode("").tag(sync=True)
    tone = traitlets.Enum(["plain", "warning", "error"], "plain").tag(sync=True)

    def __init__(
        self,
        chosen: Callable[[Choice | None], None],
        put_in_front: Callable[[str], None],
        corrected_sheet: Callable[[], tuple[str, str]],
        sheet: Sheet | None = None,
    ) -> None:
        self._chosen = chosen
        self._put_in_front = put_in_front
        self._corrected_sheet = corrected_sheet
        self._arriving = Arriving()
        self._saved = ("", "")  # the corrected sheet that is being sent to the browser
        self._notebook = NotebookFrames(self._offer_frames)
        self._given: dict[str, Choice] = {}
        self._own_frame: Choice | None = None
        self._quiet = False
        self.afresh = False
        super().__init__()
        if sheet is not None:
            self._preset(sheet)
        in_notebook = self._notebook.begin() or self.mode == FRAME
        self.modes = [each for each in LABELS.items() if in_notebook or each[0] != FRAME]
        self.observe(self._on_change, ["mode", "path", "folder", "samples"])
        self.observe(self._on_frame, "frame")
        self.observe(self._offer_frames, "columns")
        self.on_msg(self._on_message)

    @property
    def choice(self) -> Choice | None:
        """What is chosen now."""
        if self.mode == SERVER:
            path = self.path.strip()
            return Choice(SERVER, path=path) if path else None
        if self.mode == FOLDER:
            folder = self.folder.strip()
            return Choice(FOLDER, path=folder) if folder else None
        if self.mode == FORM:
            text = self._form_text()
            return Choice(FORM, data=text) if text else None
        return self._given.get(self.mode)

    def announce(self) -> None:
        """Tell about the choice as it is now."""
        self._chosen(self.choice)

    def choose(self, path: str) -> None:
        """Choose a sheet on the server; the same one is read once more."""
        self._quiet = True
        self.mode, self.path = SERVER, path
        self._quiet = False
        self.announce()

    def upload(self, name: str, data: bytes) -> None:
        """Take a file from the scientist's computer."""
        self._take(Choice(UPLOAD, data=data, name=name), f"{name}, {len(data):,} bytes")

    def paste(self, text: str) -> None:
        """Take a sheet's text."""
        if not text.strip():
            self._given.pop(PASTE, None)
            self.given = ""
            self.announce()
            return
        text = text if "\n" in text else f"{text}\n"
        self._take(Choice(PASTE, data=text), f"{len(text.strip().splitlines()):,} lines pasted")

    def offer(self, found: ServerFiles) -> None:
        """Offer these files and folders where paths are typed."""
        with self.at_once():
            self.sheets, self.folders = _bearable(found.sheets), _bearable(found.folders)
            self.reads = _bearable(found.reads)

    def mark(self, issues: Sequence[ProblemIssue]) -> None:
        """Show what is wrong in the form, at its fields."""
        self.issues = [
            {
                "row": issue.row,
                "column": issue.column,
                "message": cut(issue.message),
                "suggestion": issue.suggestion,
            }
            for issue in issues[:20]
        ]

    def say(self, text: str, tone: str = "plain") -> None:
        """Show a sentence below the choice."""
        with self.at_once():
            self.note, self.tone = text, tone

    def close(self) -> None:
        """End the widget, and the look at the notebook's variables."""
        self._notebook.end()
        super().close()

    def _preset(self, sheet: Sheet) -> None:
        sheet = getattr(sheet, "table", sheet)  # of a match
        if hasattr(sheet, "to_csv"):
            frame = cast("Any", sheet)
            self._own_frame = self._given[FRAME] = Choice(FRAME, data=frame_text(frame))
            self.mode, self.own_frame = FRAME, f"the one given to this panel, {len(frame):,} rows"
        elif isinstance(sheet, str) and ("\n" in sheet or "\r" in sheet):
            self._given[PASTE] = Choice(PASTE, data=sheet)
            self.mode = PASTE
        else:
            self.path = os.fspath(cast("str | os.PathLike[str]", sheet))

    def _take(self, choice: Choice, told: str) -> None:
        self._given[choice.mode] = choice
        self._quiet = True
        self.given, self.mode = told, choice.mode
        self._quiet = False
        self.announce()

    def _form_text(self) -> str | None:
        names = [column["name"] for column in self.columns]
        rows = [
            [str(sample.get(name, "")).replace("\t", " ").strip() for name in names]
            for sample in self.samples
        ]
        if not any(any(row) for row in rows):
            return None
        return "\n".join("\t".join(row) for row in [names, *rows]) + "\n"

    def _on_change(self, _change: object) -> None:
        if not self._quiet:
            self.announce()

    def _offer_frames(self, _change: object = None) -> None:
        names = {column["name"] for column in self.columns}
        self.frames = [list(each) for each in self._notebook.offers(names)]

    def _on_frame(self, _change: object) -> None:
        """Take the DataFrame as it is now."""
        frame = self._notebook.frame(self.frame) if self.frame else None
        choice = None if self.frame else self._own_frame
        if frame is not None:
            choice = Choice(FRAME, data=frame_text(frame), name=f"{self.frame}.tsv")
        if choice is None:
            self._given.pop(FRAME, None)
        else:
            self._given[FRAME] = choice
        if self.mode == FRAME:
            self.announce()

    def _send_corrected(self, start: int) -> None:
        """Send the browser a piece of the corrected sheet; it asks for one after the other."""
        if start == 0:
            self._saved = self._corrected_sheet()
        name, text = self._saved
        end = start + PIECE
        piece = {"start": start, "text": text[start:end], "next": end if end < len(text) else None}
        self.send({"kind": "corrected", "name": name, **piece})

    def _on_message(
        self, _widget: object, message: dict[str, Any], buffers: Sequence[memoryview]
    ) -> None:
        match message:
            case {"kind": "slice", "into": str(into), "name": str(name)}:
                whole = self._arriving.take(message, buffers)
                self.send(self._arriving.taken)
                if whole is not None and into == UPLOAD:
                    self.upload(name, whole)
                elif whole is not None:
                    self.paste(whole.decode("utf-8", "replace"))
            case {"kind": "corrected", "start": int(start)}:
                self._send_corrected(start)
            case {"kind": "folder", "folder": str(folder)} if folder.strip():
                self._put_in_front(folder)
            case {"kind": "again"} if self.mode == FRAME:
                self._on_frame(None)
            case {"kind": "again"}:
                self.announce()
            case {"kind": "afresh"}:
                self.afresh = True
                self.announce()


def _bearable(paths: Sequence[str]) -> list[str]:
    """Return as many of the paths as make a message of bearable size."""
    sizes = accumulate(len(path) for path in paths)
    return [path for path, size in zip(paths, sizes, strict=True) if size <= PIECE]
