"""The local backend when processes die: of the server, of the worker, at every step."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import psutil
import pytest
from compute.local_jobs import FINAL, PROJECT, alive, ended, python, spec, text, until

from omnidomain_jupyter.compute.base import JobState
from omnidomain_jupyter.compute.local import LocalBackend


@pytest.fixture
def backend(tmp_path: Path) -> LocalBackend:
    return LocalBackend(tmp_path / "jobs", slots=2)


def test_a_job_and_the_queue_survive_the_death_of_jupyter(tmp_path):
    server = f"""
import os, signal, sys
sys.path.insert(0, {str(PROJECT)!r})
from pathlib import Path
from omnidomain_jupyter.compute.base import JobSpec
from omnidomain_jupyter.compute.local import LocalBackend
backend = LocalBackend(Path({str(tmp_path / "jobs")!r}), slots=1)
for name in ("first", "second"):
    code = "import time; time.sleep(0.5); print('done')"
    out = {str(tmp_path)!r} + "/" + name
    backend.submit(JobSpec(name, [sys.executable, "-I", "-c", code], out, out))
os.kill(os.getpid(), signal.SIGKILL)
"""
    died = subprocess.run([sys.executable, "-c", server], check=False, capture_output=True)
    assert died.returncode == -signal.SIGKILL, died.stderr.decode()
    # Nobody asks in the meantime: the queue goes on by itself.
    until((tmp_path / "jobs" / "jobs" / "second" / "exit.json").exists)
    later = LocalBackend(tmp_path / "jobs", slots=1)
    for name in ("first", "second"):
        assert ended(later, name).state is JobState.SUCCEEDED
        assert text(later, name) == ["done"]


def test_a_job_whose_watcher_was_killed_has_failed_and_runs_no_second_time(backend, tmp_path):
    code = "import os, time; print(os.getpid(), os.getppid(), flush=True); time.sleep(600)"
    job_id = backend.submit(spec(tmp_path, "orphan", python(code)))
    until(lambda: text(backend, job_id))
    child, worker = (int(pid) for pid in text(backend, job_id)[0].split())
    process = psutil.Process(child)
    os.kill(worker, signal.SIGKILL)
    status = ended(backend, job_id)
    assert (status.state, status.exit_code) == (JobState.FAILED, None)
    assert "ended from outside" in status.reason
    until(lambda: not alive(process))
    # The slot is free again.
    assert ended(backend, backend.submit(spec(tmp_path, "next", python("")))).exit_code == 0
    assert len(text(backend, job_id)) == 1


def test_submitting_dies_at_any_moment_and_leaves_no_half_job(tmp_path):
    server = f"""
import sys
sys.path.insert(0, {str(PROJECT)!r})
from pathlib import Path
from omnidomain_jupyter.compute.base import JobSpec
from omnidomain_jupyter.compute.local import LocalBackend
backend = LocalBackend(Path({str(tmp_path / "jobs")!r}), slots=2)
print("ready", flush=True)
for number in range(10000):
    name = f"{{sys.argv[1]}}-{{number}}"
    out = {str(tmp_path)!r} + "/out"
    backend.submit(JobSpec(name, ["true"], out, out))
"""
    for attempt in range(6):
        process = subprocess.Popen(
            [sys.executable, "-c", server, f"try{attempt}"], stdout=subprocess.PIPE
        )
        assert process.stdout.readline() == b"ready\n"
        time.sleep(0.01 + attempt * 0.013)
        process.kill()
        process.wait()
        process.stdout.close()
    jobs = [path.name for path in (tmp_path / "jobs" / "jobs").iterdir()]
    assert jobs
    later = LocalBackend(tmp_path / "jobs", slots=2)
    until(lambda: {status.state for status in later.describe(jobs).values()} <= FINAL, within_s=60)
    found = later.describe(jobs)
    assert Counter(status.state for status in found.values()) == {JobState.SUCCEEDED: len(jobs)}


# Calls `attempt` in a child of its own that is killed before its first step, then before its
# second, and so on until one comes through alive. The steps are Python's own audit events:
# there is one before every opening, linking, renaming, locking and starting of anything.
EVERY_STEP = """
import os, signal, sys
sys.path[:0] = [{project!r}, {project!r} + "/tests"]
from pathlib import Path
from compute.local_jobs import LocalBackend, spec
from omnidomain_jupyter.compute import local_worker
here = Path({here!r})
STEPS = ("open", "os.", "fcntl.", "subprocess.")
{attempt}
def survives(step):
    pid = os.fork()
    if pid == 0:
        left = step
        def die(event, _):
            nonlocal left
            if event.startswith(STEPS):
                left -= 1
                if left == -1:
                    os.kill(os.getpid(), signal.SIGKILL)
        sys.addaudithook(die)
        attempt(step)
        os._exit(0)
    return os.waitpid(pid, 0)[1] == 0

step = 0
while not survives(step):
    step += 1
print(step)
"""


def killed_at_every_step(tmp_path: Path, attempt: str) -> int:
    """Return at how many steps the attempt was killed."""
    code = EVERY_STEP.format(project=str(PROJECT), here=str(tmp_path), attempt=attempt)
    done = subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.PIPE)
    return int(done.stdout)


def test_submit_is_killed_at_every_step_and_there_is_no_job_or_a_whole_one(tmp_path):
    script = f'echo x >> "{tmp_path}/ran.$0"'
    attempt = f"""
def attempt(step):
    name = f"job{{step}}"
    LocalBackend(here / "jobs", slots=1).submit(spec(here, name, ["sh", "-c", {script!r}, name]))
"""
    steps = killed_at_every_step(tmp_path, attempt)
    assert steps > 15
    names = [f"job{number}" for number in range(steps + 1)]
    later = LocalBackend(tmp_path / "jobs", slots=2)
    there = later.describe(names)
    assert 0 < len(there) < len(names)
    until(lambda: {job.state for job in later.describe(list(there)).values()} <= FINAL)
    for name in names:  # what the server's own recovery does
        later.submit(spec(tmp_path, name, ["sh", "-c", script, name]))
    assert {ended(later, name).state for name in names} == {JobState.SUCCEEDED}
    assert [(tmp_path / f"ran.{name}").read_text() for name in names] == ["x\n"] * len(names)


def test_a_worker_is_killed_at_every_step_and_no_job_runs_twice_or_stays_open(tmp_path):
    script = 'echo x >> "$0"; exec sleep 0.1'
    # Queued only, so that the one worker of each job is the one that is killed.
    attempt = f"""
for step in range(200):
    job = spec(here / str(step), "job", ["sh", "-c", {script!r}, str(here / f"ran.{{step}}")])
    LocalBackend(here / str(step) / "jobs", slots=1)._queue(job, "/bin/sh", "/bin:/usr/bin")

def attempt(step):
    local_worker.main(here / str(step) / "jobs", 1)
"""
    steps = killed_at_every_step(tmp_path, attempt)
    assert 20 < steps < 200
    states = []
    for number in range(steps + 1):
        later = LocalBackend(tmp_path / str(number) / "jobs", slots=1)
        states.append(ended(later, "job").state)
        ran = tmp_path / f"ran.{number}"
        runs = ran.read_text().count("x") if ran.exists() else 0
        assert runs == 1 if states[-1] is JobState.SUCCEEDED else runs <= 1
    # Killed before it took the job: another worker runs it. After that: never again.
    assert set(states) == {JobState.SUCCEEDED, JobState.FAILED}
    assert states[0] is states[-1] is JobState.SUCCEEDED


def test_a_process_that_was_not_recorded_yet_when_its_worker_died_ends_too(backend, tmp_path):
    code = "import os, time; print(os.getpid(), os.getppid(), flush=True); time.sleep(600)"
    job_id = backend.submit(spec(tmp_path, "early", python(code)))
    started = tmp_path / "jobs" / "jobs" / job_id / "started.json"
    until(lambda: text(backend, job_id) and started.exists())
    child, worker = (int(pid) for pid in text(backend, job_id)[0].split())
    process = psutil.Process(child)
    started.unlink()
    os.kill(worker, signal.SIGKILL)
    assert ended(backend, job_id).state is JobState.FAILED
    until(lambda: not alive(process))


def test_processes_of_a_lost_job_end_though_its_first_one_is_gone(backend, tmp_path):
    code = (
        "import os, subprocess, time; child = subprocess.Popen(['sleep', '600']);"
        "print(os.getpid(), os.getppid(), child.pid, flush=True); time.sleep(600)"
    )
    job_id = backend.submit(spec(tmp_path, "family", python(code)))
    until(lambda: text(backend, job_id))
    first, worker, child = (int(pid) for pid in text(backend, job_id)[0].split())
    process = psutil.Process(child)
    os.kill(worker, signal.SIGKILL)
    os.kill(first, signal.SIGKILL)
    assert ended(backend, job_id).state is JobState.FAILED
    until(lambda: not alive(process))


def test_a_process_id_that_is_somebody_elses_by_now_is_left_alone(backend, tmp_path):
    code = "import os, time; print(os.getppid(), flush=True); time.sleep(600)"
    job_id = backend.submit(spec(tmp_path, "old", python(code)))
    until(lambda: text(backend, job_id))
    started = tmp_path / "jobs" / "jobs" / job_id / "started.json"
    with subprocess.Popen(["sleep", "600"], start_new_session=True) as stranger:
        # As after a restart of the machine.
        started.write_text(json.dumps({"pid": stranger.pid, "at": time.time() - 3600}))
        os.kill(int(text(backend, job_id)[0]), signal.SIGKILL)
        assert ended(backend, job_id).state is JobState.FAILED
        assert stranger.poll() is None
        stranger.kill()


def test_a_cancelled_job_whose_watcher_dies_is_cancelled(backend, tmp_path):
    code = (
        "import os, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "print(os.getppid(), flush=True); time.sleep(600)"
    )
    job_id = backend.submit(spec(tmp_path, "stubborn", python(code)))
    until(lambda: text(backend, job_id))
    backend.cancel(job_id, "Enough.")
    os.kill(int(text(backend, job_id)[0]), signal.SIGKILL)
    status = ended(backend, job_id)
    assert (status.state, status.reason) == (JobState.CANCELLED, "Enough.")


@pytest.mark.parametrize(
    ("file", "state"), [("exit.json", JobState.FAILED), ("started.json", JobState.SUCCEEDED)]
)
def test_a_file_torn_by_a_power_cut_harms_its_own_job_only(tmp_path, file, state):
    backend = LocalBackend(tmp_path / "jobs", slots=1)
    for name in ("torn", "sound"):
        ended(backend, backend.submit(spec(tmp_path, name, ["true"])))
    (tmp_path / "jobs" / "jobs" / "torn" / file).write_text("")
    found = backend.describe(["torn", "sound"])
    assert found["sound"].state is JobState.SUCCEEDED
    assert found["torn"].state is state


def test_a_job_waits_for_a_machine_that_has_no_process_to_give(tmp_path, monkeypatch):
    backend = LocalBackend(tmp_path / "jobs", slots=1)
    with monkeypatch.context() as patch:
        patch.setattr(sys, "executable", str(tmp_path / "no-python"))  # no worker can be started
        assert backend.submit(spec(tmp_path, "patient", ["true"])) == "patient"
        assert backend.find("patient").state is JobState.QUEUED
    assert ended(backend, "patient").state is JobState.SUCCEEDED


def test_a_lost_place_in_the_queue_is_given_back(tmp_path, monkeypatch):
    backend = LocalBackend(tmp_path / "jobs", slots=1)
    with monkeypatch.context() as patch:
        patch.setattr(sys, "executable", str(tmp_path / "no-python"))
        backend.submit(spec(tmp_path, "displaced", ["true"]))
    (place,) = (tmp_path / "jobs" / "queue").iterdir()
    place.unlink()
    assert ended(backend, "displaced").state is JobState.SUCCEEDED


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="only Linux limits another process")
def test_an_end_that_the_disk_does_not_take_is_recorded_when_it_has_room(backend, tmp_path):
    go = tmp_path / "go"
    code = (
        "import os, sys, time; print(os.getppid(), flush=True)\n"
        "while not os.path.exists(sys.argv[1]): time.sleep(0.01)"
    )
    job_id = backend.submit(spec(tmp_path, "full", python(code, str(go))))
    until(lambda: text(backend, job_id))
    worker = int(text(backend, job_id)[0])
    (child,) = psutil.Process(worker).children()
    before = resource.prlimit(worker, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    go.touch()
    until(lambda: not alive(child))
    assert backend.find(job_id).state is JobState.RUNNING
    resource.prlimit(worker, resource.RLIMIT_FSIZE, before)
    assert ended(backend, job_id).state is JobState.SUCCEEDED
