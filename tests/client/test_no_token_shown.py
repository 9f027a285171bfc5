"""No token is ever in what a notebook shows or saves, whatever goes wrong."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import nbformat
import pytest
from client.live_server import LiveServer
from IPython.core.ultratb import VerboseTB
from nbclient import NotebookClient

from omnidomain_jupyter.client import Client, connect
from omnidomain_jupyter.errors import OmniDomainError

CELLS = """\
%xmode Verbose
from omnidomain_jupyter import connect
client = connect()
client
---
client.runs()
---
client.sign_in("papermill@example.org")
---
client.validate("sample_id\\treads_1\\na b\\tx\\n", "ReadQC")
---
client.submit("no.tsv", "ReadQC")
---
submission = client.submit(SHEET, "ReadQC").wait()
submission
---
run = client.run(submission.runs()["run_id"][0])
run
---
run.read("nothing")
---
run.resume()
---
vars(client), vars(client._transport), client._transport.connection, client._transport._login
---
client._transport._session.headers"""


def _tokens(server: LiveServer, client: Client) -> list[str]:
    login = client._transport._login
    return [server.token, str(login.access_token)] if login else [server.token]


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")
def test_a_notebook_that_shows_everything_has_no_token(
    server: LiveServer, sheet: str, monkeypatch: pytest.MonkeyPatch
):
    for name, value in {**server.environment(), "JPY_PARENT_PID": str(server.pid)}.items():
        monkeypatch.setenv(name, value)
    cells = CELLS.replace("SHEET", repr(sheet)).split("\n---\n")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    NotebookClient(
        notebook, timeout=120, allow_errors=True, resources={"metadata": {"path": server.root}}
    ).execute()
    outputs = [str(cell.outputs) for cell in notebook.cells]
    failed = ["'output_type': 'error'" in each for each in outputs]
    assert failed == [False, True, False, False, True, False, False, True, True, False, False]
    assert 'client.sign_in("you@example.org")' in outputs[1]
    assert "During handling" not in "".join(outputs)
    assert "▪" in outputs[3]
    assert "application/vnd.jupyter.widget-view+json" in outputs[5]  # the bar
    assert "COMPLETED" in outputs[5]
    saved = nbformat.writes(notebook)
    assert server.token not in saved
    assert "eyJ" not in saved  # how every JWT begins


@pytest.mark.parametrize("fault", ["wrong token", "away", "refused", "expired"])
def test_a_traceback_with_the_variables_has_no_token(client: Client, server: LiveServer, fault):
    tokens = _tokens(server, client)
    try:
        if fault == "wrong token":
            tokens.append("planted-token")
            connect(server.url, "planted-token", "ada@example.org")
        elif fault == "away":
            tokens.append("planted-token")
            connect("http://127.0.0.1:9/", "planted-token", "ada@example.org")
        elif fault == "refused":
            client.submit("no/such.tsv", "ReadQC")
        else:
            login = client._transport._login
            assert login is not None
            login.access_token = type(login.access_token)("not.a.token")
            tokens.append("not.a.token")
            client._transport._email = "no email"
            client.me()
    except OmniDomainError:
        frames = sys.exc_info()
    text = VerboseTB("nocolor").text(*frames)
    assert "_transport.py" in text
    shown = text.split("client.py", 1)[-1]  # after the test's own frame
    assert not [token for token in tokens if token in shown]


def test_the_files_of_a_session_have_no_token(client: Client, server: LiveServer, tmp_path: Path):
    # What `print` of anything of ours gives.
    output = io.StringIO()
    things = [client, client._transport, client._transport.connection, client.hints]
    for each in things:
        print(each, repr(each), vars(each), file=output)
    assert not [token for token in _tokens(server, client) if token in output.getvalue()]
