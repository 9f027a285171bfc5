"""What kind a file is of, by its name, and how it may be shown."""

from __future__ import annotations

import mimetypes
from pathlib import PurePosixPath

OTHER = "application/octet-stream"

_COMPRESSED = {".gz": "application/gzip", ".bgz": "application/gzip", ".bz2": "application/x-bzip2"}
_KINDS = {
    **dict.fromkeys((".tsv", ".tab", ".bed", ".vcf", ".maf"), "text/tab-separated-values"),
    **dict.fromkeys((".gff", ".gff3", ".gtf", ".sam", ".bedgraph"), "text/tab-separated-values"),
    **dict.fromkeys((".fa", ".fasta", ".fna", ".faa", ".ffn", ".fastq", ".fq"), "text/plain"),
    **dict.fromkeys((".gb", ".gbk", ".embl", ".nwk", ".tree", ".aln", ".gfa"), "text/plain"),
    **dict.fromkeys((".log", ".txt", ".out", ".err", ".stats", ".flagstat"), "text/plain"),
    **dict.fromkeys((".yml", ".yaml", ".toml", ".ini", ".cfg", ".conf"), "text/plain"),
    **dict.fromkeys((".py", ".r", ".sh", ".nf", ".config", ".dot"), "text/plain"),
    ".csv": "text/csv",
    ".json": "application/json",
    ".md": "text/markdown",
    ".html": "text/html",
    ".htm": "text/html",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".pdf": "application/pdf",
    ".xml": "text/xml",
    ".zip": "application/zip",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""Not left to the machine's own tables, which differ: what a browser does depends on it."""

_ACTIVE = ("html", "xml", "svg")


def media_type(path: str) -> str:
    """Return the media type of a file; a compressed one is of its compression's type."""
    ending = PurePosixPath(path).suffix.lower()
    known = _COMPRESSED.get(ending) or _KINDS.get(ending)
    if known:
        return known
    guessed, encoding = mimetypes.guess_type(PurePosixPath(path).name, strict=False)
    return OTHER if encoding or not guessed else guessed


def is_active(kind: str) -> bool:
    """Return whether a browser may run scripts that are in a file of that media type."""
    return any(word in kind for word in _ACTIVE)
