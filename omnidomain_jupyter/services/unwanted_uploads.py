"""Parts on S3 of files that nobody waits for: money that is paid for nothing.

Whoever sends a file takes its parts back when its runs are cancelled. That does not happen when
S3 is away at that moment, when the file was not being sent just then, or when the server is no
more. The records of such files stay until S3 has said that nothing of them is left. Those of a
run that is removed go with it, so what was begun for it is taken back before.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import partial
from typing import NamedTuple
from uuid import UUID

from ..compute.s3_uploads import S3Uploads
from ..errors import BackendThrottledError, OmniDomainError
from ..store.database import Database, Transaction
from ..store.models import Run
from ..store.uploads import UnwantedUpload, is_waiting
from .input_names import content_address

_log = logging.getLogger(__name__)


class Source(NamedTuple):
    """A file as its record names it, and the base output directory that it goes to."""

    origin: str
    base: str


class _File(NamedTuple):
    uri: str
    sha256: str


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

        What another run waits for stays as well, under way or not: that run's own record may not
        tell yet what the file holds.

        Parameters
        ----------
        under_way : what is being sent just now: whoever sends it takes it back, once none of its
            parts is on its way any more. S3 would keep a part that arrives during an abort.

        Raises
        ------
        StoreUnavailableError : the database is away
        """
        with self._database.reading() as transaction:
            unwanted = transaction.runs.files.unwanted(self._place)
            begun: defaultdict[str, set[_File]] = defaultdict(set)
            busy: set[str] = set()
            for each in unwanted:
                if each.sha256:
                    begun[_address(each)].add(_File(each.uri, each.sha256))
                    if Source(each.uri, each.base_outdir) in under_way:
                        busy.add(_address(each))
            wanted = {address for address in begun if _waits(transaction, address, begun[address])}
        left = set(begun)
        for address in begun.keys() - wanted - busy:
            try:
                self._s3.abort(address)
            except BackendThrottledError as error:
                _log.warning("What was sent for cancelled runs is not taken back yet: %s", error)
                break
            except OmniDomainError as error:
                self._tell(address, error)
            else:
                left.discard(address)
        gone = [
            each.upload_id
            for each in unwanted
            if not (each.sha256 and _address(each) in left)
            and Source(each.uri, each.base_outdir) not in under_way
        ]
        if gone:
            self._forget(gone)

    def take_back_of(
        self, run: Run, given_up: Collection[UUID], under_way: Collection[Source]
    ) -> bool:
        """End the uploads of a run that is about to be removed; return whether that is done.

        What S3 refuses to end stays there: with the run it has no record any more.

        Parameters
        ----------
        given_up : it, and others that are about to be removed: they wait for nothing any more
        under_way : what is being sent just now. On no, ask again when it no longer is

        Raises
        ------
        BackendThrottledError : S3 does not do it now
        StoreUnavailableError : the database is away
        """
        begun: defaultdict[str, set[_File]] = defaultdict(set)
        with self._database.reading() as transaction:
            for each in transaction.runs.files.of_run(run.run_id):
                if is_waiting(each.uri) and each.sha256:
                    address = content_address(run.base_outdir, each.sha256, each.uri)
                    begun[address].add(_File(each.uri, each.sha256))
        if not begun:
            return True
        with self._database.reading() as transaction:
            wanted = {
                address
                for address, files in begun.items()
                if _waits(transaction, address, files, apart_from=given_up)
            }
        done = True
        for address in begun.keys() - wanted:
            if any(Source(file.uri, run.base_outdir) in under_way for file in begun[address]):
                done = False
                continue
            try:
                self._s3.abort(address)
            except BackendThrottledError as error:
                self._tell(address, error)
                raise
            except OmniDomainError as error:
                self._tell(address, error)
        return done

    def _tell(self, address: str, error: OmniDomainError) -> None:
        """Log it once, however often it is tried."""
        if address not in self._told:
            self._told.add(address)
            _log.warning("An upload that nobody waits for was not taken back: %s", error)

    def _forget(self, upload_ids: list[UUID]) -> None:
        with self._database.writing() as transaction:
            transaction.runs.files.remove(upload_ids)


def _address(unwanted: UnwantedUpload) -> str:
    """Return where on S3 a file goes whose upload has begun."""
    return content_address(unwanted.base_outdir, str(unwanted.sha256), unwanted.uri)


def _waits(
    transaction: Transaction,
    address: str,
    files: Iterable[_File],
    *,
    apart_from: Collection[UUID] = (),
) -> bool:
    """Return whether a run waits for what goes to an address: one of some files, or its like."""
    waiting = partial(transaction.runs.files.waiting, apart_from=apart_from)
    return any(
        content_address(base, file.sha256, uri) == address
        for file in files
        for uri, base in waiting(file.uri, file.sha256)
    )
