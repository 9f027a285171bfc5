"""A run that gets no job leaves nothing on S3 of its files that were not all there."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import pytest
from uploads.breaking_proxy import BreakingProxy, breaking_proxy
from uploads.submitting_server import PART, SIZE, SLOWLY, Server, begun, interrupted, until

from omnidomain_jupyter.compute.s3_parts import Digest, digest_of
from omnidomain_jupyter.status import RunStatus
from omnidomain_jupyter.store.models import RejectedRow, Run

DIGEST_OF = "omnidomain_jupyter.services.uploads.digest_of"


@pytest.fixture
def root(root: Path) -> Path:
    """There is a second file of many parts beside the first."""
    (root / "b.fastq").write_bytes(os.urandom(SIZE))
    return root


@pytest.fixture(autouse=True)
def _no_second_try(monkeypatch) -> None:
    monkeypatch.setattr("omnidomain_jupyter.services.uploads.TRY_AGAIN_S", (600.0,))
    monkeypatch.setattr("omnidomain_jupyter.services.uploads.LATER_S", 0.1)


def begun_files(s3, bucket: str) -> list[str]:
    return sorted(each["Key"].rpartition("/")[2] for each in begun(s3, bucket))


def run_of(server: Server, run_id: UUID) -> Run:
    with server.database.reading() as transaction:
        return transaction.runs._session.get(Run, run_id)


def rejected(server: Server, run_id: UUID) -> list[RejectedRow]:
    """Return the rejected rows of the only sheet there is; its run is gone."""
    assert server.status(run_id) is None
    with server.database.reading() as transaction:
        return list(transaction.runs._session.query(RejectedRow))


@contextmanager
def pausing(
    server: Server, s3, s3_url: str, bucket: str, monkeypatch, caplog
) -> Iterator[tuple[BreakingProxy, Callable[[], None]]]:
    """Let S3 be away when parts of a.fastq are there; gives it, and what refuses b.fastq."""
    gone = threading.Event()

    def gone_in_time(path: Path, **options) -> Digest:
        if path.name == "b.fastq":
            assert gone.wait(60)
            path.unlink()
        return digest_of(path, **options)

    monkeypatch.setattr(DIGEST_OF, gone_in_time)
    with breaking_proxy(s3_url) as proxy:
        proxy.bytes_per_s = SLOWLY
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", proxy.url)
        draining = threading.Thread(target=server.drain.drain)
        draining.start()
        until(lambda: begun(s3, bucket))
        proxy.go_away()
        until(lambda: "a.fastq is not uploaded yet" in caplog.text)
        assert begun_files(s3, bucket) == ["a.fastq"]
        yield proxy, gone.set
        draining.join(60)
        assert not draining.is_alive()


def test_a_file_between_two_tries_is_taken_back(
    make_server, s3, s3_url, bucket, batch, monkeypatch, caplog
):
    server = make_server()
    (run_id,) = server.store(bucket, ("a.fastq", "b.fastq"))
    with pausing(server, s3, s3_url, bucket, monkeypatch, caplog) as (proxy, refuse):
        proxy.go_away(away=False)
        refuse()
    assert not begun(s3, bucket)
    assert not server.uploads._files
    assert not server.uploads._waiting
    assert not server.uploads._given_up
    (row,) = rejected(server, run_id)
    assert "b.fastq could not be uploaded: it cannot be read: No such file" in row.reason
    assert not batch.jobs.all()


def test_the_run_stays_until_that_is_done(
    make_server, s3, s3_url, bucket, batch, monkeypatch, caplog
):
    server = make_server()
    (run_id,) = server.store(bucket, ("a.fastq", "b.fastq"))
    with pausing(server, s3, s3_url, bucket, monkeypatch, caplog) as (proxy, refuse):
        refuse()
        until(lambda: "was not taken back" in caplog.text)
        # Whoever takes over from here finds by its record what to take back.
        assert server.status(run_id) is RunStatus.CREATED
        assert begun_files(s3, bucket) == ["a.fastq"]
        proxy.go_away(away=False)
    assert not begun(s3, bucket)
    assert len(rejected(server, run_id)) == 1
    assert caplog.text.count("was not taken back") == 1
    assert not batch.jobs.all()


def test_a_run_that_was_cancelled_meanwhile_is_forgotten_with_its_files(
    make_server, s3, s3_url, bucket, monkeypatch, caplog
):
    server = make_server()
    (run_id,) = server.store(bucket, ("a.fastq", "b.fastq"))
    with pausing(server, s3, s3_url, bucket, monkeypatch, caplog) as (proxy, refuse):
        proxy.go_away(away=False)
        server.cancel(run_id)
        refuse()
        until(lambda: not server.uploads._waiting)
        assert not server.uploads._files
        server.uploads.take_back()
    assert not begun(s3, bucket)
    assert server.status(run_id) is RunStatus.CANCELLED


def test_what_an_earlier_server_has_begun_is_taken_back(
    make_server, s3, s3_url, bucket, root, batch, monkeypatch
):
    first = make_server()
    (run_id,) = first.store(bucket, ("a.fastq", "b.fastq"))
    interrupted(first, s3, s3_url, bucket, monkeypatch)
    assert begun_files(s3, bucket) == ["a.fastq", "b.fastq"]
    (root / "b.fastq").write_bytes(b"@another one")

    def given_up_while_read(path: Path, *, goes_on: Callable[[], bool], **options) -> Digest:
        if path.name == "a.fastq":
            until(lambda: not goes_on())
        return digest_of(path, goes_on=goes_on, **options)

    monkeypatch.setattr(DIGEST_OF, given_up_while_read)
    second = make_server()
    second.drain.drain()

    until(lambda: not second.uploads._files)
    assert not begun(s3, bucket)
    (row,) = rejected(second, run_id)
    assert "b.fastq could not be uploaded: it has changed" in row.reason
    assert not batch.jobs.all()


def test_so_it_is_for_a_run_that_nobody_waits_for(
    make_server, s3, s3_url, bucket, batch, monkeypatch
):
    first = make_server()
    (run_id,) = first.store(bucket, "a.fastq", in_sheet=False)
    interrupted(first, s3, s3_url, bucket, monkeypatch)
    assert begun(s3, bucket)

    second = make_server()
    second.drain.drain()

    assert second.status(run_id) is None
    assert not begun(s3, bucket)
    assert not batch.jobs.all()


def test_what_another_run_waits_for_is_not_taken_back(
    make_server, s3, s3_url, bucket, root, batch, monkeypatch
):
    first = make_server()
    (refused,) = first.store(bucket, ("a.fastq", "b.fastq"))
    interrupted(first, s3, s3_url, bucket, monkeypatch)
    (root / "b.fastq").write_bytes(b"@another one")
    second = make_server()
    (run_id,) = second.store(bucket, "a.fastq")

    assert second.uploads.give_up(run_of(second, refused)) is None

    assert begun_files(s3, bucket) == ["a.fastq"]
    assert second.status(refused) is RunStatus.CREATED
    upload = {name: begun(s3, bucket)[0][name] for name in ("Key", "UploadId")}
    there = len(s3.list_parts(Bucket=bucket, **upload)["Parts"])
    with breaking_proxy(s3_url) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", proxy.url)
        third = make_server()
        assert third.drain.drain() == 2
        assert proxy.sent < SIZE - (there - 5) * PART
    assert third.status(run_id) is RunStatus.SUBMITTED
    assert len(rejected(third, refused)) == 1
    assert not begun(s3, bucket)
    assert len(batch.jobs.all()) == 1


def test_of_several_runs_that_are_given_up_the_last_one_takes_it_back(
    make_server, s3, s3_url, bucket, monkeypatch
):
    first = make_server()
    run_ids = first.store(bucket, "a.fastq", "a.fastq")
    interrupted(first, s3, s3_url, bucket, monkeypatch)
    second = make_server()
    one, other = (run_of(second, run_id) for run_id in run_ids)

    assert second.uploads.give_up(one) is None
    assert begun(s3, bucket)
    assert second.uploads.give_up(other) is None
    assert not begun(s3, bucket)
