"""Collects warnings, without drowning in those of one kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from heapq import nsmallest

from .issues import Issue

SHOWN = 20


class Notices:
    """Warnings in the order in which they came: the first few of a kind, and how many more."""

    def __init__(self) -> None:
        self._issues: list[Issue] = []
        self._counts: Counter[str] = Counter()

    def add(self, issue: Issue) -> None:
        """Add a warning; only the first of each code are kept as they are."""
        self._counts[issue.code] += 1
        if self._counts[issue.code] <= SHOWN:
            self._issues.append(issue)

    def add_lines(
        self, kinds: Mapping[str, Collection[int]], issue_at: Callable[[str, int], Issue]
    ) -> None:
        """Add a warning for each line of each kind, in the order of the lines.

        Parameters
        ----------
        kinds : lines by code
        issue_at : makes a warning of a code and a line; asked only for those that will be shown
        """
        first = [(line, code) for code, lines in kinds.items() for line in nsmallest(SHOWN, lines)]
        for line, code in sorted(first):
            self.add(issue_at(code, line))
        for code, lines in kinds.items():
            self._counts[code] += max(0, len(lines) - SHOWN)

    def all(self) -> tuple[Issue, ...]:
        """Return the warnings, with one more for each kind that was cut."""
        more = [
            Issue(f"There are {count - SHOWN:,} more warnings of this kind.", code)
            for code, count in self._counts.items()
            if count > SHOWN
        ]
        return (*self._issues, *more)
