"""The local backend with real processes: slots, ends, logs, cancelling, and surviving."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from omnidomain_jupyter.compute.base import JobSpec, JobState, JobStatus
from omnidomain_jupyter.compute.local import LocalBackend
from omnidomain_jupyter.errors import BackendRefusedError

FINAL = {JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED}
PROJECT = Path(__file__).parents[2]


@pytest.fixture
def backend(tmp_path: Path) -> LocalBackend:
    return LocalBackend(tmp_path / "jobs", slots=2)


def spec(tmp_path: Path, name: str, command: Sequence[str]) -> JobSpec:
    return JobSpec(name, command, str(tmp_path / "out" / name), str(tmp_path / "work" / name))


def python(code: str, *arguments: str) -> list[str]:
    return [sys.executable, "-I", "-c", code, *arguments]


def until(condition: Callable[[], object], within_s: float = 20) -> None:
    end = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def ended(backend: LocalBackend, job_id: str, within_s: float = 20) -> JobStatus:
    until(lambda: backend.describe([job_id])[job_id].state in FINAL, within_s)
    return backend.describe([job_id])[job_id]


def text(backend: LocalBackend, job_id: str) -> list[str]:
    return list(backend.logs(job_id).lines)


def test_a_job_runs_and_its_end_is_known(backend, tmp_path):
    before = datetime.now(UTC)
    job_id = backend.submit(spec(tmp_path, "one", python("print('hello')")))
    status = ended(backend, job_id)
    assert (status.state, status.exit_code, status.reason) == (JobState.SUCCEEDED, 0, None)
    assert before <= status.started_at <= status.stopped_at <= datetime.now(UTC)
    assert text(backend, job_id) == ["hello"]
    assert backend.find("one") == status
    assert (tmp_path / "out" / "one").is_dir()


@pytest.mark.parametrize(
    ("code", "exit_code", "says"),
    [
        ("raise SystemExit(3)", 3, "Exit code 3"),
        ("import os; os.kill(os.getpid(), 9)", 137, "memory"),
        ("import os; os.kill(os.getpid(), 15)", 143, "terminated"),
    ],
)
def test_a_failure_has_its_real_exit_code_and_says_what_it_means(
    backend, tmp_path, code, exit_code, says
):
    status = ended(backend, backend.submit(spec(tmp_path, "bad", python(code))))
    assert (status.state, status.exit_code) == (JobState.FAILED, exit_code)
    assert says in status.reason


def test_arguments_arrive_as_they_are(backend, tmp_path):
    arguments = ["x'; touch here #", "$(touch here)", "`id`", "-rf", "a\nb", 'say "hi"', "", "ü*?"]
    code = "import sys, json; print(json.dumps(sys.argv[1:]))"
    job_id = backend.submit(spec(tmp_path, "args", python(code, *arguments)))
    assert ended(backend, job_id).state is JobState.SUCCEEDED
    assert json.loads(text(backend, job_id)[0]) == arguments
    assert not list(tmp_path.rglob("here"))


def test_no_more_jobs_than_slots_and_the_first_come_first(backend, tmp_path):
    marks = tmp_path / "marks"
    marks.mkdir()
    code = (
        "import os, sys, time; d = sys.argv[1]; n = sys.argv[2];"
        "open(f'{d}/{n}', 'w').close();"
        "print(len(os.listdir(d)), time.time()); time.sleep(0.05); os.remove(f'{d}/{n}')"
    )
    names = [f"job{number:02d}" for number in range(20)]
    for name in names:
        backend.submit(spec(tmp_path, name, python(code, str(marks), name)))
    statuses = {name: ended(backend, name) for name in names}
    assert {status.state for status in statuses.values()} == {JobState.SUCCEEDED}
    at_once = [int(text(backend, name)[0].split()[0]) for name in names]
    assert max(at_once) <= 2
    starts = [statuses[name].started_at for name in names]
    # Two workers take turns: neighbours may swap, no more.
    assert all(
        sorted(starts).index(start) - place in {-1, 0, 1} for place, start in enumerate(starts)
    )


def test_the_same_name_runs_once_however_often_it_is_sent(backend, tmp_path):
    counter = tmp_path / "count"
    code = "import sys; open(sys.argv[1], 'a').write('x')"
    job = spec(tmp_path, "same", python(code, str(counter)))
    other = LocalBackend(tmp_path / "jobs", slots=2)
    with ThreadPoolExecutor(8) as pool:
        ids = set(pool.map(lambda n: (backend, other)[n % 2].submit(job), range(32)))
    assert ids == {"same"}
    ended(backend, "same")
    backend.submit(job)
    until(lambda: not list((tmp_path / "jobs" / "queue").iterdir()))
    assert counter.read_text() == "x"


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
    until(lambda: not any(_alive(process) for process in processes))


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
    until(lambda: not _alive(process))
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


def test_secrets_of_the_server_do_not_reach_a_job(backend, tmp_path, monkeypatch):
    planted = ("OMNIDOMAIN_JWT_SECRET", "OMNIDOMAIN_DATABASE_URL", "JUPYTER_TOKEN")
    for name in (*planted, "JUPYTERHUB_API_TOKEN", "JPY_API_TOKEN"):
        monkeypatch.setenv(name, "planted-secret")
    monkeypatch.setenv("LAB_REFERENCE", "kept")
    code = "import os; print('\\n'.join(f'{k}={v}' for k, v in os.environ.items()))"
    job_id = backend.submit(spec(tmp_path, "env", python(code)))
    ended(backend, job_id)
    printed = "\n".join(text(backend, job_id))
    assert "LAB_REFERENCE=kept" in printed
    assert "planted-secret" not in printed


def test_a_program_that_is_missing_is_refused_and_leaves_nothing(backend, tmp_path):
    with pytest.raises(BackendRefusedError, match="no-such-program is not installed"):
        backend.submit(spec(tmp_path, "x", ["no-such-program"]))
    assert backend.find("x") is None


def test_a_place_that_cannot_be_written_is_refused_and_leaves_nothing(backend, tmp_path):
    (tmp_path / "file").write_text("")
    job = JobSpec("x", ["true"], str(tmp_path / "file" / "out"), str(tmp_path / "work"))
    with pytest.raises(BackendRefusedError, match="Not a directory"):
        backend.submit(job)
    assert backend.find("x") is None
    assert not list((tmp_path / "jobs" / "queue").iterdir())
    assert not list((tmp_path / "jobs" / "new").iterdir())


@pytest.mark.parametrize("name", ["", "../up", "a/b", "a b", "-x", "x" * 129])
def test_a_name_that_is_no_name_is_refused(backend, tmp_path, name):
    with pytest.raises(BackendRefusedError):
        backend.submit(spec(tmp_path, name, ["true"]))
    assert backend.find(name) is None


def test_no_worker_is_left_when_the_queue_is_empty(backend, tmp_path):
    for number in range(6):
        backend.submit(spec(tmp_path, f"job{number}", ["true"]))
    for number in range(6):
        ended(backend, f"job{number}")
    marker = str(tmp_path / "jobs")
    until(
        lambda: (
            not [p for p in psutil.process_iter(["cmdline"]) if marker in (p.info["cmdline"] or [])]
        )
    )


def _alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
