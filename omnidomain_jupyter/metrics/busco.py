"""BUSCO's summary of completeness (https://busco.ezlab.org), versions 3 to 6, text or JSON.

Both hold the same one line of percentages, which has not changed since version 3.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from .numbers import Number, number_in

_LINE = re.compile(
    r"C:([\d.]+)%\[S:([\d.]+)%,D:([\d.]+)%\],F:([\d.]+)%,M:([\d.]+)%,n:(\d+)", re.ASCII
)
_NAMES = (
    *("Complete (%)", "Single copy (%)", "Duplicated (%)", "Fragmented (%)", "Missing (%)"),
    "Markers",
)
_LINEAGE = re.compile(r"short_summary\.(?:specific|generic)\.([^.]+)\.")
_INPUT = re.compile(r'BUSCO notation for file (.+)|"in":\s*"([^"]+)"')


def lineage_of(name: str) -> str:
    """Return the lineage that a summary's file name names; empty if it names none."""
    found = _LINEAGE.match(name)
    return found[1] if found else ""


def parse_short_summary(content: bytes) -> list[Number]:
    """Return what a summary says of its genome, transcripts or proteins; nothing if it is none."""
    text = content.decode("utf-8", "replace")
    found = _LINE.search(text)
    if found is None:
        return []
    named = _INPUT.search(text)
    sample = PurePosixPath((named[1] or named[2]).strip()).name if named else ""
    numbers = [
        Number("busco", sample, name, value)
        for name, written in zip(_NAMES, found.groups(), strict=True)
        if (value := number_in(written)) is not None
    ]
    return numbers if len(numbers) == len(_NAMES) else []
