"""Output files as values: tables, JSON, text."""

from __future__ import annotations

import gzip
import io
import zlib
from difflib import get_close_matches
from pathlib import PurePosixPath
from typing import Any

from ._failures import UnreadableFileError

_TABLES = {".tsv": "\t", ".csv": ","}
_TEXTS = {".err", ".html", ".log", ".md", ".nf", ".out", ".txt", ".xml", ".yaml", ".yml"}


def value(path: str, data: bytes, media_type: str, *, raw: bool = False) -> Any:
    """Return what a file holds: a DataFrame, JSON's values, text, or bytes, by its name.

    Parameters
    ----------
    path : of the file; ``.gz`` at its end is unpacked
    data : its bytes
    media_type : as the server names it
    raw : the bytes as they are

    Raises
    ------
    UnreadableFileError : it is not what its name says
    """
    if raw:
        return data
    name = PurePosixPath(path)
    ending = name.suffix.lower()
    if ending == ".gz":
        ending = PurePosixPath(name.stem).suffix.lower()
        media_type = ""
        if ending not in {*_TABLES, *_TEXTS, ".json"}:
            return data
        data = _unpacked(name.name, data)
    if ending in _TABLES:
        return _table(name.name, data, _TABLES[ending])
    if ending == ".json":
        return _json(name.name, data)
    if media_type.startswith("text/") or ending in _TEXTS:
        return data.decode("utf-8", "replace")
    return data


def is_table(path: str) -> bool:
    """Whether a file of that name is read as a table."""
    name = PurePosixPath(path.lower())
    return (PurePosixPath(name.stem) if name.suffix == ".gz" else name).suffix in _TABLES


def inside(path: object, outdir: str) -> str:
    """Return a file's path below the output directory, however it was given.

    Parameters
    ----------
    path : as in the list of results, or with the output directory in front
    outdir : of the run
    """
    if not isinstance(path, str | PurePosixPath):
        raise TypeError(
            f"A result is given by its path, as in results(), and not as {type(path).__name__}."
        )
    return str(path).removeprefix(f"{outdir.rstrip('/')}/")


def is_inside(path: str) -> bool:
    """Whether a path can be one of an output file."""
    return not any(part in {"", ".", ".."} for part in path.split("/"))


def no_such_file(path: str, sample: str, known: list[str]) -> str:
    """Return that a file is not among the results, and which one may be meant."""
    told = f"There is no {path!r} among the results of {sample}."
    if not known:
        return f"{told} It has none."
    folded = {each.casefold(): each for each in known}
    same_name = [each for each in known if PurePosixPath(each).name == PurePosixPath(path).name]
    near = same_name or get_close_matches(path.casefold(), folded, n=1)
    if near:
        return f"{told} Did you mean {folded.get(near[0], near[0])!r}?"
    more = f", … ({len(known):,} in all)" if len(known) > 5 else ""
    return f"{told} There are: {', '.join(known[:5])}{more}."


def _table(name: str, data: bytes, separator: str) -> Any:
    import pandas as pd

    if not data.strip():
        return pd.DataFrame()
    try:
        return pd.read_csv(io.BytesIO(data), sep=separator)
    except (ValueError, pd.errors.ParserError) as error:
        why = str(error).removeprefix("Error tokenizing data. C error: ").strip()
        raise UnreadableFileError(
            f"{name} cannot be read as a table: {why}. read(…, raw=True) gives its bytes."
        ) from None


def _json(name: str, data: bytes) -> Any:
    import json

    try:
        return json.loads(data)
    except ValueError as error:
        raise UnreadableFileError(
            f"{name} is not valid JSON: {error}. read(…, raw=True) gives its bytes."
        ) from None


def _unpacked(name: str, data: bytes) -> bytes:
    try:
        return gzip.decompress(data)
    except (OSError, EOFError, zlib.error):
        raise UnreadableFileError(
            f"{name} is not whole, or no gzip file. read(…, raw=True) gives its bytes."
        ) from None
