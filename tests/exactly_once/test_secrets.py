"""No credential, token or secret in a log line, an answer or a row of the database."""

from __future__ import annotations

import base64
import json
import os
import secrets as random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, quote_plus

import batch_api.server
import pytest
import requests
from batch_api import Fault
from batch_api.errors import ApiError
from sqlalchemy import MetaData, NullPool, create_engine, make_url

from .conftest import BatchServer, until

AWS_SECRET = "planted/aws+secret/0123456789abcdefghijK"
AWS_SESSION = base64.b64encode(b"planted session token of many bytes " * 9).decode() + "=="
JWT_SECRET = "planted jwt secret of more than 32 characters"
PASSWORD = "planted/database password"
SIGN_IN = {"email": "ada@example.org"}
SOAK = bool(os.environ.get("OMNIDOMAIN_SOAK"))
DEBUG = ("--log-level=DEBUG", "--OmniDomainApp.log_level=DEBUG")


def forms(secret: str) -> Iterator[bytes]:
    """Yield a secret as it is, and as it may be written."""
    raw = secret.encode()
    yield raw
    yield json.dumps(secret).encode()[1:-1]
    yield raw.hex().encode()
    for quoted in (quote(secret, safe=""), quote(secret), quote_plus(secret)):
        yield quoted.encode()
    # Wherever it begins in what was encoded, as after "user:".
    for before in range(3):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            encoded = encode(b"\0" * before + raw).rstrip(b"=")
            yield encoded[4 if before else 0 : -1]


def require_none(place: str, content: bytes, secrets: dict[str, str]) -> None:
    for name, secret in secrets.items():
        for form in forms(secret):
            at = content.find(form)
            around = content[max(0, at - 200) : at] if at >= 0 else b""
            assert at < 0, f"{name} is in {place}, after {around.decode(errors='replace')}"


@dataclass
class Visitor:
    """Somebody who asks, and keeps every answer."""

    server: BatchServer
    token: str = field(default="", repr=False)
    cookie: str = field(default="", repr=False)
    answers: list[tuple[str, bytes]] = field(default_factory=list)

    def ask(
        self, method: str, path: str, body: Any = None, **headers: str | None
    ) -> requests.Response:
        all_headers = {
            "Authorization": f"token {self.server.token}",
            "X-OmniDomain-Authorization": f"Bearer {self.token}",
            "Content-Type": "application/json",
        } | headers
        url = f"{self.server.url}omnidomain/{path}"
        data = {"data": body} if isinstance(body, str) else {"json": body}
        answer = requests.request(method, url, headers=all_headers, timeout=60, **data)
        content = answer.content + str(dict(answer.headers)).encode()
        self.answers.append((f"the answer to {method} {path}", content))
        return answer

    def sign_in(self) -> None:
        """Sign in; the answer to this, and no other, holds the sign-in's token."""
        answer = self.ask("POST", "auth/login", SIGN_IN)
        self.token = answer.json()["access_token"]
        [self.cookie] = (name for name, text in answer.cookies.items() if text == self.token)
        where, content = self.answers.pop()
        self.answers.append((where, content.replace(self.token.encode(), b"")))


def test_the_forms_are_found():
    secret = "planted/secret+of a user=="
    for before in ("", "u:", "user:", "a:"):
        for after in ("", "@", "@host"):
            header = base64.b64encode(f"{before}{secret}{after}".encode())
            with pytest.raises(AssertionError, match="it is in"):
                require_none("a header", header, {"it": secret})


@pytest.mark.soak
@pytest.mark.parametrize("given_in", ["a file", *(["the environment"] if SOAK else ())])
def test_no_secret_gets_out(given_in, make_server, batch_api, postgres_url, monkeypatch):
    # The tests' PostgreSQL asks for no password, and takes any.
    there = make_url(postgres_url).set(password=PASSWORD).render_as_string(hide_password=False)
    server = make_server(
        "a", there, AWS_SECRET_ACCESS_KEY=AWS_SECRET, AWS_SESSION_TOKEN=AWS_SESSION
    )
    configure(server, given_in, database_url=there, jwt_secret=JWT_SECRET)
    # AWS quotes parts of some requests.
    quoting = f"Not authorized: {AWS_SECRET}, {AWS_SESSION}"
    for fault, status, code in (
        (Fault.FORBIDDEN, 403, "AccessDeniedException"),
        (Fault.REFUSED, 400, "ClientException"),
    ):
        error = ApiError(status, code, quoting)
        monkeypatch.setitem(batch_api_errors(), fault, error)

    server.start()
    visitor = Visitor(server)
    visitor.sign_in()
    use_everything(visitor, batch_api)
    server.stop()

    secrets = {
        "the AWS secret key": AWS_SECRET,
        "the AWS session token": AWS_SESSION,
        "the signing secret": JWT_SECRET,
        "the database's password": PASSWORD,
        "Jupyter's token": server.token,
        "a sign-in": visitor.token,
    }
    for where, content in visitor.answers:
        require_none(where, content, secrets)
    log = (server.home / "server.log").read_bytes()
    assert log.count(b"[D ") > 50  # it tells all that it can
    assert b"502 POST" in log
    require_none("the log", log, secrets)
    stored = dump(postgres_url)
    assert b"Not authorized" in stored  # a reason of AWS, without what it quoted
    require_none("the database", stored, secrets)
    for file in server.home.rglob("*"):
        # Jupyter's own files know its token, and the configuration what was put into it.
        if file.is_file() and not {"runtime", "config"} & set(file.parts):
            require_none(str(file), file.read_bytes(), secrets)


def batch_api_errors() -> dict[Fault, ApiError]:
    return batch_api.server._ERRORS


def configure(server: BatchServer, given_in: str, **traits: str) -> None:
    """Give traits in the environment, or in Jupyter's own file; log everything."""
    server.arguments = (*server.arguments, *DEBUG)
    names = {name: f"OMNIDOMAIN_{name.upper()}" for name in traits}
    if given_in == "the environment":
        server.variables |= {names[name]: text for name, text in traits.items()}
        return
    for name in names.values():
        server.variables.pop(name, None)
    lines = [f"c.OmniDomainApp.{name} = {text!r}\n" for name, text in traits.items()]
    folder = server.home / "config"
    folder.mkdir()
    (folder / "jupyter_server_config.py").write_text("".join(lines))


def sheet(rows: int, header: str = "sample_id\tillumina_r1") -> dict[str, object]:
    text = "".join(f"s{row}\ts3://reads/{row}_R1.fastq.gz\n" for row in range(rows))
    return {"pipeline": "NextAMR", "content": f"{header}\n{text}", "check_files": False}


def use_everything(visitor: Visitor, api: Any) -> None:
    """Submit, be refused, ask wrongly, and lose AWS and S3."""
    ask, faults = visitor.ask, api.faults
    faults.next("SubmitJob", Fault.FORBIDDEN, Fault.EXPIRED, Fault.REFUSED, Fault.LOST_ANSWER)
    made = ask("POST", "submissions", sheet(6), **{"Idempotency-Key": "k"}).json()
    told = settled(visitor, made["submission_id"])
    assert len(told["rejected"]) == 3
    again = ask("POST", f"submissions/{made['submission_id']}/resubmit")
    assert again.status_code == 202
    settled(visitor, again.json()["submission_id"])
    row = {"sample_id": "s", "illumina_r1": "s3://reads/s_R1.fastq.gz"}
    body = {"pipeline": "NextAMR", "sample_id": "s", "tsv_row": row}
    for fault in (Fault.FORBIDDEN, Fault.REFUSED, Fault.EXPIRED):
        faults.next("SubmitJob", fault)
        assert ask("POST", "runs", body).status_code == 502
    run = ask("POST", "runs", body).json()["run_id"]
    # S3 is not there, and the log is refused.
    assert ask("POST", "samplesheets/validate", {**sheet(2), "check_files": True}).ok
    faults.next("GetLogEvents", Fault.FORBIDDEN)
    faults.next("TerminateJob", Fault.FORBIDDEN)
    for path in (f"runs/{run}", f"runs/{run}/logs", f"runs/{run}/results", "runs", "auth/me"):
        ask("GET", path)
    ask("POST", f"runs/{run}/cancel")
    # Requests that are wrong in many ways.
    assert ask("POST", "submissions", sheet(2, header="sample_id\twhat")).status_code == 422
    assert ask("POST", "submissions", '{"pipeline": ').status_code == 400
    assert ask("POST", "runs", {"pipeline": "nothing", "sample_id": 1}).status_code == 422
    assert ask("POST", "auth/login", {"email": "no email"}).status_code == 422
    forged = f"Bearer {visitor.token}x"
    assert ask("GET", "auth/me", **{"X-OmniDomain-Authorization": forged}).status_code == 401
    half = visitor.token.rpartition(".")[0]
    assert ask("GET", "runs", **{"X-OmniDomain-Authorization": half}).status_code == 401
    assert ask("GET", "runs", Authorization=f"token {random.token_hex(8)}").status_code == 403
    assert ask("GET", "runs", **{"X-OmniDomain-Authorization": ""}).status_code == 401
    cookie = {"Cookie": f"{visitor.cookie}={visitor.token}", "X-OmniDomain-Authorization": None}
    assert ask("GET", "auth/me", **cookie).status_code == 200
    ask("POST", "auth/logout")


def settled(visitor: Visitor, submission_id: str) -> dict[str, Any]:
    """Wait until no row waits; return the submission."""

    def told() -> dict[str, Any] | None:
        submission = visitor.ask("GET", f"submissions/{submission_id}").json()
        return None if "CREATED" in submission["counts"] else submission

    return until(told)


def dump(database_url: str) -> bytes:
    """Return all rows of all tables."""
    engine = create_engine(database_url, poolclass=NullPool)
    tables = MetaData()
    tables.reflect(engine)
    with engine.connect() as connection:
        rows = {
            name: connection.execute(table.select()).mappings().all()
            for name, table in tables.tables.items()
        }
    assert {"users", "runs", "submissions", "rejected_rows", "servers"} <= set(rows)
    return json.dumps(
        {name: [dict(row) for row in all_] for name, all_ in rows.items()}, default=str
    ).encode()


AWAY = "postgresql+psycopg://ada:{password}@127.0.0.1:1/omnidomain"
WRONG = (
    "postgresql+psycopg://ada@127.0.0.1:1/omnidomain?password={password}",
    "postgresql+psycopg://ada:{password}@127.0.0.1:port/omnidomain",
    "postgresql+psycopg:/ada:{password}@127.0.0.1/omnidomain",
    "postgresql+nothing://ada:{password}@127.0.0.1/omnidomain",
    "nothing://ada:{password}@127.0.0.1/omnidomain",
)
UNQUOTED = pytest.param(
    "postgresql+psycopg://ada:with@{password}@127.0.0.1:1/omnidomain",
    id="an @ that was not written as %40",
)


@pytest.mark.parametrize("url", [AWAY, UNQUOTED, *(WRONG if SOAK else ())])
@pytest.mark.soak
def test_the_password_of_a_database_that_is_away_is_not_told(url, make_server):
    password = "planted-database-password"
    server = make_server("a", url.format(password=password))
    server.arguments = (*server.arguments, *DEBUG)
    server.start(healthy=False)
    visitor = Visitor(server)
    assert visitor.ask("GET", "health").status_code == 503
    for method, path in (("POST", "auth/login"), ("GET", "runs")):
        visitor.ask(method, path, SIGN_IN)
    server.stop()
    for where, content in visitor.answers:
        require_none(where, content, {"the password": password})
    log = (server.home / "server.log").read_bytes()
    assert log
    require_none("the log", log, {"the password": password})
