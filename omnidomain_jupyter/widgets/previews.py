"""A result file, made small enough to be looked at in a notebook."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from ..globs import with_any_name
from ..report_policy import REPORT_POLICY
from .message_size import PIECE, fitting, size
from .sheet_grid import cut

if TYPE_CHECKING:
    from ..client import Run

ROWS, COLUMNS = 50, 40
TEXT = 65_536  # bytes
LARGEST = {"html": 16, "image": 8}  # MB
_MB = 1024 * 1024
_KINDS = {
    "html": (".html", ".htm"),
    "table": (".tsv", ".csv", ".tab"),
    "image": (".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg"),
    "text": (
        *(".txt", ".log", ".json", ".yml", ".yaml", ".md", ".out", ".err", ".xml", ".nf"),
        *(".fa", ".fasta", ".fastq", ".fq", ".gff", ".gff3", ".gtf", ".bed", ".vcf", ".sam"),
    ),
}
_UNPACKED = ("table", "text")
"""The server unpacks the beginning of these, if their names end in ``.gz``."""


def preview(run: Run, path: str, size_bytes: int) -> tuple[dict[str, Any], bytes | None]:
    """Return what is shown of a file, and its bytes where the browser needs them all.

    Parameters
    ----------
    size_bytes : of the file

    Raises
    ------
    OmniDomainError : the server does not give it
    """
    name = PurePosixPath(path).name
    unpacked = name.lower().removesuffix(".gz")
    packed = unpacked != name.lower()
    ending = PurePosixPath(unpacked).suffix
    kind = next((kind for kind, endings in _KINDS.items() if ending in endings), None)
    if kind is None or (packed and kind not in _UNPACKED):
        return _told(f"There is no preview of files like {name}. You can download it.")
    if kind == "table":
        return _table(run, path), None
    if kind == "text":
        return _text(run, path), None
    if size_bytes > LARGEST[kind] * _MB:
        large = f"{size_bytes / _MB:,.0f} MB"
        return _told(f"{name} is too large to be shown here ({large}). You can download it.")
    data = bytes(run.read(path, raw=True))
    shown = {"kind": kind, "size": len(data)}
    return (shown | {"policy": REPORT_POLICY} if kind == "html" else shown), data


def _told(text: str) -> tuple[dict[str, Any], None]:
    return {"kind": "told", "text": text}, None


def _table(run: Run, path: str) -> dict[str, Any]:
    found = run.preview_table(path, ROWS)
    rows = fitting([cut(text or "") for text in row[:COLUMNS]] for row in found.rows)
    return {
        "kind": "table",
        "of_all": with_any_name(path, run.sample_id),
        "columns": [[cut(column.name), column.type] for column in found.columns[:COLUMNS]],
        "rows": rows,
        "more_rows": found.truncated or len(rows) < len(found.rows),
        "columns_total": len(found.columns),
    }


def _text(run: Run, path: str) -> dict[str, Any]:
    found = run.preview_text(path, TEXT)
    text = found.text
    while size(text) > PIECE:  # of control characters, each of which becomes six in a message
        text = text[: len(text) // 2]
    cut_off = found.truncated or len(text) < len(found.text)
    return {"kind": "text", "text": text, "cut": cut_off}
