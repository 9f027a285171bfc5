"""One run on its way to exactly one job: what is asked of the backend next, and what it says.

The rules, for a run whose name is in its job's name:

- accepted, refused and throttled are answers; the first two end the attempt, after the last
  the same call may be made again;
- no answer is not a no. From then on the backend is asked for a job of that name, more than
  once and long enough for its index to catch up, before any second try;
- a run that another server had leased may have a job already: it is looked up first, too.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from ..compute.base import ComputeBackend
from ..errors import BackendThrottledError, BackendUnknownError, OmniDomainError
from ..store.models import Run
from .jobs import JobPlanner
from .uploads import UploadService, UploadsUnderWayError

LOOK_UP_DELAYS_S = (1.0, 2.0, 4.0, 8.0)
"""Pauses before each look-up; together longer than an index has been seen to lag."""

THROTTLED_DELAYS_S = (0.2, 0.5, 1.0, 2.0, 5.0)


@dataclass(frozen=True)
class Accepted:
    """The run has a job."""

    job_id: str


@dataclass(frozen=True)
class Refused:
    """There is no job, and there will be none."""

    error: OmniDomainError


@dataclass(frozen=True)
class Later:
    """Nobody knows yet; `error` says why. The attempt goes on when it is due."""

    error: OmniDomainError


@dataclass(frozen=True)
class Uploading(Later):
    """Its files are on their way to where its job can read them. Nothing was asked."""


@dataclass(frozen=True)
class Abandoned:
    """There is no job, and nobody waits for one: its request died with its server."""


Outcome = Accepted | Refused | Later | Abandoned


@dataclass
class Attempt:
    """A run, and how far it has come.

    Parameters
    ----------
    run : stored as an intent, and leased by this server
    look_ups : how many look-ups are to be made before the backend may be asked
    due : when to go on, on the monotonic clock
    orphan : the request that made the run is gone; it is not submitted again
    files : where the files that it names on this machine can be read by its job; None until known
    """

    run: Run
    look_ups: int = 0
    due: float = field(default_factory=time.monotonic)
    orphan: bool = False
    throttled: int = 0
    job_id: str | None = None
    files: Mapping[str, str] | None = None

    @classmethod
    def taken_over(cls, run: Run) -> Attempt:
        """Return the attempt for a run that another server may have given to the backend."""
        looks = len(LOOK_UP_DELAYS_S)
        # Who made a run that has an explanation was answered while its files were uploaded.
        orphan = run.submission_id is None and run.status_reason is None
        return cls(run, look_ups=looks, orphan=orphan)

    def advance(
        self, backend: ComputeBackend, planner: JobPlanner, uploads: UploadService | None = None
    ) -> Outcome:
        """Ask the backend once, and return what came of it."""
        if self.job_id is not None:
            return Accepted(self.job_id)
        if self.orphan and not self.look_ups:
            return Abandoned()
        try:
            if self.look_ups:
                return self._look_up(backend)
            if uploads is not None and self.files is None:
                self._bring_files(uploads)
            self.job_id = backend.submit(planner.spec(self.run, self.files or {}))
        except (BackendThrottledError, BackendUnknownError, UploadsUnderWayError) as error:
            return self._unanswered(error)
        except OmniDomainError as error:
            return Refused(error)
        return Accepted(self.job_id)

    def postponed(self) -> Later:
        """Put the attempt off for a moment, with nothing asked."""
        return self._later(1.0, BackendUnknownError("The lease on this run is being renewed."))

    def uploading(self, delay_s: float) -> Uploading:
        """Put the attempt off while files are on their way."""
        return Uploading(self._later(delay_s, UploadsUnderWayError(delay_s)).error)

    def _bring_files(self, uploads: UploadService) -> None:
        self.files = uploads.ready(self.run)
        if self.files:
            # Since that was asked for, time has passed: is the run still ours to submit?
            raise UploadsUnderWayError(0.0)

    def _look_up(self, backend: ComputeBackend) -> Outcome:
        try:
            job = backend.find(self.run.job_name)
        except (BackendThrottledError, BackendUnknownError):
            raise
        except OmniDomainError as error:
            # Refused is the question, and not the job, of which still nobody knows.
            raise BackendUnknownError(str(error)) from error
        if job is not None:
            self.job_id = job.job_id
            return Accepted(job.job_id)
        self.look_ups -= 1
        unknown = BackendUnknownError("The compute backend has not said whether it has this job.")
        return self._later(self._pause() if self.look_ups else 0.0, unknown)

    def _unanswered(self, error: OmniDomainError) -> Later:
        if isinstance(error, UploadsUnderWayError):
            return self.uploading(error.delay_s)
        if isinstance(error, BackendThrottledError):
            delay = THROTTLED_DELAYS_S[min(self.throttled, len(THROTTLED_DELAYS_S) - 1)]
            self.throttled += 1
            return self._later(delay, error)
        self.look_ups = self.look_ups or len(LOOK_UP_DELAYS_S)
        return self._later(self._pause(), error)

    def _pause(self) -> float:
        return LOOK_UP_DELAYS_S[len(LOOK_UP_DELAYS_S) - self.look_ups]

    def _later(self, delay_s: float, error: OmniDomainError) -> Later:
        self.due = time.monotonic() + delay_s
        return Later(error)
