"""The browser's side of the widgets: small files in `static/`, put together for each widget.

A widget's module cannot import its neighbours (it is loaded from its text), so the files that
it names by `import … from "./x.js"` are put in front of it, each once.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

STATIC = Path(__file__).parent / "static"
_IMPORT = re.compile(r'^import [^;]*? from "\./([\w-]+\.js)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?function|const|class)", re.MULTILINE)


@cache
def module(name: str) -> str:
    """Return a widget's JavaScript with everything that it imports."""
    return "\n".join(_parts(name, []))


def styles(*names: str) -> str:
    """Return style sheets, one behind the other."""
    return "\n".join((STATIC / name).read_text("utf-8") for name in names)


def _parts(name: str, seen: list[str]) -> list[str]:
    if name in seen:
        return []
    seen.append(name)
    text = (STATIC / name).read_text("utf-8")
    before = [part for found in _IMPORT.findall(text) for part in _parts(found, seen)]
    own = _IMPORT.sub("", text)
    return [*before, _EXPORT.sub("", own)]
