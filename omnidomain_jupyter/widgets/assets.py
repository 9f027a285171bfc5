"""The browser's side of the widgets: small files in `static/`, sent to a page once.

A widget's own module is a small loader. What all widgets are made of is one bundle, which the
first of them asks its kernel for: were it in each widget's state, a page that is loaded again
would be sent it many times over in one message.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path

STATIC = Path(__file__).parent / "static"
PIECE = 100_000  # bytes of the bundle in one message
_LOADER = "loader.js"
_FIRST = ("panel.css", "status.css")  # which the others build on
_COMMENT = re.compile(r"^\s*//.*\n|^ +|^\n| // .*$", re.MULTILINE)
_IMPORT = re.compile(r'^import (\{[^;]*?\}) from "\./([\w-]+\.js)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|class) (\w+))", re.MULTILINE)


@cache
def module(name: str) -> str:
    """Return a widget's module: the loader, which knows what it has to draw.

    Parameters
    ----------
    name : of a file in `static/` whose default export draws the widget
    """
    head = f"const NAME = {json.dumps(name)};\nconst VERSION = {json.dumps(version())};\n"
    return head + _COMMENT.sub("", _text(_LOADER))


def module_pieces() -> Iterator[tuple[int, bytes]]:
    """Yield the bundle in pieces, each with its place, from 0 on."""
    data = bundle().encode()
    for number, start in enumerate(range(0, len(data), PIECE)):
        yield number, data[start : start + PIECE]


@cache
def bundle() -> str:
    """Return the module of all widgets: `widgets` by the names of their files, and `styles`."""
    files = sorted(path.name for path in STATIC.glob("*.js") if path.name != _LOADER)
    parts: dict[str, str] = {}
    for name in files:
        _add(name, parts, [])
    widgets = [name for name in files if "export default" in _text(name)]
    exported = ", ".join(f'"{name}": {_variable(name)}.default' for name in widgets)
    sheets = dict.fromkeys([*_FIRST, *sorted(path.name for path in STATIC.glob("*.css"))])
    styles = "\n".join(map(_text, sheets))
    return "\n".join(
        [
            *parts.values(),
            f"export const widgets = {{ {exported} }};",
            f"export const styles = {json.dumps(styles)};",
        ]
    )


@cache
def version() -> str:
    """Return what tells this bundle from every other."""
    return sha256(bundle().encode()).hexdigest()[:16]


def _add(name: str, parts: dict[str, str], above: list[str]) -> None:
    """Add a file as a constant, behind those that it imports."""
    if name in parts:
        return
    if name in above:
        raise ValueError(f"{name} imports itself: {' > '.join(above)}")
    text = _text(name)
    for _, imported in _IMPORT.findall(text):
        _add(imported, parts, [*above, name])
    names = _EXPORT.findall(text)
    body = _IMPORT.sub(lambda found: f"const {found[1]} = {_variable(found[2])};\n", text)
    body = _EXPORT.sub("", body).replace("export default {", "const widget = {")
    exported = [*names, *(["default: widget"] if "export default" in text else [])]
    returned = f"return {{ {', '.join(exported)} }};"
    parts[name] = f"const {_variable(name)} = (() => {{\n{body}\n{returned}\n}})();"


def _variable(name: str) -> str:
    return "of_" + re.sub(r"\W", "_", name)


@cache
def _text(name: str) -> str:
    return (STATIC / name).read_text("utf-8")
