"""Collects warnings, without drowning in those of one kind."""

from __future__ import annotations

from collections import Counter

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

    def all(self) -> tuple[Issue, ...]:
        """Return the warnings, with one more for each kind that was cut."""
        more = [
            Issue(f"There are {count - SHOWN:,} more warnings of this kind.", code)
            for code, count in self._counts.items()
            if count > SHOWN
        ]
        return (*self._issues, *more)
