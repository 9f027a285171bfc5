"""A sheet that was chosen, read into the kernel, and kept as somebody corrects it."""

from __future__ import annotations

from pathlib import PurePosixPath

from .._sheets import sheet_text
from ..client import Client
from ..errors import InvalidInputError
from .arriving import LARGEST
from .sheet_draft import SheetDraft
from .sheet_source import FOLDER, SERVER, Choice

_WORKBOOK = b"PK\x03\x04"


class SheetFile:
    """What the server is told to check and submit, and the draft of it that can be changed.

    A file is never written to: corrections are kept here, and submitted as a text.

    Parameters
    ----------
    choice : of the scientist
    client : signed in
    pipeline : whose columns a folder's files are put into

    Attributes
    ----------
    sheet : a path or a text, as the client takes it
    folder : where relative paths in a text start; None for the server's root
    draft : None where the sheet can only be looked at
    origin : what was read
    note : what is worth saying about it, and `tone`

    Raises
    ------
    OmniDomainError : there is nothing to read, or nothing can be made of it
    """

    def __init__(self, choice: Choice, client: Client, pipeline: str) -> None:
        self.draft: SheetDraft | None = None
        self.folder: str | None = None
        self.note, self.tone = "", "plain"
        self._own_folder: str | None = None
        self._path = choice.path if choice.mode == SERVER else None
        self._name = choice.name or "samples.tsv"
        self.origin: bytes | str | None = choice.data
        if choice.mode == SERVER:
            self._find(choice.path or "", client)
        elif choice.mode == FOLDER:
            self._match(choice.path or "", client, pipeline)
        else:
            self._take(choice)
        self._edition = 0

    @property
    def corrected(self) -> bool:
        """Whether somebody has changed it here."""
        return self.draft is not None and self.draft.edition > 0

    @property
    def corrected_name(self) -> str:
        """What its corrected text may be called where it is saved."""
        return f"{PurePosixPath(self._name).stem}_corrected.tsv"

    def keep(self) -> None:
        """Take what was changed in the draft into what is checked and submitted."""
        draft = self.draft
        if draft is None or draft.edition == self._edition:
            return
        self._edition, self.sheet, self.folder = draft.edition, draft.text(), self._own_folder

    def seen(self) -> bytes | str | None:
        """Return what is shown; None where only the server can read it.

        Of a file that the server reads, these are the bytes as they were read from `path`.
        """
        if self.path is not None and not self.corrected:
            return self.origin
        return self.content()

    def content(self) -> str | None:
        """Return the text as it is now; None where only the server can read it."""
        return self.draft.text() if self.draft else None

    @property
    def path(self) -> str | None:
        """The path of the file that the server will read; None where it is given a text."""
        return None if self.corrected else self._path

    def _find(self, path: str, client: Client) -> None:
        found = client.find_sheet(path, largest=LARGEST)
        self.sheet, self._name, self.origin = found.source, found.name, found.data
        self._own_folder = found.folder
        if found.data is not None:
            self.draft = _draft(found.data, found.name)

    def _match(self, folder: str, client: Client, pipeline: str) -> None:
        match = client.match(pipeline, folder)
        self.sheet = match.model.sheet
        self.draft = _draft(self.sheet, None)
        lines = [match.sentence, *match.problems[:8], *match.remarks]
        self.note, self.tone = "\n".join(lines), "plain" if match else "warning"

    def _take(self, choice: Choice) -> None:
        data = choice.data or ""
        self.draft = _draft(data, choice.name)
        if isinstance(data, str):
            self.sheet = data
        elif data.startswith(_WORKBOOK) and self.draft is not None:
            self.sheet = self.draft.text()
        else:
            self.sheet = sheet_text(data, choice.name or "the file")
        if "\n" not in self.sheet:
            self.sheet += "\n"  # one line is a sheet too, and not a path


def _draft(data: bytes | str, name: str | None) -> SheetDraft | None:
    try:
        return SheetDraft.read(data, name)
    except InvalidInputError:
        return None  # the server says what is wrong with it
