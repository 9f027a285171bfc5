"""A result file, made small enough to be looked at in a notebook."""

from __future__ import annotations

import json
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from ..client import Run

ROWS, COLUMNS, CELL = 50, 20, 120
TEXT = 40_000  # characters
LARGEST = {"table": 32, "html": 16, "image": 8, "text": 4}  # MB
_MB = 1024 * 1024
_KINDS = {
    "html": (".html", ".htm"),
    "table": (".tsv", ".csv"),
    "image": (".png", ".jpg", ".jpeg", ".gif", ".webp"),
    "text": (".txt", ".log", ".json", ".yml", ".yaml", ".md", ".out", ".err", ".xml", ".nf"),
}


def preview(run: Run, path: str, size: int) -> tuple[dict[str, Any], bytes | None]:
    """Return what is shown of a file, and its bytes where the browser needs them all.

    Parameters
    ----------
    size : of the file, in bytes

    Raises
    ------
    OmniDomainError : the server does not give it
    """
    name = PurePosixPath(path).name
    ending = PurePosixPath(path).suffix.lower()
    kind = next((kind for kind, endings in _KINDS.items() if ending in endings), None)
    if kind is None:
        return _told(f"There is no preview of files like {name}.")
    if size > LARGEST[kind] * _MB:
        return _told(f"{name} is too large to be shown here ({size / _MB:,.0f} MB).")
    content = run.read(path)
    if kind == "table" and hasattr(content, "columns"):
        return _table(content), None
    if kind == "text":
        return _text(content), None
    data = content.encode() if isinstance(content, str) else bytes(content)
    return {"kind": kind, "size": len(data)}, data


def _told(text: str) -> tuple[dict[str, Any], None]:
    return {"kind": "told", "text": text}, None


def _table(frame: pd.DataFrame) -> dict[str, Any]:
    part = frame.iloc[:ROWS, :COLUMNS]
    numeric = [frame[name].dtype.kind in "iuf" for name in part.columns]
    return {
        "kind": "table",
        "columns": [str(name)[:CELL] for name in part.columns],
        "numeric": numeric,
        "rows": [
            ["" if value != value else str(value)[:CELL] for value in row]  # noqa: PLR0124 - NaN
            for row in part.itertuples(index=False, name=None)
        ],
        "total": [len(frame), len(frame.columns)],
    }


def _text(content: object) -> dict[str, Any]:
    text = content if isinstance(content, str) else json.dumps(content, indent=1)
    return {"kind": "text", "text": text[:TEXT], "cut": len(text) > TEXT}
