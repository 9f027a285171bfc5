"""No more jobs than slots, no slot unused, the first come first, nothing twice."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from compute.local_jobs import PROJECT, ended, python, spec, text, until

from omnidomain_jupyter.compute.base import JobState
from omnidomain_jupyter.compute.local import LocalBackend


@pytest.fixture
def backend(tmp_path: Path) -> LocalBackend:
    return LocalBackend(tmp_path / "jobs", slots=2)


def test_no_more_jobs_than_slots_and_the_first_come_first(backend, tmp_path):
    marks = tmp_path / "marks"
    marks.mkdir()
    code = (
        "import os, sys, time; d = sys.argv[1]; n = sys.argv[2];"
        "open(f'{d}/{n}', 'w').close();"
        "print(len(os.listdir(d)), time.time()); time.sleep(0.05); os.remove(f'{d}/{n}')"
    )
    names = [f"job{number:02d}" for number in range(50)]
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


def test_a_free_slot_is_used_at_once_though_nobody_asks(tmp_path):
    backend = LocalBackend(tmp_path / "jobs", slots=4)
    for number in range(4):
        name = f"job{number}"
        backend.submit(spec(tmp_path, name, ["sleep", "600"]))
        until((tmp_path / "jobs" / "jobs" / name / "started.json").exists)
    for number in range(4):
        backend.cancel(f"job{number}", "Seen.")
        ended(backend, f"job{number}")


def test_a_job_that_comes_while_a_worker_is_about_to_end_is_not_left_lying(tmp_path):
    backend = LocalBackend(tmp_path / "jobs", slots=1)
    for number in range(60):
        name = f"job{number}"
        backend.submit(spec(tmp_path, name, ["true"]))
        # Nobody asks the backend, which would start another worker.
        until((tmp_path / "jobs" / "jobs" / name / "exit.json").exists)
        end = time.perf_counter() + (number % 20) * 0.0005
        while time.perf_counter() < end:  # a little later in the worker's last moments each time
            pass


def test_two_servers_on_one_directory_share_the_slots_and_run_the_same_name_once(tmp_path):
    marks = tmp_path / "marks"
    marks.mkdir()
    script = (
        'on=$(mktemp "$0/on.XXXXXX"); ls "$0" | grep -c on; sleep 0.02; rm "$on";'
        'echo x >> "$0/ran.$1"'
    )
    server = f"""
import sys
sys.path[:0] = [{str(PROJECT)!r}, {str(PROJECT / "tests")!r}]
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from compute.local_jobs import LocalBackend, spec
here = Path({str(tmp_path)!r})
backend = LocalBackend(here / "jobs", slots=2)
def submit(number):
    name = f"job{{number % 25}}"
    backend.submit(spec(here, name, ["sh", "-c", {script!r}, {str(marks)!r}, name]))
sys.stdin.readline()
with ThreadPoolExecutor(8) as pool:
    list(pool.map(submit, range(200)))
"""
    servers = [
        subprocess.Popen([sys.executable, "-c", server], stdin=subprocess.PIPE) for _ in range(2)
    ]
    for process in servers:
        process.stdin.write(b"go\n")
        process.stdin.close()
    assert [process.wait() for process in servers] == [0, 0]
    later = LocalBackend(tmp_path / "jobs", slots=2)
    names = [f"job{number}" for number in range(25)]
    until(lambda: {later.find(name).state for name in names} == {JobState.SUCCEEDED})
    assert [(marks / f"ran.{name}").read_text() for name in names] == ["x\n"] * 25
    assert max(int(text(later, name)[0]) for name in names) <= 2
    until(lambda: not list((tmp_path / "jobs" / "queue").iterdir()))
    assert not list((tmp_path / "jobs" / "new").iterdir())
