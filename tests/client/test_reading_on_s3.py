"""Output files on S3 are read where a signed link leads, and the link is shown nowhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from client.on_s3 import OnS3, on_s3
from IPython.core.ultratb import VerboseTB

from omnidomain_jupyter.client import Run, ServerAwayError, connect
from omnidomain_jupyter.errors import BackendRefusedError, NotFoundError, OmniDomainError

PAGE = b"<title>Sign in</title>"


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OnS3]:
    """A server whose runs write to S3."""
    with on_s3(tmp_path_factory.mktemp("s3")) as there:
        yield there


@pytest.fixture
def run(there: OnS3) -> Iterator[Run]:
    """A run with one output file."""
    client = connect(there.server.url, there.server.token, f"{uuid4().hex}@example.org")
    there.s3.put_object(Bucket=there.bucket, Key="a.fastq", Body=b"@r\nA\n+\nI\n")
    sheet = f"sample_id\treads_1\na\ts3://{there.bucket}/a.fastq\n"
    submission = client.submit(sheet, "ReadQC")
    run = client.run(submission.runs()["run_id"][0])
    key = run.model.outdir.removeprefix(f"s3://{there.bucket}/")
    there.s3.put_object(Bucket=there.bucket, Key=f"{key}/note.txt", Body=b"it is well\n")
    yield run
    client.close()


@pytest.fixture
def instead(there: OnS3, monkeypatch) -> Callable[[str, str], list[dict[str, Any]]]:
    """Let something else answer at signed addresses; return what it was asked."""

    def answer(status: str, location: str = "") -> list[dict[str, Any]]:
        through = there.strict._app
        asked: list[dict[str, Any]] = []

        def app(environ, start_response):
            signed = "X-Amz-Signature" in environ["QUERY_STRING"]
            if not signed and environ["PATH_INFO"] != "/page":
                return through(environ, start_response)
            asked.append(dict(environ))
            if not signed:
                start_response("200 OK", [("Content-Type", "text/plain")])
                return [PAGE]
            start_response(status, [("Location", location)] if location else [])
            return [b""]

        monkeypatch.setattr(there.strict, "_app", app)
        return asked

    return answer


def told(run: Run, kind: type[OmniDomainError]) -> str:
    """Return what is said of a file that cannot be read, with all variables on the way."""
    try:
        run.read("note.txt")
    except kind:
        return VerboseTB("nocolor").text(*sys.exc_info())
    pytest.fail("it was read")


def test_it_is_read_there_without_any_token(run: Run, there: OnS3, tmp_path: Path, monkeypatch):
    seen: list[dict[str, Any]] = []
    through = there.strict._app

    def app(environ, start_response):
        if "X-Amz-Signature" in environ["QUERY_STRING"]:
            seen.append(dict(environ))
        return through(environ, start_response)

    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password planted-token\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setattr(there.strict, "_app", app)
    assert run.read("note.txt") == "it is well\n"
    assert len(seen) == 1
    assert "HTTP_AUTHORIZATION" not in seen[0]
    assert "HTTP_X_OMNIDOMAIN_AUTHORIZATION" not in seen[0]


@pytest.mark.parametrize(
    ("status", "kind", "said"),
    [
        ("403 Forbidden", BackendRefusedError, " answered with HTTP 403"),
        ("404 Not Found", NotFoundError, "note.txt"),
        ("503 Slow Down", ServerAwayError, " answered with HTTP 503"),
    ],
)
def test_a_refusal_is_told_without_the_signed_address(run: Run, instead, status, kind, said):
    instead(status)
    text = told(run, kind)
    assert said in text
    assert "X-Amz-" not in text


def test_s3_that_goes_away_is_told_without_the_signed_address(run: Run, there: OnS3, monkeypatch):
    def cut(*_: object) -> None:
        there.proxy.go_away()

    monkeypatch.setattr(there.strict, "_fault", cut)
    try:
        text = told(run, ServerAwayError)
    finally:
        there.proxy.go_away(away=False)
    assert f"{there.proxy.url.removeprefix('http://')} does not answer" in text
    assert "X-Amz-" not in text


def test_a_link_that_leads_on_is_not_followed(run: Run, there: OnS3, instead):
    asked = instead("307 Temporary Redirect", f"{there.strict.url}/page")
    text = told(run, BackendRefusedError)
    assert "leads elsewhere" in text
    assert len(asked) == 1
