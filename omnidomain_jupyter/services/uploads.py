"""Files that rows name on this machine, brought to S3 before the rows' jobs are submitted.

Jobs that run elsewhere cannot read them here. Each file goes once below the base output
directory, ``.inputs/<begin of its SHA-256>/<name>``, however many rows name it, and stays there
for later sheets: what has the same content has the same address.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from ..compute.s3_parts import Digest, digest_of
from ..compute.s3_upload_faults import UploadCancelledError
from ..compute.s3_uploads import S3Uploads
from ..errors import (
    BackendRefusedError,
    BackendThrottledError,
    InvalidInputError,
    OmniDomainError,
    StoreUnavailableError,
)
from ..samplesheet.issues import Issue
from ..schemas import UploadProgress
from ..store.database import Database, Transaction
from ..store.models import Run
from ..store.uploads import is_waiting, origin, path_of
from .browser_keys import plan_of
from .input_names import content_address
from .jobs import JobPlanner
from .sheet_inputs import not_uploadable, uploadable_size
from .unwanted_uploads import Source, UnwantedUploads
from .uploading_file import UploadingFile, Wanted

FILES_AT_A_TIME = 4
LOOK_AGAIN_S = 0.3
LATER_S = 3.0
TRY_AGAIN_S = (2.0, 5.0, 15.0, 60.0)
TIDY_INTERVAL_S = 60.0
"""How often uploads are looked for that belong to cancelled runs."""

KNOWN_DIGESTS = 1000

_log = logging.getLogger(__name__)


class UploadsUnderWayError(OmniDomainError):
    """Files of a run are not on S3 yet; look again after `delay_s`."""

    def __init__(self, delay_s: float) -> None:
        super().__init__("The files of this run are being uploaded.")
        self.delay_s = delay_s


class UploadService:
    """Brings the files of runs to S3, in threads of its own.

    Parameters
    ----------
    place : stands for the disk of this server; see `disk_place.place_of`
    """

    def __init__(self, database: Database, planner: JobPlanner, s3: S3Uploads, place: str) -> None:
        self.place = place
        self._database = database
        self._planner = planner
        self._s3 = s3
        self._pool = ThreadPoolExecutor(FILES_AT_A_TIME, thread_name_prefix="omnidomain-uploads")
        self._unwanted = UnwantedUploads(database, s3, place)
        self._tidying = ThreadPoolExecutor(1, thread_name_prefix="omnidomain-take-back")
        self._tidied_at = float("-inf")
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._files: dict[tuple[str, str, int], UploadingFile] = {}
        self._waiting: dict[UUID, dict[str, UploadingFile]] = {}
        self._given_up: set[UUID] = set()
        self._digests: OrderedDict[tuple[str, int, int, int], Digest] = OrderedDict()

    def planned(self, runs: Iterable[Run]) -> list[dict[str, Any]]:
        """Return the uploads of some runs, as they are to be stored with them.

        They are what is to be uploaded, and what a browser has sent to S3 before.

        Raises
        ------
        InvalidInputError : a file that cannot be uploaded, at its cell
        """
        records: list[dict[str, Any]] = []
        issues: list[Issue] = []
        sizes: dict[Path, int | str] = {}
        for run in runs:
            for column, named, path in self._planner.input_files(run):
                if path is None:
                    sent = plan_of(named, run.user_id)
                    if sent is not None:
                        records.append(_record(run, named, named, sent.size, sent.sha256))
                    continue
                if path not in sizes:
                    sizes[path] = uploadable_size(path)
                size = sizes[path]
                if isinstance(size, str):
                    issues.append(not_uploadable(named, size, run.line, run.row_number, column))
                    continue
                records.append(_record(run, named, origin(self.place, str(path)), size))
        if issues:
            raise InvalidInputError(issues[0].message, issues)
        return records

    def pause(self, run_id: UUID) -> float | None:
        """Return in how many seconds to look again at a run whose files are on their way.

        None if there is news of it, or none of its files is known to be. Asks no database.
        """
        with self._lock:
            files = self._waiting.get(run_id)
            if files is None:
                return None
            waiting = [file for file in files.values() if not file.ended]
            if not waiting or any(file.error for file in files.values()):
                return None
            for file in waiting:
                self._begin(file)
            return LOOK_AGAIN_S if any(file.tries for file in waiting) else LATER_S

    def ready(self, run: Run) -> Mapping[str, str]:
        """Return the address of each file that a run names, once all are on S3.

        Raises
        ------
        UploadsUnderWayError : they are not there yet, and on their way now
        BackendRefusedError : one of them cannot be uploaded; so it is until the run is forgotten
        """
        with self._database.reading() as transaction:
            records = transaction.runs.files.of_run(run.run_id)
        waiting = [record for record in records if is_waiting(record.uri)]
        if not waiting:
            self.forget(run.run_id)
            return {record.filename: record.uri for record in records}
        with self._lock:
            files = self._waiting.setdefault(run.run_id, {})
            for record in waiting:
                known = files.get(record.filename)
                if known is not None and known.error is not None:
                    raise BackendRefusedError(known.error)
            for record in waiting:
                known = files.get(record.filename)
                if known is None or known.ended:
                    file = self._file(run, record.filename, record.uri, record.size_bytes)
                    files[record.filename] = file
                    self._begin(file)
        raise UploadsUnderWayError(LOOK_AGAIN_S)

    def give_up(self, run: Run) -> float | None:
        """Take back what was begun for a run that gets no job, before it is removed.

        The records of its files go with the run, and by them it is known what was begun: should
        this server die meanwhile, the next one has them still. What other runs wait for as well
        goes on; of several that are given up, the last one takes it back. Once the run is
        removed, `forget` it.

        Returns
        -------
        In how many seconds to call it again; None once nothing is left that can be taken back.

        Raises
        ------
        StoreUnavailableError : the database is away
        """
        with self._lock:
            self._given_up.add(run.run_id)
            files = self._waiting.get(run.run_id, {}).values()
            for file in files:
                file.runs.discard(run.run_id)
                file.looked_at = float("-inf")  # its sender looks now, and not in a second
                self._drop(file)
            if any(file.under_way and not file.ended and not file.runs for file in files):
                return LOOK_AGAIN_S
            given_up, under_way = self._given_up.copy(), self._under_way()
        try:
            done = self._unwanted.take_back_of(run, given_up, under_way)
        except BackendThrottledError:
            return LATER_S
        return None if done else LOOK_AGAIN_S

    def forget(self, run_id: UUID) -> None:
        """Forget a run that waits for nothing any more."""
        with self._lock:
            self._given_up.discard(run_id)
            for file in self._waiting.pop(run_id, {}).values():
                self._drop(file)

    def progress(self, transaction: Transaction, submission_id: UUID) -> UploadProgress | None:
        """Return how far the files of a submission have come; None if it has none."""
        totals = transaction.runs.files.totals(submission_id)
        if not totals.files:
            return None
        with self._lock:
            partly = sum(
                file.done_bytes
                for file in self._files.values()
                if submission_id in file.submissions
            )
        return UploadProgress(
            files=totals.files,
            done_files=totals.done_files,
            bytes=totals.bytes,
            done_bytes=min(totals.done_bytes + partly, totals.bytes),
        )

    def tidy(self) -> None:
        """Take back, once in a while, what was begun for runs that were cancelled. Returns soon."""
        with self._lock:
            due = time.monotonic() > self._tidied_at + TIDY_INTERVAL_S
            if not due or self._stopping.is_set():
                return
            self._tidied_at = time.monotonic()
        with suppress(RuntimeError):  # stopped at this moment
            self._tidying.submit(self._take_back_quietly)

    def take_back(self) -> None:
        """Take back what was begun for runs that were cancelled, also by an earlier server.

        Raises
        ------
        StoreUnavailableError : the database is away
        """
        with self._lock:
            for file in self._files.values():
                file.looked_at = float("-inf")  # its sender looks now, and not in a second
            under_way = self._under_way()
        self._unwanted.take_back(under_way)

    def stop(self) -> None:
        """Stop what is on its way; it goes on when a server is started again."""
        self._stopping.set()
        for pool in (self._pool, self._tidying):
            pool.shutdown(wait=True, cancel_futures=True)
        self._s3.close()

    # Called with the lock held.

    def _file(self, run: Run, named: str, uri: str, size: int) -> UploadingFile:
        key = (run.base_outdir, uri, size)
        if key not in self._files:
            path = Path(path_of(uri, self.place))
            self._files[key] = UploadingFile(path, named, uri, run.base_outdir, size)
        file = self._files[key]
        file.runs.add(run.run_id)
        file.submissions.add(run.submission_id)
        return file

    def _begin(self, file: UploadingFile) -> None:
        if file.under_way or file.next_try > time.monotonic() or self._stopping.is_set():
            return
        file.under_way = True
        try:
            self._pool.submit(self._bring, file)
        except RuntimeError:  # stopped at this moment
            file.under_way = False

    def _under_way(self) -> set[Source]:
        return {Source(file.origin, file.base) for file in self._files.values() if file.under_way}

    def _drop(self, file: UploadingFile) -> None:
        """Let go of a file that no run waits for here; one that is being sent is its sender's."""
        waited_for = not self._waiting.keys().isdisjoint(file.runs)
        if not (waited_for or file.under_way or file.ended):
            self._end(file)

    def _end(self, file: UploadingFile) -> None:
        file.ended = True
        self._files.pop((file.base, file.origin, file.size), None)

    # Run in the threads of this service.

    def _bring(self, file: UploadingFile) -> None:
        """Bring one file to S3, and note what became of it."""
        file.tries += 1
        try:
            uri, sha256 = self._brought(file)
            self._arrived(file, uri, sha256)
        except UploadCancelledError:
            with self._lock:
                self._end(file)
            # What an earlier try has sent, or an earlier server.
            self._take_back_quietly()
        except (BackendThrottledError, StoreUnavailableError) as error:
            delay = TRY_AGAIN_S[min(file.tries, len(TRY_AGAIN_S)) - 1]
            _log.warning("%s is not uploaded yet: %s", file.path, error)
            with self._lock:
                file.next_try = time.monotonic() + delay
                file.under_way = False
                self._drop(file)
        except OmniDomainError as error:
            self._refused(file, str(error))
        except OSError as error:
            self._refused(file, f"it cannot be read: {error.strerror}.")
        except Exception as error:  # noqa: BLE001 - a run must not wait for ever
            _log.exception("The upload of %s failed", file.path)
            self._refused(file, f"{error}.")

    def _take_back_quietly(self) -> None:
        try:
            self.take_back()
        except StoreUnavailableError as error:
            _log.warning("What was sent for cancelled runs is not taken back yet: %s", error)

    def _brought(self, file: UploadingFile) -> tuple[str, str]:
        goes_on = Wanted(self._database, file, self._stopping)
        digest = self._digest(file, goes_on)
        uri = content_address(file.base, digest.sha256, str(file.path))
        if len(digest.parts) > 1:
            # By this a later server finds what was begun.
            with self._lock:
                runs = list(file.runs)
            with self._database.writing() as transaction:
                transaction.runs.files.begun(runs, file.origin, digest.sha256)

        def tell(done: int) -> None:
            file.done_bytes = done

        if self._s3.upload(file.path, uri, digest, goes_on=goes_on, progress=tell):
            _log.info("%s was uploaded to %s", file.path, uri)
        return uri, digest.sha256

    def _digest(self, file: UploadingFile, goes_on: Wanted) -> Digest:
        status = file.path.stat()
        key = (str(file.path), status.st_size, status.st_mtime_ns, status.st_ino)
        digest = self._digests.get(key)
        if status.st_size == file.size and digest is None:
            digest = digest_of(file.path, part_size=self._s3.part_size, goes_on=goes_on)
        if digest is None or digest.size != file.size:
            raise BackendRefusedError(
                f"it has changed since it was submitted, from {file.size:,} to "
                f"{status.st_size:,} bytes. Submit it again."
            )
        with self._lock:
            self._digests[key] = digest
            while len(self._digests) > KNOWN_DIGESTS:
                self._digests.popitem(last=False)
        return digest

    def _arrived(self, file: UploadingFile, uri: str, sha256: str) -> None:
        """Note it for all runs that name the file, also for those that came meanwhile."""
        noted: set[UUID] = set()
        while True:
            with self._lock:
                new = file.runs - noted
                if not new:
                    self._end(file)
                    return
            with self._database.writing() as transaction:
                transaction.runs.files.arrived(
                    list(new), file.origin, uri=uri, sha256=sha256, now=datetime.now(UTC)
                )
            noted |= new

    def _refused(self, file: UploadingFile, reason: str) -> None:
        with self._lock:
            file.error = f"The file {file.named} could not be uploaded: {reason}"
            self._end(file)


def _record(run: Run, named: str, uri: str, size: int, sha256: str | None = None) -> dict[str, Any]:
    return {
        "upload_id": uuid4(),
        "run_id": run.run_id,
        "filename": named,
        "uri": uri,
        "size_bytes": size,
        "sha256": sha256,
        "uploaded_at": run.created_at,
    }
