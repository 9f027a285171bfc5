"""A sheet that was chosen, read into the kernel, and kept as somebody corrects it."""

from __future__ import annotations

from pathlib import Path

from .._sheets import sheet_text
from ..client import Client
from ..errors import InvalidInputError
from .sheet_draft import SheetDraft
from .sheet_source import FOLDER, SERVER, Choice

LARGEST = 32 * 1024 * 1024  # bytes of a sheet that is edited here
_WORKBOOK = b"PK\x03\x04"


class SheetFile:
    """What the server is told to check and submit, and the draft of it that can be changed.

    Parameters
    ----------
    choice : of the scientist
    client : signed in
    pipeline : whose columns a folder's files are put into

    Attributes
    ----------
    sheet : a path or a text, as the client takes it
    draft : None where the sheet can only be looked at
    note : what is worth saying about it, and `tone`

    Raises
    ------
    OmniDomainError : there is nothing to read, or nothing can be made of it
    """

    def __init__(self, choice: Choice, client: Client, pipeline: str) -> None:
        self.draft: SheetDraft | None = None
        self.note, self.tone = "", "plain"
        self._file: Path | None = None
        self._copy: Path | None = None
        self._opened: tuple[Path, int, int] | None = None
        if choice.mode == SERVER:
            self._open(choice.path or "", client)
        elif choice.mode == FOLDER:
            self._match(choice.path or "", client, pipeline)
        else:
            self._take(choice)
        self._edition = 0

    @property
    def corrected(self) -> bool:
        """Whether somebody has changed it here, and not since in its file."""
        if self.draft is None or not self.draft.edition:
            return False
        return self._opened is None or self._opened == _state(self._opened[0])

    def keep(self) -> None:
        """Take what was changed in the draft into what is checked and submitted.

        A file on the server is never written to: its corrected copy lies beside it, since
        the paths in a sheet may start at its folder.
        """
        draft = self.draft
        if draft is None or draft.edition == self._edition:
            return
        self._edition, text = draft.edition, draft.text()
        self.sheet = text
        if self._file is None:
            return
        try:
            self._copy = self._copy or _free_name(self._file)
            self._copy.write_text(text, "utf-8", newline="\n")
        except OSError as error:
            self.note = (
                f"The corrected sheet could not be saved beside {self._file.name} "
                f"({error.strerror}). Paths in it start at the server's root now."
            )
            self.tone = "warning"
            return
        self.sheet = str(self._copy)
        self.note = f"Your corrections are in {self._copy.name}; {self._file.name} is as it was."

    def content(self) -> str | None:
        """Return the text as it is now; None where only the server can read it."""
        return self.draft.text() if self.draft else None

    def _open(self, path: str, client: Client) -> None:
        self.sheet = path
        places = [Path(path).expanduser()]
        if client.root is not None:
            places.append(client.root / path)
        file = next((place for place in places if place.is_file()), None)
        if file is None or file.stat().st_size > LARGEST:
            return  # the server knows it, or says that it does not
        self._opened = _state(file)
        self.draft = _draft(file.read_bytes(), file.name)
        if client.root is not None and file.resolve().is_relative_to(client.root.resolve()):
            self._file = file.resolve()

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


def _state(file: Path) -> tuple[Path, int, int] | None:
    try:
        now = file.stat()
    except OSError:
        return None
    return file, now.st_mtime_ns, now.st_size


def _draft(data: bytes | str, name: str | None) -> SheetDraft | None:
    try:
        return SheetDraft.read(data, name)
    except InvalidInputError:
        return None  # the server says what is wrong with it


def _free_name(file: Path) -> Path:
    for number in range(1, 1000):
        ending = "" if number == 1 else f"_{number}"
        candidate = file.with_name(f"{file.stem}_corrected{ending}.tsv")
        if not candidate.exists():
            return candidate
    raise FileExistsError(17, "there are a thousand corrected copies already", str(file))
