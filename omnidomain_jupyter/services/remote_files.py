"""What a sheet's check knows of files that are not on this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from ..compute.s3 import Found, LookCancelledError, S3Files
from ..samplesheet.files import CheckCancelledError

S3 = "s3://"
_CODES = {
    "missing": "not_found",
    "forbidden": "not_readable",
    "unreachable": "not_reachable",
}


@dataclass(frozen=True)
class RemoteLook:
    """What was found of a sheet's objects, all of which were asked for together.

    Parameters
    ----------
    s3 : by URI
    only_s3 : the pipeline's program reads nothing else that is remote
    """

    s3: dict[str, Found] = field(default_factory=dict)
    only_s3: bool = False

    def fault(self, uri: str) -> tuple[str, str] | None:
        """Return what is wrong with a file (a code and a message), or None."""
        found = self.s3.get(uri)
        if found is None:
            if self.only_s3 and not uri.lower().startswith(S3):
                place = uri.partition("://")[0]
                return "not_supported", (
                    f"This pipeline reads files of this server and of S3, and not by {place}. "
                    "Download the file first."
                )
            return None
        return None if found.state == "exists" else (_CODES[found.state], found.reason)


def look_at(
    files: S3Files, uris: Iterable[str], *, only_s3: bool, cancelled: Callable[[], bool]
) -> RemoteLook:
    """Ask S3 about all objects of a sheet.

    Raises
    ------
    CheckCancelledError : nobody wants the answer any more
    """
    wanted = sorted({uri for uri in uris if uri.startswith(S3)})
    if not wanted:
        return RemoteLook(only_s3=only_s3)
    try:
        return RemoteLook(files.look(wanted, cancelled=cancelled), only_s3)
    except LookCancelledError as error:
        raise CheckCancelledError("The check was cancelled.") from error
