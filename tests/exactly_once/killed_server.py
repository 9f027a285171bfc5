"""A real Jupyter server that is killed at a point of the submit protocol.

``KILL_AT`` names the point, and ``KILL_NTH`` at which passing of it the
process dies, with SIGKILL: nothing is tidied up, nothing is flushed.
"""

from __future__ import annotations

import functools
import importlib
import itertools
import os
import signal
import sys
from collections.abc import Callable
from typing import Any, NamedTuple


class Point(NamedTuple):
    """A place in the product: before or after a call of a function."""

    where: str
    when: str


_REPOSITORY = "omnidomain_jupyter.store.runs:RunRepository"
_BATCH = "omnidomain_jupyter.compute.aws_batch:AwsBatchBackend"
_CLIENTS = "omnidomain_jupyter.compute.aws_clients:AwsClients"
_SUBMITTER = "omnidomain_jupyter.services.submitter:Submitter"
_LEASE = "omnidomain_jupyter.services.lease:Lease"

POINTS = {
    "intents written, not committed": Point(f"{_REPOSITORY}.add_rows", "after"),
    "intents committed, not answered": Point(
        "omnidomain_jupyter.runtime:Runtime.intents_waiting", "before"
    ),
    "about to lease": Point(f"{_REPOSITORY}.claim_intents", "before"),
    "leased, not committed": Point(f"{_REPOSITORY}.claim_intents", "after"),
    "leased": Point("omnidomain_jupyter.services.attempt:Attempt.advance", "before"),
    "about to submit": Point(f"{_BATCH}.submit", "before"),
    "request about to leave": Point(f"{_CLIENTS}._submission_leaves", "after"),
    "accepted by AWS": Point(f"{_BATCH}.submit", "after"),
    "about to record": Point(f"{_SUBMITTER}.record", "before"),
    "recorded, not committed": Point(f"{_REPOSITORY}.move", "after"),
    "recorded": Point(f"{_SUBMITTER}.record", "after"),
    "about to look up": Point(f"{_BATCH}.find", "before"),
    "looked up": Point(f"{_BATCH}.find", "after"),
    "refused by AWS": Point(f"{_SUBMITTER}.record", "before"),
    "refusal written, not committed": Point(f"{_REPOSITORY}.remove_intent", "after"),
    "refusal recorded": Point(f"{_SUBMITTER}.record", "after"),
    "about to bury the dead": Point(f"{_LEASE}.bury_dead", "before"),
    "dead buried": Point(f"{_LEASE}.bury_dead", "after"),
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
        if next(passings) == nth:
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


def main() -> None:
    """Start the server."""
    from jupyter_server.serverapp import main as serve

    name = os.environ.get("KILL_AT")
    if name:
        plant(POINTS[name], int(os.environ.get("KILL_NTH", "1")))
    sys.argv[0] = "jupyter-server"
    serve()


if __name__ == "__main__":
    main()
