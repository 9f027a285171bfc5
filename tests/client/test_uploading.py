"""Files of the kernel's machine go straight to S3, whole, and with no token of ours."""

from __future__ import annotations

import hashlib
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from client.live_server import LiveServer
from client.on_s3 import OnS3, on_s3
from IPython.core.ultratb import VerboseTB

from omnidomain_jupyter.client import Client, UploadFailedError, connect
from omnidomain_jupyter.errors import ConflictError, InvalidInputError

MIB = 1024**2
SIZE = 40 * MIB + 12_345  # three parts


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OnS3]:
    """A server whose runs read S3."""
    with on_s3(tmp_path_factory.mktemp("s3")) as there:
        yield there


@pytest.fixture
def uploader(there: OnS3) -> Iterator[Client]:
    client = connect(there.server.url, there.server.token, f"{uuid4().hex}@example.org")
    yield client
    client.close()


@pytest.fixture
def reads(tmp_path: Path) -> Path:
    file = tmp_path / "Probe 1 (März).fastq.gz"
    file.write_bytes(os.urandom(SIZE))
    return file


def test_a_file_arrives_whole(uploader: Client, reads: Path, there: OnS3):
    told: list[tuple[int, int]] = []
    puts = len(there.strict.puts)
    uri = uploader.upload(reads, lambda sent, size: told.append((sent, size)))
    assert uri.startswith(f"s3://{there.bucket}/results/.inputs/")
    assert uri.endswith("/Probe-1-Marz-.fastq.gz")
    assert there.stored(uri) == reads.read_bytes()
    assert len(there.strict.puts) - puts == 3
    assert told[-1] == (SIZE, SIZE)
    assert [sent for sent, _ in told] == sorted(sent for sent, _ in told)
    assert there.left_behind() == []


def test_a_bar_is_shown_until_all_is_there(uploader: Client, tmp_path: Path, capfd, there: OnS3):
    file = tmp_path / "small.fastq"
    file.write_bytes(b"@r\nACGT\n+\nIIII\n")
    assert there.stored(uploader.upload(str(file))) == file.read_bytes()
    assert "small.fastq: 100%" in capfd.readouterr().err
    uploader.upload(file, progress=False)
    assert capfd.readouterr().err == ""


def test_parts_that_broke_are_sent_again(uploader: Client, reads: Path, there: OnS3):
    before, broken = there.proxy.sent, there.proxy.broken
    there.proxy._cuts = [before + cut * MIB for cut in (3, 15, 30)]
    told: list[int] = []
    uri = uploader.upload(reads, lambda sent, _: told.append(sent))
    assert there.proxy.broken - broken == 3
    assert there.stored(uri) == reads.read_bytes()
    assert told[-1] == SIZE
    assert max(told) <= SIZE
    assert min(told) >= 0


def test_no_token_goes_to_s3(uploader: Client, reads: Path, there: OnS3, monkeypatch):
    seen: list[dict[str, str]] = []
    through = there.strict._app

    def app(environ, start_response):
        if "X-Amz-Signature" in environ["QUERY_STRING"]:
            seen.append({name: str(text) for name, text in environ.items()})
        return through(environ, start_response)

    netrc = reads.parent / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password planted-token\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setattr(there.strict, "_app", app)
    uploader.upload(reads, progress=False)
    connection, login = uploader._transport.connection, uploader._transport._login
    assert login is not None
    assert len(seen) == 3
    for environ in seen:
        names = {name for name in environ if name.startswith("HTTP_")}
        assert names <= {
            "HTTP_HOST",
            "HTTP_USER_AGENT",
            "HTTP_ACCEPT",
            "HTTP_ACCEPT_ENCODING",
            "HTTP_CONNECTION",
            "HTTP_X_AMZ_CHECKSUM_SHA256",
        }
        assert str(connection.token) not in str(environ)
        assert str(login.access_token) not in str(environ)


def interrupt(uploader: Client, reads: Path, there: OnS3) -> None:
    """Begin to send a file, and press Ctrl-C when a part of it has arrived."""
    puts = len(there.strict.puts)

    def press(_sent: int, _size: int) -> None:
        if len(there.strict.puts) > puts:
            signal.raise_signal(signal.SIGINT)

    through = there.strict._fault

    def others_come_again(environ, query, body):
        # All parts may arrive at one moment, after which nothing moves and nobody would press.
        later = environ["REQUEST_METHOD"] == "PUT" and query.get("partNumber") != "1"
        return ("503 Slow Down", "SlowDown") if later else through(environ, query, body)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(there.strict, "_fault", others_come_again)
        # However long the first part takes, the others do not give up before.
        patched.setattr("omnidomain_jupyter._sending_part.PAUSES", (0.2,) * 600)
        patched.setattr(there.proxy, "bytes_per_s", 20 * MIB)
        # Whoever runs the tests in the background has it ignored.
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            with pytest.raises(KeyboardInterrupt):
                uploader.upload(reads, press)
        finally:
            signal.signal(signal.SIGINT, before)


def test_after_an_interruption_the_same_file_goes_on(uploader: Client, reads: Path, there: OnS3):
    puts = len(there.strict.puts)
    interrupt(uploader, reads, there)
    assert len(there.left_behind()) == 1
    assert there.stored(uploader.upload(reads, progress=False)) == reads.read_bytes()
    assert len(there.strict.puts) - puts == 3, "what had arrived was not sent again"
    assert there.left_behind() == []


def test_a_refusal_leaves_what_another_call_has_sent(
    uploader: Client, reads: Path, there: OnS3, monkeypatch
):
    interrupt(uploader, reads, there)
    through = there.strict._fault
    monkeypatch.setattr(there.strict, "_fault", lambda *_: ("403 Forbidden", "AccessDenied"))
    with pytest.raises(UploadFailedError):
        uploader.upload(reads, progress=False)
    monkeypatch.setattr(there.strict, "_fault", through)
    assert len(there.left_behind()) == 1
    assert there.stored(uploader.upload(reads, progress=False)) == reads.read_bytes()


def test_a_file_that_another_call_has_completed_is_there(
    uploader: Client, reads: Path, there: OnS3, monkeypatch
):
    through, faster = there.strict._fault, []

    def overtaken(environ, query, body):
        if query.get("partNumber") == "3" and not faster:
            faster.append("")
            faster.append(Client(uploader._transport).upload(reads, progress=False))
        return through(environ, query, body)

    monkeypatch.setattr(there.strict, "_fault", overtaken)
    told: list[tuple[int, int]] = []
    uri = uploader.upload(reads, lambda sent, size: told.append((sent, size)))
    assert faster == ["", uri]
    assert there.stored(uri) == reads.read_bytes()
    assert told[-1] == (SIZE, SIZE)
    assert there.left_behind() == []


def test_a_refusal_is_told_and_nothing_is_left(
    uploader: Client, reads: Path, there: OnS3, monkeypatch
):
    monkeypatch.setattr(there.strict, "_fault", lambda *_: ("403 Forbidden", "AccessDenied"))
    with pytest.raises(UploadFailedError, match=r"was not uploaded: S3 refused it \(AccessDenied"):
        uploader.upload(reads, progress=False)
    assert there.left_behind() == []


def test_s3_that_stays_away_is_told_without_the_signed_address(
    uploader: Client, reads: Path, there: OnS3, monkeypatch
):
    monkeypatch.setattr("omnidomain_jupyter._sending_part.PAUSES", (0.01, 0.01))
    through = there.strict._fault
    monkeypatch.setattr(there.strict, "_fault", lambda *_: ("503 Slow Down", "SlowDown"))
    try:
        uploader.upload(reads, progress=False)
    except UploadFailedError:
        text = VerboseTB("nocolor").text(*sys.exc_info())
    assert "S3 did not take a part of it (SlowDown)" in text
    assert "X-Amz-Signature" not in text
    monkeypatch.setattr(there.strict, "_fault", through)
    assert there.stored(uploader.upload(reads, progress=False)) == reads.read_bytes()
    assert there.left_behind() == []


def test_after_an_outage_the_same_file_goes_on(
    uploader: Client, reads: Path, there: OnS3, monkeypatch
):
    monkeypatch.setattr("omnidomain_jupyter._sending_part.PAUSES", (0.01, 0.01))
    through, puts = there.strict._fault, len(there.strict.puts)

    def last_part_fails(environ, query, body):
        if query.get("partNumber") != "3":
            return through(environ, query, body)
        while len(there.strict.puts) - puts < 2:
            time.sleep(0.01)
        return "503 Slow Down", "SlowDown"

    monkeypatch.setattr(there.strict, "_fault", last_part_fails)
    with pytest.raises(UploadFailedError, match="Call this again with the same file"):
        uploader.upload(reads, progress=False)
    assert len(there.left_behind()) == 1
    monkeypatch.setattr(there.strict, "_fault", through)
    told: list[tuple[int, int]] = []
    uri = uploader.upload(reads, lambda sent, size: told.append((sent, size)), progress=False)
    assert there.stored(uri) == reads.read_bytes()
    assert len(there.strict.puts) - puts == 3, "what had arrived was not sent again"
    assert told[-1] == (SIZE, SIZE)
    assert there.left_behind() == []


def test_what_is_there_is_not_sent_again(uploader: Client, reads: Path, there: OnS3):
    uri = uploader.upload(reads, progress=False)
    puts, told = len(there.strict.puts), []
    assert uploader.upload(reads, lambda *sent: told.append(sent), progress=False) == uri
    assert len(there.strict.puts) == puts
    assert told == [(SIZE, SIZE)]
    with reads.open("r+b") as stream:
        stream.write(b"other")
    other = uploader.upload(reads, progress=False)
    assert other != uri
    assert there.stored(other) == reads.read_bytes()


def test_the_record_of_a_sent_file_has_its_checksum(uploader: Client, reads: Path, there: OnS3):
    uri = uploader.upload(reads, progress=False)
    run = uploader.submit(f"sample_id\treads_1\na\t{uri}\n", "ReadQC").runs()["run_id"][0]
    (file,) = uploader.run(run).files().itertuples()
    assert file.sha256 == hashlib.sha256(reads.read_bytes()).hexdigest()


def test_a_file_that_changes_meanwhile_is_not_taken(uploader: Client, reads: Path, there: OnS3):
    def change(_sent: int, _size: int) -> None:
        with reads.open("ab") as stream:
            stream.write(b"more")

    with pytest.raises(InvalidInputError, match="has changed while it was sent"):
        uploader.upload(reads, change)
    assert there.left_behind() == []


def test_what_is_no_file_is_told(uploader: Client, tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty.fastq").touch()
    for given, why in {
        "s3://lab/a.fastq.gz": "is on S3 already",
        "no.fastq.gz": f"There is no file no.fastq.gz in {tmp_path}",
        ".": "is no file",
        "empty.fastq": "is empty",
    }.items():
        with pytest.raises(InvalidInputError, match=why):
            uploader.upload(given)


def test_without_s3_it_says_what_to_do(client: Client, server: LiveServer, tmp_path: Path):
    file = tmp_path / "a.fastq.gz"
    file.write_bytes(b"x")
    with pytest.raises(ConflictError, match="Put the file into Jupyter's file browser"):
        client.upload(file)
    here = server.root / "b.fastq.gz"
    here.write_bytes(b"x")
    known = Client(client._transport)
    connection = client._transport.connection
    assert connection.root in {None, server.root}
    if connection.root is not None:
        with pytest.raises(ConflictError, match=r"Write b\.fastq\.gz into the sheet"):
            known.upload(here)
