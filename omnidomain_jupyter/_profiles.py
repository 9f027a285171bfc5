"""Curves of runs: page by page from the server, and as a DataFrame."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from ._transport import Transport

if TYPE_CHECKING:
    import pandas as pd

    from .schemas import SubmissionProfiles

COLUMNS = ["sample_id", "file", "name", "x", "y"]


def profiles_frame(
    curves: Iterable[tuple[tuple[str, str, str], Sequence[float], Sequence[float]]],
) -> pd.DataFrame:
    """Return a row for each point of curves.

    Parameters
    ----------
    curves : of each the sample, the file and the name; then its x and its y
    """
    import pandas as pd

    rows = [(*whose, x, y) for whose, xs, ys in curves for x, y in zip(xs, ys, strict=True)]
    return pd.DataFrame(rows, columns=COLUMNS).astype({"x": float, "y": float})


def profile_pages(
    transport: Transport, submission_id: str, name: str
) -> Iterator[SubmissionProfiles]:
    """Yield one curve of all runs of a submission, a page of runs at a time.

    Parameters
    ----------
    name : ``quality``, ``length`` or ``gc``
    """
    from .schemas import SubmissionProfiles

    cursor: str | None = None
    while True:
        route = f"submissions/{submission_id}/profiles"
        page = transport.get_as(SubmissionProfiles, route, name=name, cursor=cursor)
        yield page
        cursor = page.next_cursor
        if cursor is None:
            return
