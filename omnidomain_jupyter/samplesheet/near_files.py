"""Which file was probably meant by a name that no file has.

A wrong file gives results that look right, so no suggestion is better than a doubtful one: never
a file that the sheet names already, the other reads of a pair, or one of another sample.
"""

from __future__ import annotations

import difflib
import itertools
import os
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from .mates import read_of
from .suggestions import repaired

_MOST_SUGGESTIONS = 30
_MOST_NAMES = 5000
_ALIKE = 0.8
_SAME_SAMPLE = 0.75  # `gal` may be `ggal`, and `leaf` is surely not `gut`
# What tells samples of one kind apart: a number, or a letter by itself as in `ctrlA` and `day3b`.
_MARK = re.compile(r"\d+|(?<![A-Za-z])[A-Za-z](?![A-Za-z])|(?<=[a-z])[A-Z](?![A-Za-z])")
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")


def is_of_windows(value: str) -> bool:
    """Tell whether a path is written as on Windows."""
    return "\\" in value or _DRIVE.match(value) is not None


class NearFiles:
    """Looks at what lies beside missing files.

    Parameters
    ----------
    candidates : returns the places where the file of a name may lie
    exists : tells whether there is a file of a name
    named : yields what the sheet names; asked at the first suggestion
    reads : 1 or 2, by the columns for the first and second reads of a pair
    """

    def __init__(
        self,
        candidates: Callable[[str], Sequence[Path]],
        exists: Callable[[str], bool],
        named: Callable[[], Iterable[str]],
        reads: dict[str, int],
    ) -> None:
        self._candidates = candidates
        self._exists = exists
        self._named = named
        self._reads = reads
        self._taken: set[str] | None = None
        self._names: dict[Path, list[str]] = {}
        self._asked = 0

    def suggestion(self, value: str, column: str) -> str | None:
        """Return the path of a file that is there and was probably meant."""
        self._asked += 1
        if self._asked > _MOST_SUGGESTIONS:
            return None  # a folder is missing, not a file
        return repaired(value, self._exists, is_path=True) or self._near(value, column)

    def _near(self, value: str, column: str) -> str | None:
        written = re.sub(r"^[A-Za-z]:(?=/)", "", value.replace("\\", "/"))
        folder, slash, name = written.rpartition("/")
        for candidate in self._candidates(written):
            found = self._nearest(candidate, column)
            if found:
                return f"{folder}{slash}{found}"
        # Of the same name, beside the sheet: its folder has moved, or is called otherwise here.
        moved = slash and name and self._exists(name) and not self._is_taken(name)
        return name if moved else None

    def _nearest(self, path: Path, column: str) -> str | None:
        """Return the name beside a path that is most like its own, unless two are."""
        names = difflib.get_close_matches(path.name, self._names_in(path.parent), 10, _ALIKE)
        fits = [
            name
            for name in names
            if self._may_be_meant(path.name, name, column)
            and not self._is_taken(str(path.parent / name))
        ]
        alike = [difflib.SequenceMatcher(None, name, path.name).ratio() for name in fits[:2]]
        return fits[0] if fits and (len(fits) == 1 or alike[0] > alike[1]) else None

    def _may_be_meant(self, wrong: str, name: str, column: str) -> bool:
        wanted = self._reads.get(column)
        if wanted is not None and read_of(name) not in {None, wanted}:
            return False
        # The ends of names are alike for all samples.
        if difflib.SequenceMatcher(None, _letters(wrong), _letters(name)).ratio() < _SAME_SAMPLE:
            return False
        # `S01` may be `S1`, and `S10` is surely not `S11`.
        return _kind(wrong) != _kind(name) or _marks(wrong) == _marks(name)

    def _is_taken(self, path: str) -> bool:
        if self._taken is None:
            self._taken = {
                os.path.normpath(place.absolute())
                for value in set(self._named())
                if "\0" not in value
                for place in self._candidates(value)
            }
        return any(
            os.path.normpath(place.absolute()) in self._taken for place in self._candidates(path)
        )

    def _names_in(self, folder: Path) -> list[str]:
        if folder not in self._names:
            try:
                with os.scandir(folder) as entries:
                    found = (entry.name for entry in entries if entry.is_file())
                    self._names[folder] = list(itertools.islice(found, _MOST_NAMES))
            except (OSError, ValueError):
                self._names[folder] = []
        return self._names[folder]


def _letters(name: str) -> str:
    """Return the letters of a name without its endings."""
    return re.sub(r"[\W\d_]", "", name.partition(".")[0]).casefold()


def _kind(name: str) -> str:
    """Return a name without what tells one sample from another of its kind."""
    return _MARK.sub(lambda mark: "0" if mark[0].isdigit() else "a", name)


def _marks(name: str) -> list[str]:
    return [mark.casefold().lstrip("0") for mark in _MARK.findall(name)]
