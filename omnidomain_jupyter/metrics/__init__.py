"""Numbers and curves found in the outputs of runs."""

from .by_sample import by_sample
from .numbers import Number
from .profiles import KINDS, Profile
from .reads import ReadFileMetrics
from .reports import (
    MOST_BYTES,
    MOST_NUMBERS,
    Report,
    is_named,
    is_report,
    may_be_report,
    parse_report,
    without_doubles,
)
from .sequali import MARK_WITHIN

__all__ = [
    "KINDS",
    "MARK_WITHIN",
    "MOST_BYTES",
    "MOST_NUMBERS",
    "Number",
    "Profile",
    "ReadFileMetrics",
    "Report",
    "by_sample",
    "is_named",
    "is_report",
    "may_be_report",
    "parse_report",
    "without_doubles",
]
