"""A real Jupyter server that is killed at a point of the submit protocol.

``KILL_AT`` names the point, and ``KILL_NTH`` at which passing of it the
process dies, with SIGKILL: nothing is tidied up, nothing is flushed. ``PACE`` makes the pauses
between look-ups so many times shorter, as the stand-in's index lags less than that of AWS.
"""

from __future__ import annotations

import functools
import importlib
import itertools
import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any, NamedTuple


class Point(NamedTuple):
    """A place in the product: before or after a call of a function, or a moment later."""

    where: str
    when: str


_REPOSITORY = "omnidomain_jupyter.store.runs:RunRepository"
_BATCH = "omnidomain_jupyter.compute.aws_batch:AwsBatchBackend"
_CLIENTS = "omnidomain_jupyter.compute.aws_clients:AwsClients"
_SUBMITTER = "omnidomain_jupyter.services.submitter:Submitter"
_ATTEMPT = "omnidomain_jupyter.services.attempt:Attempt"
_UPLOADS = "omnidomain_jupyter.services.uploads:UploadService"
_UPLOAD_RECORDS = "omnidomain_jupyter.store.uploads:UploadRepository"
_S3 = "omnidomain_jupyter.compute.s3_uploads"
_LEASE = "omnidomain_jupyter.services.lease:Lease"

A_MOMENT_S = 0.5

POINTS = {
    "intents written, not committed": Point(f"{_REPOSITORY}.add_rows", "after"),
    "row stored, not committed": Point(f"{_REPOSITORY}.add", "after"),
    "intents committed, not answered": Point(
        "omnidomain_jupyter.runtime:Runtime.intents_waiting", "before"
    ),
    "about to lease": Point(f"{_REPOSITORY}.claim_intents", "before"),
    "leased, not committed": Point(f"{_REPOSITORY}.claim_intents", "after"),
    "leased": Point(f"{_ATTEMPT}.advance", "before"),
    "about to submit": Point(f"{_BATCH}.submit", "before"),
    "request about to leave": Point(f"{_CLIENTS}._submission_leaves", "after"),
    "request on its way": Point(f"{_CLIENTS}._submission_leaves", "a moment after"),
    "accepted by AWS": Point(f"{_BATCH}.submit", "after"),
    "about to record": Point(f"{_SUBMITTER}.record", "before"),
    "recorded, not committed": Point(f"{_REPOSITORY}.move", "after"),
    "recorded": Point(f"{_SUBMITTER}.record", "after"),
    "about to look up": Point(f"{_BATCH}.find", "before"),
    "looked up": Point(f"{_BATCH}.find", "after"),
    "refused by AWS": Point(f"{_SUBMITTER}.record", "before"),
    "refusal recorded": Point(f"{_SUBMITTER}.record", "after"),
    "about to bury the dead": Point(f"{_LEASE}.bury_dead", "before"),
    "dead buried": Point(f"{_LEASE}.bury_dead", "after"),
    "about to adopt": Point(f"{_ATTEMPT}.taken_over", "before"),
    "adopted": Point(f"{_ATTEMPT}.taken_over", "after"),
    "about to forget": Point(f"{_REPOSITORY}.remove_intent", "before"),
    "forgotten, not committed": Point(f"{_REPOSITORY}.remove_intent", "after"),
    "uploads planned, not committed": Point(f"{_UPLOAD_RECORDS}.add", "after"),
    "about to upload": Point(f"{_S3}:S3Uploads.upload", "before"),
    "upload begun": Point(f"{_S3}:_Sending._upload_id", "after"),
    "part sent": Point(f"{_S3}:_Sending._part", "after"),
    "about to complete": Point(f"{_S3}:_Sending._complete", "before"),
    "completed": Point(f"{_S3}:_Sending._complete", "after"),
    "uploaded, not noted": Point(f"{_S3}:S3Uploads.upload", "after"),
    "arrival noted, not committed": Point(f"{_UPLOAD_RECORDS}.arrived", "after"),
    "arrival noted": Point(f"{_UPLOADS}._arrived", "after"),
}


def plant(point: Point, nth: int) -> None:
    """Let the process die at the nth passing of a point."""
    module, _, path = point.where.partition(":")
    owner: Any = importlib.import_module(module)
    *owners, name = path.split(".")
    for each in owners:
        owner = getattr(owner, each)
    setattr(owner, name, _deadly(getattr(owner, name), point.when, nth))


def _deadly(function: Callable[..., Any], when: str, nth: int) -> Callable[..., Any]:
    passings = itertools.count(1)

    def die_in_time() -> None:
        if next(passings) != nth:
            return
        if when == "a moment after":
            threading.Timer(A_MOMENT_S, os.kill, (os.getpid(), signal.SIGKILL)).start()
        else:
            os.kill(os.getpid(), signal.SIGKILL)

    @functools.wraps(function)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        if when == "before":
            die_in_time()
            return function(*args, **kwargs)
        try:
            return function(*args, **kwargs)
        finally:
            die_in_time()

    return wrapped


def hurry(pace: float) -> None:
    """Make the pauses between look-ups so many times shorter."""
    from omnidomain_jupyter.services import attempt

    attempt.LOOK_UP_DELAYS_S = tuple(delay / pace for delay in attempt.LOOK_UP_DELAYS_S)


def main() -> None:
    """Start the server."""
    from jupyter_server.serverapp import main as serve

    hurry(float(os.environ.get("PACE", "1")))
    name = os.environ.get("KILL_AT")
    if name:
        plant(POINTS[name], int(os.environ.get("KILL_NTH", "1")))
    sys.argv[0] = "jupyter-server"
    serve()


if __name__ == "__main__":
    main()
