"""What only this side knows of a refused sheet: where it was taken from, and what lies there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .schemas import ProblemIssue


def advice(body: Mapping[str, Any], issues: Iterable[ProblemIssue], root: Path | None) -> str:
    """Return a sentence or two on what to do about a sheet's faults; often there is none.

    Parameters
    ----------
    body : the request that was sent
    issues : what the server has found
    root : the server's root directory, where it is known to be on this machine
    """
    if "path" in body:
        missing = any(issue.column == "path" and "not there" in issue.message for issue in issues)
        return _where(str(body["path"]), root) if missing else ""
    if "folder" not in body and any(_relative(issue) for issue in issues):
        named = f", {root}," if root else ","
        return (
            f"This sheet is not a file below the server's root directory{named} so its relative "
            'paths start there. If they start elsewhere, say where: folder="…".'
        )
    return ""


def _relative(issue: ProblemIssue) -> bool:
    value = issue.value or ""
    return issue.code == "not_found" and not value.startswith(("/", "~")) and "://" not in value


def _where(path: str, root: Path | None) -> str:
    """Return where the sheet was looked for, and whose name is nearly the same."""
    bases = [Path.cwd(), *([root] if root else [])]
    places = dict.fromkeys(str(base) for base in bases)
    for base in bases:
        folder = (base / path).expanduser().parent
        names = _names(folder)
        near = get_close_matches(Path(path).name, names, n=1)
        if near:
            return f"Did you mean {Path(path).with_name(near[0]).as_posix()!r}?"
    return f"It was looked for in {' and in '.join(places)}."


def _names(folder: Path) -> list[str]:
    try:
        return sorted(each.name for each in folder.iterdir() if not each.name.startswith("."))
    except OSError:
        return []
