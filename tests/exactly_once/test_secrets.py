"""No credential, token or secret in a log line, an answer or a row of the database."""

from __future__ import annotations

import base64
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import requests
from batch_api import Fault
from sqlalchemy import make_url

from .conftest import until

AWS_SECRET = "planted/aws+secret/0123456789abcdefghijKLMN"
AWS_SESSION = "planted-session-token//with+characters=="
JWT_SECRET = "planted jwt secret of more than 32 characters"
SIGN_IN = {"email": "ada@example.org"}


def forms(secret: str) -> Iterator[bytes]:
    """Yield a secret as it is, and as it may be written."""
    yield secret.encode()
    yield quote(secret, safe="").encode()
    yield base64.b64encode(secret.encode()).rstrip(b"=")


def require_none(place: str, content: bytes, secrets: dict[str, str]) -> None:
    for name, secret in secrets.items():
        for form in forms(secret):
            assert form not in content, f"{name} is in {place}"


@pytest.fixture
def server(make_server, tmp_path: Path):
    server = make_server(
        "a",
        f"sqlite:///{tmp_path}/store.sqlite",
        AWS_SECRET_ACCESS_KEY=AWS_SECRET,
        AWS_SESSION_TOKEN=AWS_SESSION,
        OMNIDOMAIN_JWT_SECRET=JWT_SECRET,
    )
    server.arguments = ("--log-level=DEBUG", "--OmniDomainApp.log_level=DEBUG")
    server.start()
    return server


def sheet(rows: int) -> dict[str, object]:
    text = "".join(f"s{row}\ts3://reads/{row}_R1.fastq.gz\n" for row in range(rows))
    content = "sample_id\tillumina_r1\n" + text
    return {"pipeline": "NextAMR", "content": content, "check_files": False}


def test_no_secret_gets_out(server, batch_api, tmp_path):
    base = f"{server.url}omnidomain/"
    jupyter = {"Authorization": f"token {server.token}"}
    signed = requests.post(f"{base}auth/login", json=SIGN_IN, headers=jupyter, timeout=30).json()
    token = signed["access_token"]
    secrets = {
        "the AWS secret key": AWS_SECRET,
        "the AWS session token": AWS_SESSION,
        "the signing secret": JWT_SECRET,
        "Jupyter's token": server.token,
        "a sign-in": token,
    }
    answers: list[bytes] = []

    def ask(method: str, path: str, body: object = None, **headers: str) -> requests.Response:
        ours = {"X-OmniDomain-Authorization": f"Bearer {token}", **jupyter, **headers}
        answer = requests.request(method, base + path, json=body, headers=ours, timeout=60)
        answers.append(answer.content + str(dict(answer.headers)).encode())
        return answer

    faults = batch_api.faults
    faults.next("SubmitJob", Fault.FORBIDDEN, Fault.EXPIRED, Fault.REFUSED, Fault.LOST_ANSWER)
    submission = ask("POST", "submissions", sheet(5), **{"Idempotency-Key": "k"}).json()
    until(
        lambda: (
            "CREATED"
            not in ask("GET", f"submissions/{submission['submission_id']}").json()["counts"]
        )
    )
    rejected = ask("GET", f"submissions/{submission['submission_id']}").json()["rejected"]
    assert rejected
    faults.next("SubmitJob", Fault.FORBIDDEN)
    row = {"sample_id": "s", "illumina_r1": "s3://reads/s_R1.fastq.gz"}
    body = {"pipeline": "NextAMR", "sample_id": "s", "tsv_row": row}
    assert ask("POST", "runs", body).status_code == 502
    run = ask("POST", "runs", body).json()["run_id"]
    # S3 is not there, the log is refused, and requests that are wrong in many ways.
    assert ask("POST", "samplesheets/validate", {**sheet(2), "check_files": True}).ok
    faults.next("GetLogEvents", Fault.FORBIDDEN)
    for path in (f"runs/{run}", f"runs/{run}/logs", f"runs/{run}/results", "runs", "auth/me"):
        ask("GET", path)
    ask("GET", "auth/me", **{"X-OmniDomain-Authorization": f"Bearer {token}x"})
    ask("POST", "runs", {"pipeline": token, "sample_id": 1})
    ask("POST", "auth/login", {"email": "no email"})
    ask("POST", f"runs/{run}/cancel")

    echoed = {name: text for name, text in secrets.items() if text != token}
    for answer in answers:
        require_none("an answer", answer, echoed)
    server.stop()
    require_none("the log", (server.home / "server.log").read_bytes(), secrets)
    with sqlite3.connect(tmp_path / "store.sqlite") as database:
        require_none("the database", "\n".join(database.iterdump()).encode(), secrets)
    kept = [file for file in server.home.rglob("*") if file.is_file() and "data" in file.parts]
    for file in kept:
        require_none(str(file), file.read_bytes(), secrets)


def test_the_password_of_the_database_is_not_told(make_server, postgres_url):
    password = "planted-database-password"
    there = make_url(postgres_url).set(password=password).render_as_string(hide_password=False)
    away = f"postgresql+psycopg://ada:{password}@127.0.0.1:1/omnidomain"
    for name, database_url, status in (("there", there, 200), ("away", away, 503)):
        server = make_server(name, database_url)
        server.arguments = ("--log-level=DEBUG", "--OmniDomainApp.log_level=DEBUG")
        server.start(healthy=status == 200)
        told = requests.get(f"{server.url}omnidomain/health", timeout=60)
        assert told.status_code == status
        server.stop()
        log = (server.home / "server.log").read_bytes()
        assert log
        require_none("an answer", told.content, {"the password": password})
        require_none("the log", log, {"the password": password})
