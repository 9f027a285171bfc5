"""A sheet as somebody gives it, made into what the server takes: a path or a text."""

from __future__ import annotations

import codecs
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, Union, cast

from .errors import InvalidInputError

if TYPE_CHECKING:
    import pandas as pd

    from ._matched import MatchedSheet

Sheet: TypeAlias = Union[str, "os.PathLike[str]", "pd.DataFrame", "MatchedSheet"]
"""A path (here, or below the server's root), the sheet's text, a DataFrame, or a match."""

_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def sheet_source(
    sheet: Sheet, root: Path | None, on_server: Callable[[str], bool]
) -> dict[str, str]:
    """Return the request's ``path`` or ``content``.

    Parameters
    ----------
    sheet : text has a line break; anything else that is a string is a path
    root : the server's root directory, where it is known to be on this machine
    on_server : whether the server has a file of that path; asked where the root is not known

    Raises
    ------
    InvalidInputError : nothing was given, or the file cannot be read as text
    """
    sheet = getattr(sheet, "table", sheet)  # of a match
    if hasattr(sheet, "to_csv"):
        return {"content": frame_text(cast("pd.DataFrame", sheet))}
    if isinstance(sheet, str) and ("\n" in sheet or "\r" in sheet):
        return {"content": sheet}
    path = os.fspath(cast("str | os.PathLike[str]", sheet))
    if not path.strip():
        raise InvalidInputError("There is no sheet. Give its path, its text, or a DataFrame.")
    file = Path(path).expanduser()
    if not file.is_file():
        return {"path": path}  # below the server's root, or the server says that it is not
    if root is None:
        below = path if not file.is_absolute() and on_server(path) else None
    else:
        below = _below(file, root)
    return {"path": below} if below else {"content": sheet_text(file.read_bytes(), file.name)}


def folder_source(folder: str | os.PathLike[str], root: Path | None) -> str:
    """Return a folder as the server names it: below its root, or on S3.

    Parameters
    ----------
    folder : an ``s3://`` address, or a path, here or below the server's root
    root : the server's root directory, where it is known to be on this machine

    Raises
    ------
    InvalidInputError : the folder is here, but not below the server's root
    """
    path = os.fspath(folder)
    place = Path(path).expanduser()
    if path.lower().startswith("s3://") or root is None or not place.is_dir():
        return path  # the server knows it, or says that it does not
    below = _below(place, root)
    if below is None and place.is_absolute():
        raise InvalidInputError(f"The folder {path} is not below the server's root, {root}.")
    return path if below is None else below.removeprefix(".")


def text_frame(text: str) -> pd.DataFrame:
    """Return a sheet's text as a DataFrame; every cell is text, and empty ones are empty."""
    import io

    import pandas as pd

    return pd.read_csv(io.StringIO(text), sep="\t", dtype=str, keep_default_na=False)


def sheet_text(data: bytes, name: str) -> str:
    """Return a file's text; spreadsheets save UTF-8 with a mark, UTF-16, or one byte a letter."""
    if data.startswith(b"PK\x03\x04"):
        raise InvalidInputError(
            f"{name} is an Excel workbook. Upload it to the Jupyter server and give its path, "
            "or save the sheet in Excel as text (tab-separated) and give that."
        )
    if data.startswith(_MARKS):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _below(file: Path, root: Path) -> str | None:
    # As it was named, and then with its links followed: either may be below the root.
    absolute = Path(os.path.abspath(file))  # noqa: PTH100 - resolve() would follow links
    for candidate, base in ((absolute, root), (file.resolve(), root.resolve())):
        if candidate.is_relative_to(base):
            return candidate.relative_to(base).as_posix()
    return None


def frame_text(frame: pd.DataFrame) -> str:
    """Return a DataFrame as a sheet; a named index is its first column."""
    named = frame.reset_index() if frame.index.name else frame
    return named.to_csv(sep="\t", index=False, lineterminator="\n")
