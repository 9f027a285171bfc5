"""S3 over HTTP: real boto3, against moto's server and against one that refuses."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from moto_account import moto_account

from omnidomain_jupyter.compute.s3 import LookCancelledError, S3Files, S3UnavailableError, split_uri


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with moto_account() as url:
        yield url


@pytest.fixture(autouse=True)
def aws(monkeypatch, tmp_path):
    """An environment that leads to no account of anybody's."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "no-config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "no-credentials"))
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)


class Counted(S3Files):
    """Counts the questions that really go out."""

    def __init__(self) -> None:
        from omnidomain_jupyter.compute.s3 import default_client

        self.asked: Counter[str] = Counter()

        def client():
            made = default_client()
            made.meta.events.register(
                "before-send.s3.*",
                lambda request, **_: self.asked.update([_operation(request)]),
            )
            return made

        super().__init__(client)


def _operation(request) -> str:
    return "list" if "list-type" in request.url else request.method.lower()


@pytest.fixture
def s3(endpoint, monkeypatch) -> Counted:
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    return Counted()


@pytest.fixture
def bucket(s3) -> str:
    name = f"reads-{uuid4().hex}"
    s3._client().create_bucket(Bucket=name)
    return name


def put(s3, bucket, *keys):
    for key in keys:
        s3._client().put_object(Bucket=bucket, Key=key, Body=b"reads")
    s3.asked.clear()


def states(found):
    return {uri: each.state for uri, each in found.items()}


def test_there_and_not_there(s3, bucket):
    put(s3, bucket, "run7/S1_R1.fastq.gz", "run7/ä b+c%20.fastq")
    there = [f"s3://{bucket}/run7/S1_R1.fastq.gz", f"s3://{bucket}/run7/ä b+c%20.fastq"]
    gone = f"s3://{bucket}/run7/S2_R1.fastq.gz"

    found = s3.look([*there, gone, there[0]])

    assert states(found) == {there[0]: "exists", there[1]: "exists", gone: "missing"}
    assert found[there[0]].size == 5
    assert found[gone].reason == f"{gone} is not there."


def test_a_folder_is_there_when_something_is_in_it(s3, bucket):
    put(s3, bucket, "run7/S1.bam")
    names = [
        f"s3://{bucket}/run7/",
        f"s3://{bucket}/run8/",
        f"s3://{bucket}/",
        f"s3://{bucket}/run",
    ]

    assert list(states(s3.look(names)).values()) == ["exists", "missing", "exists", "missing"]


def test_a_bucket_that_is_not_there_is_told_from_a_missing_file(s3):
    uri = f"s3://no-such-{uuid4().hex}/a.bam"

    (found,) = s3.look([uri]).values()

    assert found.state == "missing"
    assert "There is no bucket 'no-such-" in found.reason


@pytest.mark.parametrize("uri", ["s3://", "s3:///a", "s3://bucket", "reads/a.bam", "http://a/b"])
def test_what_is_no_address_is_missing_and_says_why(uri):
    (found,) = S3Files().look([uri]).values()

    assert found.state == "missing"
    assert uri in found.reason


def test_a_name_that_no_bucket_can_have(s3):
    (found,) = s3.look(["s3://Not A Bucket!/a.bam"]).values()

    assert found.state == "unreachable"
    assert "name of the bucket" in found.reason


def test_many_files_of_one_folder_are_listed_and_not_asked_for_one_by_one(s3, bucket):
    keys = [f"run7/S{number}_R1.fastq.gz" for number in range(20)]
    put(s3, bucket, *keys[:18], "run7/below/S18_R1.fastq.gz")

    found = s3.look(f"s3://{bucket}/{key}" for key in keys)

    assert Counter(states(found).values()) == {"exists": 18, "missing": 2}
    assert found[f"s3://{bucket}/run7/S18_R1.fastq.gz"].state == "missing"
    assert s3.asked == {"list": 1}


def test_few_files_are_asked_for_one_by_one(s3, bucket):
    put(s3, bucket, "run7/a.bam", "run7/b.bam")

    s3.look([f"s3://{bucket}/run7/a.bam", f"s3://{bucket}/run7/b.bam"])

    assert s3.asked == {"head": 2}


def test_a_huge_folder_is_not_listed_to_its_end(s3, bucket, monkeypatch):
    keys = [f"run7/{number:04}.bam" for number in range(60)]
    put(s3, bucket, *keys)
    s3._client().meta.events.register(
        "provide-client-params.s3.ListObjectsV2", lambda params, **_: {**params, "MaxKeys": 5}
    )
    wanted = [f"s3://{bucket}/{key}" for key in [*keys[:4], *keys[56:]]]

    found = s3.look([*wanted, f"s3://{bucket}/run7/0003x.bam"])

    assert states(found) == dict.fromkeys(wanted, "exists") | {
        f"s3://{bucket}/run7/0003x.bam": "missing"
    }
    # Two pages of five; the first four and the missing one were among them.
    assert s3.asked == {"list": 2, "head": 4}


def test_ten_thousand_files(s3, bucket):
    put(s3, bucket, "run7/S00000.bam", "run7/S09999.bam")

    found = s3.look(f"s3://{bucket}/run7/S{number:05}.bam" for number in range(10_000))

    assert Counter(states(found).values()) == {"exists": 2, "missing": 9_998}
    assert s3.asked.total() == 1


def test_a_look_can_be_given_up(s3, bucket):
    asked = []

    def cancelled():
        asked.append(True)
        return len(asked) > 3

    uris = [f"s3://{bucket}/{number}/a.bam" for number in range(500)]
    with pytest.raises(LookCancelledError):
        s3.look(uris, cancelled=cancelled)
    assert s3.asked["head"] < 200


def test_listing_a_folder(s3, bucket):
    put(s3, bucket, "run7/", "run7/b.bam", "run7/a.bam", "run7/deep/c.bam", "run70/d.bam")

    whole = s3.list(f"s3://{bucket}/run7", 100)
    flat = s3.list(f"s3://{bucket}/run7/", 100, below=False)
    two = s3.list(f"s3://{bucket}/run7", 2)

    assert [uri for uri, _ in whole.objects] == [
        f"s3://{bucket}/run7/{name}" for name in ("a.bam", "b.bam", "deep/c.bam")
    ]
    assert not whole.truncated
    assert [uri for uri, _ in flat.objects] == [f"s3://{bucket}/run7/{n}.bam" for n in "ab"]
    assert (len(two.objects), two.truncated) == (2, True)
    assert len(s3.list(f"s3://{bucket}", 100).objects) == 4


def test_a_folder_of_no_bucket_cannot_be_listed(s3):
    with pytest.raises(S3UnavailableError, match="no bucket"):
        s3.list("s3://no-such-bucket-here/run7", 10)
    with pytest.raises(S3UnavailableError, match="begin with s3://"):
        s3.list("reads/run7", 10)


def test_no_credentials(s3, bucket, monkeypatch):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    uris = [f"s3://{bucket}/{number}.bam" for number in range(40)]

    found = S3Files().look(uris)

    assert {each.state for each in found.values()} == {"unreachable"}
    assert all("no AWS credentials" in each.reason for each in found.values())


def test_an_account_that_is_not_in_the_settings(monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "lab")

    (found,) = S3Files().look(["s3://bucket/a.bam"]).values()

    assert found.state == "unreachable"
    assert "lab" in found.reason


def test_nobody_answers(monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")

    found = S3Files().look([f"s3://bucket/{number}/a.bam" for number in range(100)])

    assert {each.state for each in found.values()} == {"unreachable"}
    assert all("cannot be reached" in each.reason for each in found.values())


class Refusing(BaseHTTPRequestHandler):
    """S3 as somebody sees it whose permissions are few. The bucket's name says which."""

    protocol_version = "HTTP/1.1"

    def do_HEAD(self):
        bucket = self.path.split("/")[1]
        status = {"reader": 200, "expired": 400, "elsewhere": 400, "lister": 403}.get(bucket, 403)
        if bucket == "reader" and "gone" in self.path:
            status = 403  # no permission to list: what is missing is forbidden
        self.answer(status, b"", {"Content-Length": "7"} if status == 200 else {})

    def do_GET(self):
        bucket = urlsplit(self.path).path.strip("/").split("/")[0]
        if bucket == "lister":
            prefix = parse_qs(urlsplit(self.path).query).get("prefix", [""])[0]
            inner = f"<Prefix>{prefix}</Prefix><KeyCount>0</KeyCount>"
            return self.answer(200, f"<ListBucketResult>{inner}</ListBucketResult>".encode())
        code, status = {
            "expired": ("ExpiredToken", 400),
            "stranger": ("InvalidAccessKeyId", 403),
            "elsewhere": ("AuthorizationHeaderMalformed", 400),
        }.get(bucket, ("AccessDenied", 403))
        region = "<Region>eu-central-1</Region>" if bucket == "elsewhere" else ""
        return self.answer(status, f"<Error><Code>{code}</Code>{region}</Error>".encode())

    def answer(self, status, body, headers=None):
        self.send_response(status)
        for name, value in (headers or {"Content-Length": str(len(body))}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def refusing(monkeypatch) -> Iterator[S3Files]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Refusing)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
    files = S3Files()
    yield files
    files._client().close()
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("uri", "state", "says"),
    [
        ("s3://reader/there.bam", "exists", ""),
        ("s3://reader/gone.bam", "forbidden", "not there, or may not be read with these AWS cred"),
        ("s3://closed/a.bam", "forbidden", "not there, or may not be read"),
        ("s3://closed/folder/", "forbidden", "not there, or may not be read"),
        ("s3://lister/a.bam", "forbidden", "is there, but may not be read"),
        ("s3://expired/a.bam", "unreachable", "have expired"),
        ("s3://stranger/a.bam", "unreachable", "does not accept the credentials"),
        ("s3://elsewhere/a.bam", "unreachable", "eu-central-1"),
    ],
)
def test_refusals_are_told_apart(refusing, uri, state, says):
    (found,) = refusing.look([uri]).values()

    assert found.state == state
    assert says in found.reason


def test_where_listing_is_forbidden_files_are_asked_for_one_by_one(refusing):
    found = refusing.look(
        f"s3://reader/{name}{n}.bam" for name in ("there", "gone") for n in "12345"
    )

    assert Counter(states(found).values()) == {"exists": 5, "forbidden": 5}


def test_a_folder_that_may_not_be_listed(refusing):
    with pytest.raises(S3UnavailableError, match="may not be listed"):
        refusing.list("s3://closed/run7", 10)


def test_addresses():
    assert split_uri("S3://b/k/l m.bam") == ("b", "k/l m.bam")
    assert split_uri("s3://b", folder=True) == ("b", "")
