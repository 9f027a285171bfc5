"""Files on their way to S3: real boto3 over HTTP, moto's server, and a connection that breaks."""

from __future__ import annotations

import hashlib
import os
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from uploads.breaking_proxy import breaking_proxy

from omnidomain_jupyter.compute.s3_parts import (
    LARGEST_OBJECT,
    MOST_PARTS,
    digest_of,
    fitting_part_size,
)
from omnidomain_jupyter.compute.s3_upload_faults import UploadCancelledError
from omnidomain_jupyter.compute.s3_uploads import S3Uploads, upload_client
from omnidomain_jupyter.errors import BackendRefusedError, BackendThrottledError

KIB = 1024
PART = 64 * KIB


@pytest.fixture
def asked() -> Counter[str]:
    """What really went to S3, by operation."""
    return Counter()


@pytest.fixture
def make_uploads(aws_environment, asked) -> Iterator[Callable[..., S3Uploads]]:
    made: list[S3Uploads] = []

    def make(**options) -> S3Uploads:
        def client():
            client = upload_client()
            client.meta.events.register(
                "before-call.s3.*", lambda model, **_: asked.update([model.name])
            )
            return client

        made.append(S3Uploads(client, part_size=PART, **options))
        return made[-1]

    yield make
    for each in made:
        each.close()
        if each._made is not None:
            each._made.close()


@pytest.fixture
def uploads(make_uploads) -> S3Uploads:
    return make_uploads()


def written(path: Path, size: int) -> Path:
    path.write_bytes(os.urandom(size))
    return path


def content(s3, bucket: str, key: str) -> bytes:
    return s3.get_object(Bucket=bucket, Key=key)["Body"].read()


def begun(s3, bucket: str) -> int:
    return len(s3.list_multipart_uploads(Bucket=bucket).get("Uploads", ()))


def sent(uploads: S3Uploads, file: Path, uri: str, **options) -> bool:
    return uploads.upload(file, uri, digest_of(file, part_size=PART), **options)


@pytest.mark.parametrize("size", [0, 1, PART, PART + 1, 5 * PART, 9 * PART - 1])
def test_a_file_arrives_whole(uploads, s3, bucket, tmp_path, size):
    file = written(tmp_path / "a.fastq", size)
    told: list[int] = []

    assert sent(uploads, file, f"s3://{bucket}/in/ä b.fastq", progress=told.append)

    head = s3.head_object(Bucket=bucket, Key="in/ä b.fastq")
    assert content(s3, bucket, "in/ä b.fastq") == file.read_bytes()
    assert head["Metadata"]["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert told == sorted(told)
    assert told[-1] == size
    assert begun(s3, bucket) == 0


def test_parts_that_are_larger_than_what_is_read_at_a_time(uploads, s3, bucket, tmp_path):
    file = written(tmp_path / "a.fastq", 5 * 1000 * KIB)
    assert uploads.upload(file, f"s3://{bucket}/a", digest_of(file, part_size=2000 * KIB))
    assert content(s3, bucket, "a") == file.read_bytes()


def test_what_is_there_is_not_sent_again(uploads, s3, bucket, tmp_path, asked):
    file = written(tmp_path / "a.fastq", 3 * PART)
    uri = f"s3://{bucket}/a.fastq"
    sent(uploads, file, uri)
    asked.clear()

    assert not sent(uploads, file, uri)
    assert asked == {"HeadObject": 1}

    s3.put_object(Bucket=bucket, Key="a.fastq", Body=file.read_bytes())  # without its checksum
    assert sent(uploads, file, uri)
    written(file, 3 * PART)
    assert sent(uploads, file, uri)
    assert content(s3, bucket, "a.fastq") == file.read_bytes()


def test_a_connection_that_breaks_ten_times(
    make_uploads, s3, s3_url, bucket, tmp_path, monkeypatch
):
    size = 32 * KIB * KIB
    file = written(tmp_path / "a.fastq", size)
    cuts = [size * number // 11 for number in range(1, 11)]
    with breaking_proxy(s3_url, cuts) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", proxy.url)
        assert sent(make_uploads(), file, f"s3://{bucket}/a.fastq")
    assert proxy.broken == 10
    # Up to four parts were under way each time.
    assert proxy.sent <= 1.2 * size
    whole = hashlib.sha256(content(s3, bucket, "a.fastq")).digest()
    assert whole == hashlib.sha256(file.read_bytes()).digest()


def test_a_later_try_goes_on_where_the_first_one_ended(
    make_uploads, s3, s3_url, bucket, tmp_path, monkeypatch, asked
):
    file = written(tmp_path / "a.fastq", 40 * PART)
    with breaking_proxy(s3_url) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", proxy.url)
        impatient = make_uploads(patience_s=0.2)

        def cut(done: int) -> None:
            if done > 20 * PART:
                proxy.go_away()

        with pytest.raises(BackendThrottledError):
            sent(impatient, file, f"s3://{bucket}/a.fastq", progress=cut)
    assert begun(s3, bucket) == 1
    asked.clear()
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", s3_url)

    assert sent(make_uploads(), file, f"s3://{bucket}/a.fastq")

    assert content(s3, bucket, "a.fastq") == file.read_bytes()
    assert asked["UploadPart"] < 20
    assert asked["CreateMultipartUpload"] == 0


def test_a_cancelled_upload_leaves_nothing(uploads, s3, bucket, tmp_path):
    file = written(tmp_path / "a.fastq", 40 * PART)
    told: list[int] = []

    with pytest.raises(UploadCancelledError):
        sent(
            uploads,
            file,
            f"s3://{bucket}/a.fastq",
            goes_on=lambda: not told or told[-1] < 10 * PART,
            progress=told.append,
        )
    assert begun(s3, bucket) == 0
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)


def test_what_was_begun_can_be_taken_back(uploads, s3, bucket):
    for _ in range(2):
        s3.create_multipart_upload(Bucket=bucket, Key="in/a.fastq")
    s3.create_multipart_upload(Bucket=bucket, Key="in/a.fastq.gz")

    uploads.abort(f"s3://{bucket}/in/a.fastq")

    assert begun(s3, bucket) == 1


def test_two_at_the_same_time_make_one_object(make_uploads, s3, bucket, tmp_path):
    file = written(tmp_path / "a.fastq", 40 * PART)
    threads = [
        threading.Thread(target=sent, args=(make_uploads(), file, f"s3://{bucket}/a.fastq"))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert content(s3, bucket, "a.fastq") == file.read_bytes()


def test_an_upload_that_somebody_else_aborted_begins_anew(uploads, s3, bucket, tmp_path):
    file = written(tmp_path / "a.fastq", 40 * PART)
    aborted: list[str] = []

    def abort(done: int) -> None:
        if done > 10 * PART and not aborted:
            for each in s3.list_multipart_uploads(Bucket=bucket)["Uploads"]:
                aborted.append(each["UploadId"])
                s3.abort_multipart_upload(Bucket=bucket, Key="a", UploadId=each["UploadId"])

    assert sent(uploads, file, f"s3://{bucket}/a", progress=abort)
    assert aborted
    assert content(s3, bucket, "a") == file.read_bytes()


def test_a_file_that_shrinks_is_refused(uploads, s3, bucket, tmp_path):
    file = written(tmp_path / "a.fastq", 40 * PART)

    def shrink(done: int) -> None:
        if done > 5 * PART:
            os.truncate(file, 10 * PART)

    with pytest.raises(BackendRefusedError, match="became shorter"):
        sent(uploads, file, f"s3://{bucket}/a.fastq", progress=shrink)
    assert begun(s3, bucket) == 0


@pytest.mark.parametrize("size", [PART, 3 * PART])
def test_a_bucket_that_is_not_there(uploads, tmp_path, size):
    file = written(tmp_path / "a.fastq", size)
    with pytest.raises(BackendRefusedError, match="no bucket 'nobodys'"):
        sent(uploads, file, "s3://nobodys/a.fastq")


def test_no_credentials(uploads, tmp_path, monkeypatch):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(BackendRefusedError, match="no AWS credentials"):
        sent(uploads, written(tmp_path / "a", 1), "s3://lab/a")


def test_no_file_has_too_many_parts():
    assert fitting_part_size(80_000, 8) == 8
    for size in (0, 2**31, 2**40, LARGEST_OBJECT):
        assert -(-size // fitting_part_size(size, 8 * KIB * KIB)) <= MOST_PARTS
