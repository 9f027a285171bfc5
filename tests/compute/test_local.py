"""The local backend with real processes: what a job is given, and how it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest
from compute.local_jobs import FINAL, PROJECT, alive, ended, python, spec, text, until

from omnidomain_jupyter.compute.base import JobSpec, JobState
from omnidomain_jupyter.compute.local import LocalBackend
from omnidomain_jupyter.errors import BackendRefusedError


@pytest.fixture
def backend(tmp_path: Path) -> LocalBackend:
    return LocalBackend(tmp_path / "jobs", slots=2)


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


@pytest.mark.parametrize(
    ("printed", "said"),
    [
        ("\\x1b[31mERROR ~\\tNo such database\\x1b[0m\\n\\n  \\n", "ERROR ~ No such database"),
        ("fine\\n\\x1b]0;title\\x07\\x1b[2K\\n\\x00\\n", "fine"),
        ("10%\\r20%\\rbroken", "broken"),
        ("No database\\n 9%|###   |", "No database"),
        ("EOFError: cut off\\n    ^^~~^^\\n", "EOFError: cut off"),
        ("x" * 9000, "x" * 300),
        ("", None),
    ],
)
def test_a_failure_ends_with_the_programs_last_words(backend, tmp_path, printed, said):
    code = f'print("{printed}", end=""); raise SystemExit(2)'
    status = ended(backend, backend.submit(spec(tmp_path, "bad", python(code))))
    assert status.reason == "Exit code 2." + (f" Its last words: {said}" if said else "")


def test_a_job_has_its_files_and_its_environment_when_it_starts(backend, tmp_path):
    sheet = tmp_path / "out" / "sheet" / "samplesheet.csv"
    code = "import os, sys; print(open(sys.argv[1]).read(), os.environ['NXF_ANSI_LOG'])"
    job = replace(
        spec(tmp_path, "sheet", python(code, str(sheet))),
        files={str(sheet): "sample\nü\n"},
        environment={"NXF_ANSI_LOG": "false"},
    )
    for _ in range(2):  # the answer to the first submission may have been lost
        job_id = backend.submit(job)
    assert ended(backend, job_id).state is JobState.SUCCEEDED
    assert text(backend, job_id) == ["sample", "ü", " false"]
    assert [file.name for file in sheet.parent.iterdir()] == ["samplesheet.csv"]


def test_a_job_whose_file_cannot_be_written_is_refused_and_leaves_nothing(backend, tmp_path):
    job = spec(tmp_path, "sheet", python("pass"))
    with pytest.raises(BackendRefusedError, match="cannot be written"):
        backend.submit(replace(job, files={str(tmp_path / "no folder" / "sheet.csv"): "x"}))
    assert backend.find("sheet") is None
    assert not Path(job.output_directory).exists()


def test_arguments_arrive_as_they_are(backend, tmp_path):
    arguments = ["x'; touch here #", "$(touch here)", "`id`", "-rf", "a\nb", 'say "hi"', "", "ü*?"]
    code = "import sys, json; print(json.dumps(sys.argv[1:]))"
    job_id = backend.submit(spec(tmp_path, "args", python(code, *arguments)))
    assert ended(backend, job_id).state is JobState.SUCCEEDED
    assert json.loads(text(backend, job_id)[0]) == arguments
    assert not list(tmp_path.rglob("here"))


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


def test_a_job_that_was_accepted_stays_so_when_its_program_is_gone(backend, tmp_path):
    program = tmp_path / "program"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    job = spec(tmp_path, "job", [str(program)])
    backend.submit(job)
    before = ended(backend, "job")
    program.unlink()
    assert backend.submit(job) == "job"
    assert backend.find("job") == before


def test_the_program_is_the_one_that_was_found_at_submission(tmp_path, monkeypatch):
    backend = LocalBackend(tmp_path / "jobs", slots=1)
    backend.submit(spec(tmp_path, "first", ["sleep", "600"]))
    until(lambda: backend.find("first").state is JobState.RUNNING)
    # A worker of another environment is there; its PATH is not the one that counts.
    program = tmp_path / "bin" / "lab-tool"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\necho found\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)
    backend.submit(spec(tmp_path, "second", ["lab-tool"]))
    backend.cancel("first", "Make room.")
    assert ended(backend, "second").state is JobState.SUCCEEDED
    assert text(backend, "second") == ["found"]


def test_a_job_has_the_signals_of_a_program_started_by_hand(backend, tmp_path):
    code = (
        "import signal as s;"
        "print([s.getsignal(n) for n in (s.SIGHUP, s.SIGTERM)] == [s.SIG_DFL] * 2,"
        " s.getsignal(s.SIGINT) is s.default_int_handler)"
    )
    # As in a server that a shell started in the background.
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        ended(backend, backend.submit(spec(tmp_path, "signals", python(code))))
    finally:
        signal.signal(signal.SIGINT, before)
    assert text(backend, "signals") == ["True True"]


def test_a_job_holds_no_file_of_the_server(backend, tmp_path):
    reading, writing = os.pipe()
    os.set_inheritable(writing, True)  # noqa: FBT003, its only form
    backend.submit(spec(tmp_path, "long", ["sleep", "600"]))
    until(lambda: backend.find("long").state is JobState.RUNNING)
    os.close(writing)
    assert os.read(reading, 1) == b""  # nobody else has the other end
    os.close(reading)
    backend.cancel("long", "Seen.")
    ended(backend, "long")


def test_what_a_job_leaves_running_ends_with_it(backend, tmp_path):
    code = "import subprocess; print(subprocess.Popen(['sleep', '600']).pid)"
    status = ended(backend, backend.submit(spec(tmp_path, "leaves", python(code))))
    assert status.state is JobState.SUCCEEDED
    pid = int(text(backend, "leaves")[0])
    until(lambda: not psutil.pid_exists(pid) or not alive(psutil.Process(pid)))


def test_the_log_of_a_running_job_is_followed_without_loss_or_repeats(backend, tmp_path):
    code = "import time\nfor n in range(300): print(f'line {n} ü', flush=True); time.sleep(0.001)"
    backend.submit(spec(tmp_path, "chatty", python(code)))
    lines, cursor, over = [], None, False
    while True:
        page = backend.logs("chatty", cursor, limit=7)
        lines += page.lines
        if over and page.next_cursor == cursor:
            break
        cursor = page.next_cursor
        over = over or backend.find("chatty").state in FINAL
    assert lines == [f"line {number} ü" for number in range(300)]


@pytest.mark.parametrize("argument", ["a\0b", "\ud800"])
def test_an_argument_that_no_program_can_be_given_is_refused(backend, tmp_path, argument):
    with pytest.raises(BackendRefusedError, match="argument"):
        backend.submit(spec(tmp_path, "x", ["echo", argument]))
    assert backend.find("x") is None


def test_more_arguments_than_the_machine_takes_are_a_failure_with_a_reason(backend, tmp_path):
    status = ended(backend, backend.submit(spec(tmp_path, "x", ["echo", "x" * 3_000_000])))
    assert (status.state, status.exit_code) == (JobState.FAILED, 127)
    assert "too long" in status.reason


def test_a_full_disk_is_refused_and_leaves_nothing(tmp_path):
    # No byte can be written, as on a full disk; directories and empty files can.
    code = f"""
import resource, sys
sys.path[:0] = [{str(PROJECT)!r}, {str(PROJECT / "tests")!r}]
from pathlib import Path
from compute.local_jobs import LocalBackend, spec
resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
here = Path({str(tmp_path)!r})
try:
    LocalBackend(here / "jobs", slots=1).submit(spec(here, "x", ["true"]))
except Exception as error:
    sys.stdout.write(f"{{type(error).__name__}}: {{error}}")
"""
    done = subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.PIPE)
    said = done.stdout.decode()
    assert said.startswith("BackendRefusedError: The job cannot be written")
    assert "File too large" in said
    assert [path for path in tmp_path.rglob("*") if path.parent.name != "jobs"] == [
        tmp_path / "jobs"
    ]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_directory_of_somebody_else_is_refused(backend, tmp_path):
    (tmp_path / "out").mkdir(mode=0o500)
    with pytest.raises(BackendRefusedError, match="Permission denied"):
        backend.submit(spec(tmp_path, "x", ["true"]))
    assert backend.find("x") is None


def test_no_zombie_is_left(backend, tmp_path):
    before = set(psutil.Process().children())
    for number in range(6):
        backend.submit(spec(tmp_path, f"job{number}", ["true"]))
    until(lambda: all((tmp_path / f"jobs/jobs/job{n}/exit.json").exists() for n in range(6)))
    until(lambda: set(psutil.Process().children()) <= before)
