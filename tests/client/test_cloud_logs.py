"""The log of a run in the cloud, as the client has it: whole, though it comes late and in bits."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from batch_api import Job
from client.on_s3 import OnS3, on_s3

from omnidomain_jupyter.client import Client, Run, connect

READS = b"@r\nA\n+\nI\n"


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OnS3]:
    """A server whose runs are jobs of AWS Batch."""
    with on_s3(tmp_path_factory.mktemp("s3")) as there:
        there.s3.put_object(Bucket=there.bucket, Key="a.fastq", Body=READS)
        yield there


@pytest.fixture
def scientist(there: OnS3) -> Iterator[Client]:
    client = connect(there.server.url, there.server.token, f"{uuid4().hex}@example.org")
    yield client
    client.close()


@pytest.fixture
def run(there: OnS3, scientist: Client) -> Run:
    """A run whose job is running."""
    sheet = f"sample_id\treads_1\na\ts3://{there.bucket}/a.fastq\n"
    run = scientist.run(scientist.submit(sheet, "ReadQC").runs()["run_id"][0])
    until(lambda: run.refresh().model.job_id)
    there.batch.jobs.move(run.model.job_id or "", "RUNNING")
    return run


def job(there: OnS3, run: Run) -> Job:
    return there.batch.jobs[run.model.job_id or ""]


def until(true: Callable[[], object]) -> None:
    give_up = time.monotonic() + 60
    while not true():
        assert time.monotonic() < give_up, "It did not come about in time."
        time.sleep(0.05)


def test_many_empty_pieces_are_not_the_end(there: OnS3, run: Run):
    lines = [f"line {number}" for number in range(2500)]
    there.batch.logs.write(job(there, run).log_stream, *lines)
    there.batch.logs.empty_pages = 12
    assert list(run.logs()) == lines
    assert list(run.logs(tail=3)) == lines[-3:]


def test_what_comes_after_the_end_is_waited_for(there: OnS3, run: Run, monkeypatch, capsys):
    monkeypatch.setattr("omnidomain_jupyter._logs.LATENESS", timedelta(hours=1))
    stream = job(there, run).log_stream
    there.batch.logs.write(stream, "before", "first")
    found: list[str] = []
    following = threading.Thread(target=lambda: found.extend(run.logs(follow=True, tail=1)))
    following.start()
    there.batch.jobs.end(job(there, run).job_id, exit_code=1)
    until(lambda: run.model.status == "FAILED")
    there.batch.logs.write(stream, "last")
    out = ""

    def printed() -> bool:
        nonlocal out
        out += capsys.readouterr().out
        return "last" in out

    until(printed)
    monkeypatch.setattr("omnidomain_jupyter._logs.LATENESS", timedelta())
    following.join()
    assert found == ["first", "last"]
    assert out == "first\nlast\n"


def test_why_it_failed(there: OnS3, run: Run):
    there.batch.logs.write(job(there, run).log_stream, "reading", "<b>no memory is left")
    there.batch.jobs.end(job(there, run).job_id, exit_code=137)
    failure = run.wait(60, progress=False).failure()
    assert failure.exit_code == 137
    assert "memory ran out" in (failure.meaning or "")
    assert failure.last_lines == ["reading", "<b>no memory is left"]
    printed = str(failure).splitlines()
    assert printed[0] == "FAILED"
    assert printed[1].startswith("reason: ")
    assert "exit code: 137" in printed
    assert printed[-2:] == ["reading", "<b>no memory is left"]
    html = failure._repr_html_()
    assert "Why it failed" in html
    assert "&lt;b&gt;no memory is left" in html
    assert "<b>no" not in html


def test_the_files_that_were_uploaded_for_it(there: OnS3, scientist: Client, run: Run):
    assert list(run.files().columns) == ["filename", "uri", "size_bytes", "sha256", "uploaded_at"]
    assert run.files().empty
    (there.server.root / "here.fastq").write_bytes(READS)
    submission = scientist.submit("sample_id\treads_1\nb\there.fastq\n", "ReadQC")
    other = scientist.run(submission.runs()["run_id"][0])
    until(lambda: other.refresh().model.job_id)
    (file,) = other.files().itertuples()
    assert (file.filename, file.size_bytes) == ("here.fastq", len(READS))
    assert there.stored(str(file.uri)) == READS
