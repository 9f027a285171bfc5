"""What a check of the installation finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Parameters
    ----------
    what : it is, in two or three words
    state : "good"; "note" for what may be meant so; "wrong"; or "skipped", because of another
        finding
    found : what was found, in a sentence
    advice : what to do when it is wrong
    """

    what: str
    state: Literal["good", "note", "wrong", "skipped"]
    found: str
    advice: str = ""


def good(what: str, found: str) -> Finding:
    """Return that all is well."""
    return Finding(what, "good", found)


def note(what: str, found: str, advice: str = "") -> Finding:
    """Return something to know, which need not be wrong."""
    return Finding(what, "note", found, advice)


def wrong(what: str, found: str, advice: str) -> Finding:
    """Return what must be put right, and how."""
    return Finding(what, "wrong", found, advice)


def skipped(what: str, because: str) -> Finding:
    """Return that something could not be looked at."""
    return Finding(what, "skipped", f"not looked at: {because}")
