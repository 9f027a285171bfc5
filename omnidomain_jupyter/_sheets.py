"""A sheet as somebody gives it, made into what the server takes: a path or a text."""

from __future__ import annotations

import codecs
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, Union, cast

from .errors import InvalidInputError

if TYPE_CHECKING:
    import pandas as pd

    from ._matched import MatchedSheet

Sheet: TypeAlias = Union[str, "os.PathLike[str]", "pd.DataFrame", "MatchedSheet"]
"""A path (here, or below the server's root), the sheet's text, a DataFrame, or a match."""

_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # of today, and from before 2007
_LARGEST = 2**53  # below it, floating-point numbers have all whole ones
_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def sheet_source(
    sheet: Sheet, root: Path | None, on_server: Callable[[str], bool]
) -> dict[str, str]:
    """Return the request's ``path`` or ``content``.

    Parameters
    ----------
    sheet : text has a line break or a tab; anything else that is a string is a path
    root : the server's root directory, where it is known to be on this machine
    on_server : whether the server has a file of that path; asked where the root is not known

    Raises
    ------
    InvalidInputError : nothing was given, or the file cannot be read as text
    TypeError : it is nothing that a sheet can be given as
    """
    sheet = getattr(sheet, "table", sheet)  # of a match
    if hasattr(sheet, "to_csv") and hasattr(sheet, "columns"):
        return {"content": frame_text(cast("pd.DataFrame", sheet))}
    if isinstance(sheet, str) and any(sign in sheet for sign in "\n\r\t"):
        return {"content": sheet}
    path = _path(sheet)
    if not path.strip():
        raise InvalidInputError("There is no sheet. Give its path, its text, or a DataFrame.")
    file = Path(path).expanduser()
    if not file.is_file():
        return {"path": path}  # below the server's root, or the server says that it is not
    if root is None:
        below = path if not file.is_absolute() and on_server(path) else None
    else:
        below = below_root(file, root)
    return {"path": below} if below else {"content": sheet_text(_bytes(file), file.name)}


def _path(sheet: object) -> str:
    if isinstance(sheet, str | os.PathLike):
        path = os.fspath(sheet)
        if isinstance(path, str):
            return path
    kind = type(sheet).__name__
    hint = " pandas.DataFrame(…) makes a sheet of it." if isinstance(sheet, list | dict) else ""
    raise TypeError(f"A sheet is a path, its text, or a DataFrame, and not {kind}.{hint}")


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise InvalidInputError(f"{file} cannot be read: {error.strerror}.") from None


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
    below = below_root(place, root)
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
    if data.startswith(_WORKBOOKS):
        raise InvalidInputError(
            f"{name} is an Excel workbook, and not below the Jupyter server's root directory. "
            "Upload it to the server and give its path there, or save the sheet in Excel as text "
            "(tab-separated) and give that."
        )
    if data.startswith(_MARKS):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def below_root(file: Path, root: Path) -> str | None:
    """Return a file's path below the server's root; None if it is elsewhere."""
    # As it was named, and then with its links followed: either may be below the root.
    absolute = Path(os.path.abspath(file))  # noqa: PTH100 - resolve() would follow links
    for candidate, base in ((absolute, root), (file.resolve(), root.resolve())):
        if candidate.is_relative_to(base):
            return candidate.relative_to(base).as_posix()
    return None


def frame_text(frame: pd.DataFrame) -> str:
    """Return a DataFrame as a sheet; a named index is its first column.

    Where a cell is empty pandas turns whole numbers into ``1.0``: they are whole again.
    """
    named = frame.reset_index() if frame.index.name else frame.copy(deep=False)
    for place, kind in enumerate(named.dtypes):
        column = named.iloc[:, place]
        if kind.kind == "f" and column.isna().any() and _whole(column.dropna()):
            named.isetitem(place, column.astype("Int64").array)
    return named.to_csv(sep="\t", index=False, lineterminator="\n")


def _whole(numbers: pd.Series[Any]) -> bool:
    return bool(((numbers % 1 == 0) & (numbers.abs() < _LARGEST)).all())
