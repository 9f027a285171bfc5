"""The demo as its user runs it: a process of its own, with a real server and real jobs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

COMMAND = [sys.executable, "-m", "omnidomain_jupyter.demo"]


def run_demo(cwd, *arguments):
    command = [*COMMAND, *map(str, arguments)]
    return subprocess.run(
        command, check=False, cwd=cwd, capture_output=True, text=True, timeout=200
    )


def processes_naming(path):
    """All processes of this machine that have the path in their arguments or work there."""
    found = []
    for process in psutil.process_iter(["cmdline", "cwd"]):
        words = [*(process.info["cmdline"] or []), process.info["cwd"] or ""]
        if any(str(path) in word for word in words):
            found.append(process)
    return found


@pytest.fixture
def sheet(tmp_path):
    def write(text, name="samples.tsv"):
        folder = tmp_path / "a folder"
        folder.mkdir(exist_ok=True)
        path = folder / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_the_made_reads_give_a_table_that_shows_the_difference(tmp_path):
    done = run_demo(tmp_path)

    assert done.returncode == 0, done.stderr
    header, report, _, *lines = done.stdout.splitlines()
    assert header.split() == [
        *("run", "sample", "status", "read", "reads", "bases"),
        *("Q20", "GC", "adapter", "duration"),
    ]
    assert report.split() == ["report"]
    assert len(lines) == 9
    assert [line.split()[1:6] for line in lines[::3]] == [
        ["good", "COMPLETED", "R1", "4,000", "600,000"],
        ["short", "COMPLETED", "R1", "4,000", "600,000"],
        ["poor", "COMPLETED", "R1", "4,000", "600,000"],
    ]
    for line in lines[2::3]:
        report = tmp_path / line.strip()
        assert report.is_relative_to(tmp_path / "omnidomain-demo" / "omnidomain-results")
        assert report.read_text("utf-8").lstrip().lower().startswith("<!doctype html")
    assert max(map(len, done.stdout.splitlines())) <= 100
    assert "\x1b" not in done.stdout
    assert "Submitted 3 runs" in done.stderr
    assert "3/3" in done.stderr
    assert processes_naming(tmp_path) == []


def test_a_sheet_of_real_reads_gives_their_known_figures(tmp_path, sheet, shared_data):
    reads = shared_data / "reads"
    path = sheet(
        "sample_id\treads_1\treads_2\n"
        f"gut\t{reads}/ggal_gut_1.fastq.gz\t{reads}/ggal_gut_2.fastq.gz\n"
    )

    done = run_demo(tmp_path, path)

    assert done.returncode == 0, done.stderr
    first, second, _ = done.stdout.splitlines()[3:]
    assert first.split()[1:8] == ["gut", "COMPLETED", "R1", "2,937", "308,324", "91.8%", "45.2%"]
    assert second.split()[:5] == ["R2", "2,937", "308,385", "89.9%", "45.5%"]
    assert list((path.parent / "omnidomain-results").glob("gut_*/*.html"))
    assert processes_naming(tmp_path) == []


@pytest.mark.parametrize("name", ["sheet.csv", ".hidden.csv"])
def test_relative_reads_are_found_from_the_sheets_own_folder(tmp_path, sheet, shared_data, name):
    path = sheet("sample_id,reads_1\none,data/one.fastq.gz\n", name)
    (path.parent / "data").mkdir()
    source = shared_data / "reads" / "ggal_gut_2.fastq.gz"
    (path.parent / "data" / "one.fastq.gz").write_bytes(source.read_bytes())

    done = run_demo(tmp_path, f"a folder/{name}")

    assert done.returncode == 0, done.stderr
    line, _ = done.stdout.splitlines()[3:]
    assert line.split()[1:6] == ["one", "COMPLETED", "R1", "2,937", "308,385"]


def test_every_error_of_a_bad_sheet_is_shown_at_its_cell(tmp_path, sheet):
    path = sheet("sample_id\treads_1\nbad name\tnone.fastq.gz\nb\tb.bam\n")

    done = run_demo(tmp_path, path)

    assert done.returncode == 2
    assert done.stdout == ""
    assert "The sheet was not submitted:" in done.stderr
    assert "samples.tsv, line 2, sample_id: " in done.stderr
    assert "samples.tsv, line 2, reads_1: " in done.stderr
    assert "samples.tsv, line 3, reads_1: " in done.stderr
    assert "Traceback" not in done.stderr
    assert processes_naming(tmp_path) == []


def test_a_failed_run_is_shown_with_its_log_and_ends_in_1(tmp_path, sheet):
    path = sheet("sample_id\treads_1\nbroken\tbroken.fastq.gz\n")
    (path.parent / "broken.fastq.gz").write_bytes(b"\x1f\x8bdamaged")

    done = run_demo(tmp_path, path)

    assert done.returncode == 1
    assert done.stdout.splitlines()[3].split()[1:3] == ["broken", "FAILED"]
    assert "broken (" in done.stderr
    assert "end-of-stream marker was reached" in done.stderr  # sequali's own log
    assert processes_naming(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("nowhere.tsv", "nowhere.tsv does not exist."),
        ("empty.tsv", "empty.tsv is empty; a sample sheet has a header and rows."),
        ("folder", "folder is a folder; give the path of a sample sheet."),
        ("file.tsv/x", "file.tsv/x cannot be read: Not a directory."),
        ("a pipe", "a pipe is not an ordinary file; save the sample sheet as one."),
        ("~/my reads.tsv", "~/my reads.tsv does not exist."),
        (
            "~nobody_of_this_name/x.tsv",
            "~nobody_of_this_name/x.tsv cannot be read: Could not determine home directory.",
        ),
    ],
)
def test_a_sheet_that_cannot_be_read_is_said_in_a_sentence(tmp_path, name, expected):
    (tmp_path / "empty.tsv").write_text("")
    (tmp_path / "file.tsv").write_text("x")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "a pipe")

    done = run_demo(tmp_path, name)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.strip() == expected


def test_the_exit_codes_are_in_the_help(tmp_path):
    done = run_demo(tmp_path, "--help")

    assert done.returncode == 0
    codes = done.stdout.split("exit codes:\n")[1].splitlines()
    assert [line.split()[0] for line in codes] == ["0", "1", "2", "130"]


@pytest.fixture
def started(tmp_path, sheet, shared_data):
    """A demo of 40 samples, one of which is being looked at."""
    rows = "".join(f"s{number:02}\tone.fastq.gz\n" for number in range(40))
    path = sheet("sample_id\treads_1\n" + rows)
    source = shared_data / "reads" / "ggal_gut_1.fastq.gz"
    (path.parent / "one.fastq.gz").write_bytes(source.read_bytes())
    with subprocess.Popen(
        [*COMMAND, str(path)], cwd=tmp_path, stderr=subprocess.PIPE, text=True
    ) as demo:
        try:
            deadline = time.monotonic() + 120
            while not any(
                "sequali" in " ".join(each.info["cmdline"] or [])
                for each in processes_naming(tmp_path)
            ):
                assert demo.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.1)
            yield demo
        finally:
            demo.kill()


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_stopping_it_leaves_nothing_running(tmp_path, started, stop):
    started.send_signal(stop)
    _, said = started.communicate(timeout=90)

    assert started.returncode == 130
    assert said.splitlines()[-1] == "Stopped."
    assert "Still running" not in said
    assert processes_naming(tmp_path) == []


def test_a_server_that_dies_leaves_nothing_running(tmp_path, started):
    (server,) = [
        each for each in processes_naming(tmp_path) if "jupyter_server" in each.info["cmdline"]
    ]
    server.kill()
    _, said = started.communicate(timeout=90)

    assert started.returncode == 1
    assert "The Jupyter server has ended" in said
    assert "Traceback" not in said
    assert processes_naming(tmp_path) == []
