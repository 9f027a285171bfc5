"""Files that a browser sends to S3 by itself: a real server, `requests` for the browser."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import boto3
import pytest
import requests
from api import signed_in
from batch_api import BatchApi
from uploads.strict_s3 import strict_s3

KIB = 1024
PART = 64 * KIB


@pytest.fixture
def strict(aws_environment, s3_url, monkeypatch):
    """S3 that checks what it is sent, in the place of moto alone."""
    with strict_s3("testing") as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", server.url)
        yield server


@pytest.fixture
def bucket(strict) -> str:
    """An empty bucket."""
    name = f"lab-{uuid4().hex}"
    client = boto3.client("s3")
    client.create_bucket(Bucket=name)
    client.close()
    return name


@pytest.fixture
def jp_server_config(jp_server_config, batch: BatchApi, bucket: str, monkeypatch):
    """The server uses it, and small parts."""
    monkeypatch.setattr("omnidomain_jupyter.services.browser_uploads.BROWSER_PART_SIZE", PART)
    jp_server_config["OmniDomainApp"] |= {
        "compute_backend": "aws_batch",
        "base_outdir": f"s3://{bucket}/lab/results",
        "batch_job_queue": "queue",
        "batch_job_definition": "definition",
        "batch_region": "us-east-1",
        "batch_endpoint_url": batch.url,
    }
    return jp_server_config


class Browser:
    """A scientist's browser, with a file that was picked."""

    def __init__(self, api, data: bytes, name: str = "a.fastq.gz") -> None:
        self._api = api
        self._data = data
        self._name = name
        self.upload: dict = {}

    async def begin(self, **more) -> dict:
        body = {"filename": self._name, "size_bytes": len(self._data), **more}
        answer = await self._api.post("uploads", body)
        assert answer.code == 201, answer.body
        self.upload = answer.data
        return answer.data

    def part(self, number: int) -> bytes:
        size = self.upload["part_size"]
        return self._data[(number - 1) * size : number * size]

    async def links(self, *numbers: int) -> list[dict]:
        wanted = [
            {
                "number": number,
                **(
                    {"sha256": hashlib.sha256(self.part(number)).hexdigest()}
                    if self.upload["checksums"]
                    else {}
                ),
            }
            for number in numbers
        ]
        answer = await self.post("parts", {"parts": wanted})
        assert answer.code == 200, answer.body
        assert answer.headers["Cache-Control"] == "no-store"
        return answer.data["links"]

    async def send(self, *numbers: int) -> None:
        for link in await self.links(*numbers):
            answer = await put(link, self.part(link["number"]))
            assert answer.status_code == 200, answer.text

    async def post(self, what: str, body=None):
        return await self._api.post(f"uploads/{self.upload['upload_id']}/{what}", body)

    async def get(self):
        return await self._api.get(f"uploads/{self.upload['upload_id']}")

    async def delete(self):
        return await self._api.request("DELETE", f"uploads/{self.upload['upload_id']}")


async def put(link: dict, body: bytes, **headers: str) -> requests.Response:
    """Send a part as a browser does: with the headers it was told, and none of the server's."""
    return await asyncio.to_thread(
        requests.put,
        link["url"],
        data=body,
        headers={**link["headers"], **headers},
        timeout=20,
    )


def open_uploads(s3, bucket: str) -> list[dict]:
    return s3.list_multipart_uploads(Bucket=bucket).get("Uploads", [])


@pytest.fixture
def browser(api) -> Browser:
    """A browser with a file of four parts, the last of them small."""
    return Browser(api, b"\x1f\x8b" + os.urandom(3 * PART + 98))


@pytest.mark.parametrize("checksums", [True, False])
async def test_the_whole_way_from_a_browser_to_a_job(
    browser, api, s3, bucket, batch, strict, checksums
):
    begun = await browser.begin(checksums=checksums)
    assert (begun["part_size"], begun["parts"], begun["complete"]) == (PART, 4, False)
    assert begun["largest_bytes"] == 5 * 1024**4
    await browser.send(1, 2, 3)
    await browser.send(4)
    done = await browser.post("complete")

    assert done.code == 200, done.body
    assert done.data["uri"] == begun["uri"]
    assert done.data["size_bytes"] == 3 * PART + 100
    key = begun["uri"].removeprefix(f"s3://{bucket}/")
    assert key.startswith("lab/results/.inputs/")
    stored = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    assert stored == b"".join(browser.part(number) for number in range(1, 5))
    assert len(strict.puts) == 4

    sheet = f"sample_id\treads_1\na\t{begun['uri']}\n"
    report = await api.post("samplesheets/validate", {"pipeline": "ReadQC", "content": sheet})
    assert report.data["valid"], report.data["errors"]
    created = await api.post("submissions", {"pipeline": "ReadQC", "content": sheet})
    assert created.code == 202
    async with asyncio.timeout(30):
        while not batch.jobs.all():
            await asyncio.sleep(0.1)
    assert begun["uri"] in batch.jobs.all()[0].command
    [run] = (await api.get("runs")).data["runs"]
    [file] = (await api.get(f"runs/{run['run_id']}/files")).data["files"]
    assert (file["uri"], file["size_bytes"]) == (begun["uri"], begun["size_bytes"])


async def test_after_a_reload_it_goes_on_with_what_is_missing(browser, s3, bucket, strict):
    begun = await browser.begin()
    assert (await browser.get()).data["done_parts"] == []
    await browser.send(1, 3)
    too_soon = await browser.post("complete")
    assert too_soon.code == 409
    assert "2 of 4 parts of the file have not arrived" in too_soon.data["message"]

    found = (await browser.get()).data
    assert {**found, "done_parts": [], "done_bytes": 0} == begun
    assert (found["done_parts"], found["done_bytes"]) == ([1, 3], 2 * PART)
    await browser.send(*(number for number in range(1, 5) if number not in found["done_parts"]))
    assert (await browser.post("complete")).code == 200

    # An answer that was lost is asked for again.
    assert (await browser.post("complete")).data["uri"] == begun["uri"]
    found = (await browser.get()).data
    assert found["complete"]
    assert (found["done_bytes"], found["size_bytes"]) == (3 * PART + 100, 3 * PART + 100)
    assert len(strict.puts) == 4
    again = await browser.post("parts", {"parts": [{"number": 1, "sha256": "0" * 64}]})
    assert again.code == 409
    assert begun["uri"] in again.data["message"]
    assert (await browser.delete()).code == 409
    assert open_uploads(s3, bucket) == []


async def test_giving_it_up_leaves_nothing(browser, s3, bucket):
    await browser.begin()
    await browser.send(1)
    (link,) = await browser.links(2)
    assert (await browser.delete()).code == 204
    assert open_uploads(s3, bucket) == []
    assert (await put(link, browser.part(2))).status_code >= 400
    for answer in (
        await browser.get(),
        await browser.delete(),
        await browser.post("complete"),
        await browser.post("parts", {"parts": [{"number": 1, "sha256": "0" * 64}]}),
    ):
        assert answer.code == 404
        assert answer.data["message"] == "There is no such upload."


async def test_s3_takes_nothing_but_the_part_that_was_signed(browser, strict):
    await browser.begin()
    (link,) = await browser.links(1)
    body = browser.part(1)
    # Changed on the way, longer, shorter, another header, for another part.
    assert (await put(link, b"x" * PART)).status_code == 400
    assert (await put(link, body + b"x")).status_code == 403
    assert (await put(link, body[:-1])).status_code == 403
    assert (await put(link, body, **{"x-amz-acl": "public-read"})).status_code == 403
    other = {**link, "url": link["url"].replace("partNumber=1", "partNumber=2")}
    assert other["url"] != link["url"]
    assert (await put(other, body)).status_code == 403
    assert (await browser.get()).data["done_parts"] == []
    assert strict.puts == []
    assert (await put(link, body)).status_code == 200
    assert (await browser.get()).data["done_parts"] == [1]


async def test_an_address_that_has_expired_is_asked_for_again(browser, strict):
    await browser.begin()
    answer = await browser.post("parts", {"parts": [{"number": 4, "sha256": "0" * 64}]})
    ends = datetime.fromisoformat(answer.data["expires_at"]) - datetime.now(UTC)
    assert timedelta(minutes=9) < ends <= timedelta(minutes=10)
    (link,) = await browser.links(1)
    strict.ahead = timedelta(minutes=9)
    assert (await put(link, browser.part(1))).status_code == 200
    strict.ahead = timedelta(minutes=11)
    assert (await put(link, browser.part(1))).status_code == 403


async def test_somebody_elses_upload_is_not_there(browser, jp_fetch, s3, bucket):
    begun = await browser.begin()
    eve = await signed_in(jp_fetch, "eve@example.org")
    url = f"uploads/{begun['upload_id']}"
    part = {"parts": [{"number": 1, "sha256": "0" * 64}]}
    for answer in (
        await eve.get(url),
        await eve.request("DELETE", url),
        await eve.post(f"{url}/parts", part),
        await eve.post(f"{url}/complete"),
    ):
        assert answer.code == 404
    assert len(open_uploads(s3, bucket)) == 1
    assert (await browser.get()).code == 200


async def test_a_file_that_s3_does_not_take_is_refused_before_anything_is_sent(api, s3, bucket):
    answer = await api.post("uploads", {"filename": "a.fq.gz", "size_bytes": 5 * 1024**4 + 1})
    assert answer.code == 413
    assert "S3 takes files of up to 5 TiB" in answer.data["message"]
    largest = await api.post("uploads", {"filename": "a.fq.gz", "size_bytes": 5 * 1024**4})
    assert largest.data["parts"] <= 10_000
    assert largest.data["part_size"] * largest.data["parts"] >= 5 * 1024**4
    assert len(open_uploads(s3, bucket)) == 1


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("Probe 1 (März).fastq.gz", "Probe-1-Marz-.fastq.gz"),
        ("样本.fastq.gz", "file-.fastq.gz"),
        ("-rf.fastq", "file-rf.fastq"),
        ("s*[1]{a,b}?.fq", "s-1-a-b-.fq"),
        ("ü" * 124 + ".fq.gz", "u" * 124 + ".fq.gz"),
    ],
)
async def test_names_that_scientists_have(api, s3, name, called):
    browser = Browser(api, b"@" * 10, name)
    begun = await browser.begin()
    await browser.send(1)
    assert (await browser.post("complete")).data["filename"] == called
    assert begun["uri"].endswith(f"/{called}")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("reads/a.fastq.gz", "contains a folder"),
        ("..\\a.fastq.gz", "contains a folder"),
        ("..", "is empty"),
        ("  ", "is empty"),
        ("a\n.fastq", "control character"),
        ("a\x7f.fastq", "control character"),
        ("ü" * 128, "more than 255 bytes"),
    ],
)
async def test_names_that_are_none(api, name, says):
    answer = await api.post("uploads", {"filename": name, "size_bytes": 1})
    assert answer.code == 422
    (error,) = answer.data["errors"]
    assert error["column"] == "filename"
    assert says in error["message"]


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ([{"number": 1}], "Part 1 needs its SHA-256"),
        ([{"number": 5, "sha256": "0" * 64}], "There is no part 5: the file has 4"),
        ([{"number": 0, "sha256": "0" * 64}], "greater than or equal to 1"),
        ([{"number": 1, "sha256": "abc"}], "parts.0.sha256"),
        ([], "at least 1"),
    ],
)
async def test_parts_that_are_none(browser, parts, says):
    await browser.begin()
    answer = await browser.post("parts", {"parts": parts})
    assert answer.code == 422
    assert says in answer.data["message"]


async def test_bad_requests(api, browser):
    assert (await api.post("uploads", {"filename": "a", "size_bytes": 0})).code == 422
    assert (await api.post("uploads", {"filename": "a", "size_bytes": "1"})).code == 422
    assert (await api.get("uploads/none")).code == 404
    assert (await api.get(f"uploads/{uuid4()}")).code == 404
    await browser.begin(checksums=False)
    part = {"parts": [{"number": 1, "sha256": "0" * 64}]}
    assert (await browser.post("parts", part)).code == 422


async def test_no_address_is_logged(browser, caplog):
    caplog.set_level(logging.DEBUG, "omnidomain_jupyter")
    caplog.set_level(logging.DEBUG, "OmniDomainApp")
    caplog.set_level(logging.INFO)
    await browser.begin()
    await browser.send(1, 2, 3, 4)
    await browser.post("complete")
    assert "X-Amz" not in caplog.text
    assert UUID(browser.upload["upload_id"])


class TestLocal:
    """A server whose runs run on it."""

    @pytest.fixture
    def jp_server_config(self, jp_server_config):
        jp_server_config["OmniDomainApp"] |= {"compute_backend": "local", "base_outdir": "out"}
        return jp_server_config

    async def test_takes_no_uploads_and_says_what_to_do(self, api):
        answer = await api.post("uploads", {"filename": "a.fastq.gz", "size_bytes": 5})
        assert answer.code == 409
        assert "Put the file into Jupyter's file browser" in answer.data["message"]
        assert (await api.get(f"uploads/{uuid4()}")).code == 409


class TestWithoutBucket:
    """A server whose bucket is not there."""

    @pytest.fixture
    def jp_server_config(self, jp_server_config):
        jp_server_config["OmniDomainApp"]["base_outdir"] = "s3://nobodys/lab"
        return jp_server_config

    async def test_says_so(self, api):
        answer = await api.post("uploads", {"filename": "a.fastq.gz", "size_bytes": 5})
        assert answer.code == 502
        assert "There is no bucket 'nobodys'" in answer.data["message"]
