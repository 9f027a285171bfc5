"""The doctor on one machine: configuration, database and folders that are wrong."""

from __future__ import annotations

import json

import pytest


@pytest.fixture
def doctor(run):
    """Run the doctor and give its exit code, what it found, and all that it printed."""

    def call(**environment):
        done = run("doctor", "--json", **environment)
        assert "Traceback" not in done.stdout + done.stderr
        return done.returncode, json.loads(done.stdout), done.stdout + done.stderr

    return call


def wrong(findings) -> list[str]:
    for each in findings:
        assert each["advice"] or each["state"] != "wrong"
    return [each["what"] for each in findings if each["state"] == "wrong"]


@pytest.mark.parametrize(
    "variable",
    [
        "OMNIDOMAIN_LOCAL_SLOTS=many",
        "OMNIDOMAIN_LOCAL_SLOTS=0",
        "OMNIDOMAIN_MONITOR_INTERVAL=often",
        "OMNIDOMAIN_SQLITE_JOURNAL_MODE=diary",
        "OMNIDOMAIN_BATCH_TIMEOUT=long",
    ],
)
def test_a_variable_that_cannot_be_used(doctor, variable):
    name, _, text = variable.partition("=")
    code, findings, _ = doctor(**{name: text})
    assert (code, wrong(findings)) == (1, ["configuration"])
    assert findings[1]["found"] == f"{name} is {text!r}, which cannot be used"
    assert findings[-1]["state"] == "skipped"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("c.OmniDomainApp.local_slots = 'many'", "local_slots"),
        ("c.OmniDomainApp.local_slots = 0", "local_slots must be more than 0"),
        ("c.OmniDomainApp.batch_tags = 5", "batch_tags"),
        ("c.OmniDomainApp.jwt_secret = 1234567", "jwt_secret cannot be used"),
        ("this is no (python", "line 2"),
        ("int('1234567x')", "line 2"),
    ],
)
def test_a_configuration_file_that_cannot_be_used(doctor, tmp_path, line, says):
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "jupyter_server_config.py").write_text(f"secret = '1234567'\n{line}\n")
    code, findings, printed = doctor()
    assert (code, wrong(findings)) == (1, ["configuration"])
    assert says in findings[1]["found"]
    assert "1234567" not in printed


@pytest.mark.parametrize(
    "url",
    [
        "hidden",
        "postgresql://ada:hidden/omnidomain",  # no host: a password where the port is looked for
        "postgresql://ada:hid@den@127.0.0.1:1/omnidomain",
        "postgresql://ada:hidden@127.0.0.1:1/omnidomain",
        "postgresql://ada@127.0.0.1:1/omnidomain?password=hidden",
        "postgresql://ada@127.0.0.1:1/omnidomain?sslmode=hidden",
    ],
)
def test_no_part_of_a_password_is_printed(doctor, url):
    code, findings, printed = doctor(OMNIDOMAIN_DATABASE_URL=url)
    assert (code, wrong(findings)) == (1, ["database"])
    assert "hidden" not in printed
    assert "den@" not in printed


def test_a_folder_that_is_a_file(doctor, here):
    file = here / "good.tsv"
    code, findings, _ = doctor(
        OMNIDOMAIN_DATABASE_URL=f"sqlite:///{file}/store.sqlite",
        OMNIDOMAIN_BASE_OUTDIR=str(file / "results"),
    )
    assert (code, wrong(findings)) == (1, ["database", "output directory"])


def test_a_database_of_a_newer_version(doctor, tmp_path):
    from sqlalchemy import create_engine, text

    from omnidomain_jupyter.store.database import Database

    url = f"sqlite:///{tmp_path}/store.sqlite"
    Database(url).upgrade()
    code, findings, _ = doctor(OMNIDOMAIN_DATABASE_URL=url)
    assert (code, wrong(findings)) == (0, [])
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    code, findings, _ = doctor(OMNIDOMAIN_DATABASE_URL=url)
    assert (code, wrong(findings)) == (1, ["tables"])
    assert "upgrade omnidomain-jupyter" in str(findings)


def test_an_extension_that_is_switched_off(doctor, tmp_path):
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "jupyter_server_config.py").write_text(
        "c.ServerApp.jpserver_extensions = {'omnidomain_jupyter': False}\n"
    )
    code, findings, _ = doctor()
    assert (code, wrong(findings)) == (1, ["Jupyter server"])


def test_a_backend_of_ones_own_that_fails(doctor, here):
    (here / "mine.py").write_text("raise KeyError('hidden')\n")
    code, findings, printed = doctor(
        OMNIDOMAIN_COMPUTE_BACKEND="mine:Backend", PYTHONPATH=f"{here}:{_project()}"
    )
    assert (code, wrong(findings)) == (1, ["compute backend"])
    assert "hidden" not in printed


def _project() -> str:
    from cli.conftest import PROJECT

    return str(PROJECT)
