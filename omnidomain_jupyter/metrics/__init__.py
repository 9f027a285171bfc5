"""Numbers found in the outputs of runs."""

from .directory import parse_metrics, read_metrics
from .reads import ReadFileMetrics

__all__ = ["ReadFileMetrics", "parse_metrics", "read_metrics"]
