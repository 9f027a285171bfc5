"""Numbers and curves found in the outputs of runs."""

from .directory import parse_metrics, read_metrics
from .numbers import Number
from .profiles import KINDS, Profile
from .reads import ReadFileMetrics
from .reports import MOST_BYTES, Report, by_sample, is_report, parse_report, without_doubles

__all__ = [
    "KINDS",
    "MOST_BYTES",
    "Number",
    "Profile",
    "ReadFileMetrics",
    "Report",
    "by_sample",
    "is_report",
    "parse_metrics",
    "parse_report",
    "read_metrics",
    "without_doubles",
]
