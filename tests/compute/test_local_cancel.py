"""Cancelling: what waits never starts, what runs ends with all its processes."""

from __future__ import annotations

import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest
from compute.local_jobs import alive, ended, python, spec, text, until

from omnidomain_jupyter.compute.base import JobState
from omnidomain_jupyter.compute.local import LocalBackend


@pytest.fixture
def backend(tmp_path: Path) -> LocalBackend:
    return LocalBackend(tmp_path / "jobs", slots=2)


def test_a_running_job_is_cancelled_with_all_its_processes(backend, tmp_path):
    # The grandchild ignores the request to end, and so does the child.
    code = (
        "import os, signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "child = subprocess.Popen([sys.executable, '-c', "
        "'import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)']);"
        "print(os.getpid(), child.pid, flush=True); time.sleep(600)"
    )
    job_id = backend.submit(spec(tmp_path, "stubborn", python(code)))
    until(lambda: text(backend, job_id))
    processes = [psutil.Process(int(pid)) for pid in text(backend, job_id)[0].split()]
    backend.cancel(job_id, "Enough.")
    backend.cancel(job_id, "Enough again.")
    status = ended(backend, job_id)
    assert status.state is JobState.CANCELLED
    assert status.reason.startswith("Enough")
    until(lambda: not any(alive(process) for process in processes))


def test_a_waiting_job_is_cancelled_and_never_starts(tmp_path):
    backend = LocalBackend(tmp_path / "jobs", slots=1)
    backend.submit(spec(tmp_path, "long", ["sleep", "600"]))
    until(lambda: backend.find("long").state is JobState.RUNNING)
    backend.submit(spec(tmp_path, "waiting", python("print('started')")))
    backend.cancel("waiting", "Not needed.")
    assert backend.find("waiting").state is JobState.CANCELLED
    backend.cancel("long", "Done.")
    assert ended(backend, "long").exit_code == 143
    until(lambda: not list((tmp_path / "jobs" / "queue").iterdir()))
    assert text(backend, "waiting") == []
    assert backend.find("waiting").started_at is None


def test_cancelling_what_has_ended_or_never_was_changes_nothing(backend, tmp_path):
    job_id = backend.submit(spec(tmp_path, "short", python("")))
    before = ended(backend, job_id)
    backend.cancel(job_id, "Too late.")
    backend.cancel("nobody", "Who?")
    assert backend.find(job_id) == before
    assert backend.find("nobody") is None


def test_many_cancel_the_same_waiting_job_and_nobody_is_sent_a_signal(tmp_path):
    backend = LocalBackend(tmp_path / "jobs", slots=1)
    backend.submit(spec(tmp_path, "long", ["sleep", "600"]))
    until(lambda: backend.find("long").state is JobState.RUNNING)
    got: list[int] = []
    before = signal.signal(signal.SIGUSR1, lambda number, _: got.append(number))
    try:
        with ThreadPoolExecutor(4) as pool:
            for number in range(40):
                name = backend.submit(spec(tmp_path, f"waiting{number}", ["true"]))
                list(pool.map(backend.cancel, [name] * 4, ["Not needed."] * 4))
                status = backend.find(name)
                assert (status.state, status.reason) == (JobState.CANCELLED, "Not needed.")
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert not got
    backend.cancel("long", "Done.")
    ended(backend, "long")


def test_every_process_of_a_cancelled_job_has_time_to_clean_up(backend, tmp_path):
    # The first process ends at once, the second needs a moment.
    code = (
        "import signal, subprocess, sys, time\n"
        "def tidy(*_): time.sleep(0.5); print('cleaned', flush=True); sys.exit()\n"
        "if sys.argv[1:]:\n"
        "    signal.signal(signal.SIGTERM, tidy); print('ready', flush=True); time.sleep(600)\n"
        "subprocess.run([sys.executable, '-c', sys.orig_argv[3], 'second'])"
    )
    backend.submit(spec(tmp_path, "tidy", python(code)))
    until(lambda: text(backend, "tidy"))
    backend.cancel("tidy", "Enough.")
    assert ended(backend, "tidy").state is JobState.CANCELLED
    assert text(backend, "tidy") == ["ready", "cleaned"]


def test_a_job_that_ends_well_when_asked_to_end_is_cancelled_all_the_same(backend, tmp_path):
    script = 'trap "exit 0" TERM; echo ready; while :; do sleep 0.05; done'
    backend.submit(spec(tmp_path, "polite", ["sh", "-c", script]))
    until(lambda: text(backend, "polite"))
    backend.cancel("polite", "Enough.")
    status = ended(backend, "polite")
    assert (status.state, status.exit_code, status.reason) == (JobState.CANCELLED, 0, "Enough.")
