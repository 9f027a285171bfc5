"""Importing the client costs little, and it needs nothing of the server's side."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from client.live_server import LiveServer

HEAVY = ["pandas", "pydantic", "requests", "websocket", "sqlalchemy", "tornado", "jupyter_server"]
OURS_OR_PYTHONS = {"omnidomain_jupyter", *sys.stdlib_module_names}
CODE = f"""
import json, sys
before = set(sys.modules)
import omnidomain_jupyter.client
loaded = sorted(set(sys.modules) - before)
print(json.dumps([loaded, [name for name in {HEAVY} if name in sys.modules]]))
"""
MOST_MODULES = 150  # of which 30 are ours; benchmarks/bench_client_import.py has the time

SERVERS = ["alembic", "boto3", "botocore", "jsonschema", "jupyter_server", "jwt", "psutil"]
SERVERS += ["sequali", "sqlalchemy", "tornado"]
OURS = ["app", "compute", "handlers", "pipelines", "runtime", "samplesheet", "services", "store"]
BLOCKED = """
import sys

class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in BLOCKED or name in OURS:
            raise ImportError(f"{name} is blocked")

sys.meta_path.insert(0, Blocker())
"""
WHOLE_WAY = """
from omnidomain_jupyter.client import OmniDomainError, connect

client = connect(URL, TOKEN, "elsewhere@example.org")
assert not client.validate("sample_id\\treads_1\\na b\\tx\\n", "ReadQC")
submission = client.submit(SHEET, "ReadQC").wait(120, progress=False)
run = next(iter(client.iter_runs()))
run = client.run(run.run_id)
assert run.wait(60, progress=False).ended
assert run.logs() is not None and run.row and submission._repr_html_() and run._repr_html_()
for wrong in (run.resume, submission.resubmit, lambda: run.read("nothing")):
    try:
        wrong()
    except OmniDomainError as error:
        print(error)
"""


def test_the_import_is_light():
    done = subprocess.run([sys.executable, "-c", CODE], check=True, capture_output=True)
    loaded, heavy = json.loads(done.stdout)
    assert heavy == []
    assert len(loaded) < MOST_MODULES
    assert all(name.partition(".")[0] in OURS_OR_PYTHONS for name in loaded)


def _without(names: list[str], code: str) -> str:
    ours = [f"omnidomain_jupyter.{name}" for name in OURS]
    head = f"BLOCKED, OURS = {names!r}, {ours!r}\n{BLOCKED}"
    done = subprocess.run(
        [sys.executable, "-c", head + code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_script_needs_nothing_of_the_server(server: LiveServer, sheet: str):
    values = f"URL, TOKEN, SHEET = {server.url!r}, {server.token!r}, {str(Path(sheet))!r}\n"
    told = _without([*SERVERS, "pandas", "ipywidgets", "anywidget"], values + WHOLE_WAY)
    assert "nothing to resume" in told
    assert "No row" in told
    assert "There is no 'nothing'" in told


def test_tables_need_pandas_and_nothing_of_the_server(server: LiveServer):
    values = f"URL, TOKEN = {server.url!r}, {server.token!r}\n"
    code = """
from omnidomain_jupyter import connect
client = connect(URL, TOKEN, "tables@example.org")
print(client.runs().shape[0], "ReadQC" in set(client.pipelines()["name"]))
print(len(client.starter_sheet("ReadQC")))
"""
    assert _without(SERVERS, values + code).split() == ["0", "True", "2"]
