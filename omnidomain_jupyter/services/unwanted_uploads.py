"""Parts on S3 of files that nobody waits for: money that is paid for nothing.

Whoever sends a file takes its parts back when its runs are cancelled. That does not happen when
S3 is away at that moment, when the file was not being sent just then, or when the server is no
more. The records of such files stay until S3 has said that nothing of them is left.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from ..compute.s3_uploads import S3Uploads
from ..errors import BackendThrottledError, OmniDomainError
from ..store.database import Database
from ..store.uploads import UnwantedUpload, path_of
from .input_names import content_address

_log = logging.getLogger(__name__)


class Source(NamedTuple):
    """A file as its record names it, and the base output directory that it goes to."""

    origin: str
    base: str


class UnwantedUploads:
    """Takes back what was begun for runs that were cancelled, also by an earlier server.

    Parameters
    ----------
    place : stands for the disk of this server; see `disk_place.place_of`
    """

    def __init__(self, database: Database, s3: S3Uploads, place: str) -> None:
        self._database = database
        self._s3 = s3
        self._place = place
        self._told: set[str] = set()

    def take_back(self, under_way: Collection[Source]) -> None:
        """End the uploads of all unwanted files, and forget these; those that fail stay.

        Parameters
        ----------
        under_way : what is being sent just now: whoever sends it may begin anew, and its record
            stays

        Raises
        ------
        StoreUnavailableError : the database is away
        """
        with self._database.reading() as transaction:
            unwanted = transaction.runs.files.unwanted(self._place)
            begun = {
                (each.sha256, each.base_outdir): each
                for each in unwanted
                if each.sha256
                and not transaction.runs.files.is_wanted(each.sha256, each.base_outdir)
            }
        left = set(begun)
        for key, each in begun.items():
            try:
                self._end(each)
            except BackendThrottledError as error:
                _log.warning("What was sent for cancelled runs is not taken back yet: %s", error)
                break
            except OmniDomainError as error:
                self._tell(each, error)
            else:
                left.discard(key)
        gone = [
            each.upload_id
            for each in unwanted
            if (each.sha256, each.base_outdir) not in left
            and Source(each.uri, each.base_outdir) not in under_way
        ]
        if gone:
            self._forget(gone)

    def _end(self, unwanted: UnwantedUpload) -> None:
        path = path_of(unwanted.uri, self._place)
        self._s3.abort(content_address(unwanted.base_outdir, str(unwanted.sha256), path))

    def _tell(self, unwanted: UnwantedUpload, error: OmniDomainError) -> None:
        """Log it once, however often it is tried."""
        if unwanted.uri not in self._told:
            self._told.add(unwanted.uri)
            _log.warning("An upload for a cancelled run was not taken back: %s", error)

    def _forget(self, upload_ids: list[UUID]) -> None:
        with self._database.writing() as transaction:
            transaction.runs.files.remove(upload_ids)
