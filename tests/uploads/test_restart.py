"""Uploads and servers that come and go: real services, one database, moto's S3."""

from __future__ import annotations

import threading
from uuid import uuid4

from uploads.breaking_proxy import breaking_proxy
from uploads.submitting_server import PART, SIZE, SLOWLY, begun, interrupted, until

from omnidomain_jupyter.compute.s3_parts import Digest, digest_of
from omnidomain_jupyter.status import RunStatus


def test_an_upload_goes_on_after_a_restart(
    make_server, s3, s3_url, bucket, root, batch, monkeypatch
):
    first = make_server()
    (run_id,) = first.store(bucket, "a.fastq")
    there = interrupted(first, s3, s3_url, bucket, monkeypatch)
    assert 20 < there < 100
    assert first.status(run_id) is RunStatus.CREATED
    assert not batch.jobs.all()

    with breaking_proxy(s3_url) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", proxy.url)
        second = make_server()
        assert second.drain.drain() == 1
        assert proxy.sent < SIZE - (there - 5) * PART
    assert second.status(run_id) is RunStatus.SUBMITTED
    (key,) = (each["Key"] for each in s3.list_objects_v2(Bucket=bucket)["Contents"])
    assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == (root / "a.fastq").read_bytes()
    (job,) = batch.jobs.all()
    assert f"s3://{bucket}/{key}" in job.command


def test_what_was_cancelled_while_no_server_ran_is_taken_back(
    make_server, s3, s3_url, bucket, batch, monkeypatch
):
    first = make_server()
    (run_id,) = first.store(bucket, "a.fastq")
    interrupted(first, s3, s3_url, bucket, monkeypatch)
    first.cancel(run_id)
    assert begun(s3, bucket)

    make_server().drain.drain()

    until(lambda: not begun(s3, bucket))
    assert not batch.jobs.all()


def test_what_is_cancelled_between_two_tries_is_taken_back(
    make_server, s3, s3_url, bucket, monkeypatch, caplog
):
    monkeypatch.setattr("omnidomain_jupyter.services.uploads.TRY_AGAIN_S", (1.0,))
    server = make_server()
    (run_id,) = server.store(bucket, "a.fastq")
    with breaking_proxy(s3_url) as proxy:
        proxy.bytes_per_s = SLOWLY
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", proxy.url)
        draining = threading.Thread(target=server.drain.drain)
        draining.start()
        until(lambda: begun(s3, bucket))
        proxy.go_away()
        until(lambda: "is not uploaded yet" in caplog.text)
        server.cancel(run_id)
        assert begun(s3, bucket)
        proxy.go_away(away=False)
        draining.join()
        until(lambda: not begun(s3, bucket))


def test_what_is_cancelled_while_its_file_is_read_again_is_taken_back(
    make_server, s3, s3_url, bucket, monkeypatch
):
    first = make_server()
    (run_id,) = first.store(bucket, "a.fastq")
    interrupted(first, s3, s3_url, bucket, monkeypatch)
    second = make_server()

    def cancelled_meanwhile(*arguments, **options) -> Digest:
        second.cancel(run_id)
        return digest_of(*arguments, **options)

    monkeypatch.setattr("omnidomain_jupyter.services.uploads.digest_of", cancelled_meanwhile)
    second.drain.drain()

    until(lambda: not begun(s3, bucket))


def test_what_could_not_be_taken_back_is_tried_again(
    make_server, s3, s3_url, bucket, monkeypatch, caplog
):
    monkeypatch.setattr("omnidomain_jupyter.services.uploads.TIDY_INTERVAL_S", 0.0)
    first = make_server()
    (run_id,) = first.store(bucket, "a.fastq")
    interrupted(first, s3, s3_url, bucket, monkeypatch)
    first.cancel(run_id)
    second = make_server()
    with breaking_proxy(s3_url) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", proxy.url)
        proxy.go_away()
        second.drain.drain()
        until(lambda: "not taken back yet" in caplog.text)
        assert begun(s3, bucket)
        proxy.go_away(away=False)
        second.drain.drain()
        until(lambda: not begun(s3, bucket))


def test_what_a_browser_has_sent_does_not_keep_parts_of_the_same_content(
    make_server, s3, s3_url, bucket, root, monkeypatch
):
    first = make_server()
    (run_id,) = first.store(bucket, "a.fastq")
    interrupted(first, s3, s3_url, bucket, monkeypatch)
    user_id, sha256 = uuid4(), digest_of(root / "a.fastq", part_size=PART).sha256
    folder = f"s3://{bucket}/lab/.inputs/{user_id}/{uuid4()}/{SIZE}-{PART}.{sha256}"
    second = make_server()
    (sent,) = second.store(bucket, f"{folder}/a.fastq", user_id=user_id)
    with second.database.reading() as transaction:
        assert [file.sha256 for file in transaction.runs.files.of_run(sent)] == [sha256]
    second.cancel(run_id)

    second.uploads.take_back()

    assert not begun(s3, bucket)


def test_a_file_of_another_name_does_not_keep_parts_of_the_same_content(
    make_server, s3, s3_url, bucket, root, monkeypatch
):
    first = make_server()
    (run_id,) = first.store(bucket, "a.fastq")
    interrupted(first, s3, s3_url, bucket, monkeypatch)
    (root / "b.fastq").write_bytes((root / "a.fastq").read_bytes())
    second = make_server()
    (other,) = second.store(bucket, "b.fastq")
    with second.database.writing() as transaction:
        files = transaction.runs.files
        (waiting,) = files.of_run(other)
        files.begun([other], waiting.uri, digest_of(root / "b.fastq", part_size=PART).sha256)
    second.cancel(run_id)

    second.uploads.take_back()

    assert not begun(s3, bucket)


def test_what_a_later_sheet_waits_for_is_not_taken_back(
    make_server, s3, s3_url, bucket, batch, monkeypatch
):
    first = make_server()
    (cancelled,) = first.store(bucket, "a.fastq")
    there = interrupted(first, s3, s3_url, bucket, monkeypatch)
    second = make_server()
    (run_id,) = second.store(bucket, "a.fastq")
    second.cancel(cancelled)

    second.uploads.take_back()

    assert begun(s3, bucket)
    with breaking_proxy(s3_url) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", proxy.url)
        third = make_server()
        assert third.drain.drain() == 1
        assert proxy.sent < SIZE - (there - 5) * PART
        third.uploads.take_back()
    assert third.status(run_id) is RunStatus.SUBMITTED
    with third.database.reading() as transaction:
        assert not transaction.runs.files.of_run(cancelled)


def test_a_server_with_other_disks_leaves_the_run_alone(
    make_server, s3, bucket, root, tmp_path, batch
):
    here = make_server()
    (run_id,) = here.store(bucket, "a.fastq")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    there = make_server("other-data", elsewhere)

    assert there.drain.drain() == 0
    assert there.status(run_id) is RunStatus.CREATED
    assert here.drain.drain() == 1
    assert here.status(run_id) is RunStatus.SUBMITTED


def test_an_s3_that_is_away_for_a_while(make_server, s3, s3_url, bucket, monkeypatch):
    monkeypatch.setattr("omnidomain_jupyter.services.uploads.TRY_AGAIN_S", (0.2,))
    with breaking_proxy(s3_url) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", proxy.url)
        proxy.go_away()
        threading.Timer(2.0, proxy.go_away, kwargs={"away": False}).start()
        server = make_server()
        (run_id,) = server.store(bucket, "a.fastq")
        assert server.drain.drain() == 1
    assert server.status(run_id) is RunStatus.SUBMITTED


def test_many_rows_that_name_one_file(make_server, s3, bucket, root, batch):
    server = make_server()
    runs = server.store(bucket, *["a.fastq"] * 30, *[str(root / "a.fastq")] * 30)
    assert server.drain.drain() == 60
    assert {server.status(run_id) for run_id in runs} == {RunStatus.SUBMITTED}
    assert len(s3.list_objects_v2(Bucket=bucket)["Contents"]) == 1
    assert len(batch.jobs.all()) == 60
