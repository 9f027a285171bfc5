"""Which paths of output files a pattern names.

``*`` and ``?`` stand for characters of one name, ``**`` as a whole name for any number of folders,
and every other character for itself.
"""

from __future__ import annotations

import re

_ANY_FOLDERS = "**"


def has_wildcards(path: str) -> bool:
    """Return whether this is a pattern and not the path of one file."""
    return "*" in path or "?" in path


def with_any_name(path: str, name: str) -> str:
    """Return the pattern of files that are to others what this one is to `name`.

    Parameters
    ----------
    name : a sample's; ``*`` takes its place where a folder or the file is named after it, which is
        where it stands alone or in front of more: in the middle it may be anything, as a 1 is
    """
    if not name:
        return path
    begins = re.compile(rf"{re.escape(name)}(?![A-Za-z0-9])")
    return "/".join(
        begins.sub("*", each, count=1) if begins.match(each) else each for each in path.split("/")
    )


def matches(pattern: str, path: str) -> bool:
    """Return whether a pattern names a path. No pattern takes long, as a regex's backtracking can.

    Parameters
    ----------
    path : relative, with ``/`` between names
    """
    wanted: list[str] = []
    for name in pattern.split("/"):
        if name != _ANY_FOLDERS or wanted[-1:] != [_ANY_FOLDERS]:
            wanted.append(name)
    # So many names of the pattern may be used up by the part of the path that was read.
    used = {0}
    for name in path.split("/"):
        after: set[int] = set()
        for at in used:
            following = at
            if at < len(wanted) and wanted[at] == _ANY_FOLDERS:
                after.add(at)
                following = at + 1
                if following == len(wanted):  # at a pattern's end, it is the file as well
                    after.add(following)
            if following < len(wanted) and _name_matches(wanted[following], name):
                after.add(following + 1)
        used = after
    return len(wanted) in used


def _name_matches(pattern: str, name: str) -> bool:
    at = read = 0
    # Only the last star can be what takes more: what an earlier one took was enough.
    star = taken = -1
    while read < len(name):
        if at < len(pattern) and pattern[at] == "*":
            star, taken, at = at, read, at + 1
        elif at < len(pattern) and pattern[at] in ("?", name[read]):
            at, read = at + 1, read + 1
        elif star >= 0:
            taken += 1
            at, read = star + 1, taken
        else:
            return False
    return not pattern[at:].strip("*")
