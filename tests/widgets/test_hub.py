"""On a Hub there is nothing to type."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from client.live_server import live_server
from client.reads import write_sheet
from widgets.waiting import ready, statuses, until

from omnidomain_jupyter.widgets import RunPanel
from omnidomain_jupyter.widgets import panel as panels


def test_the_panel_opens_for_whom_the_hub_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(panels, "_signed_in", {})
    path = [str(Path(__file__).parents[1]), os.environ["PYTHONPATH"]]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(path))
    options = (
        "--ServerApp.identity_provider_class=widgets.hub_identity.HubIdentity",
        "--OmniDomainApp.email_domain=lab.example.org",
    )
    with live_server(tmp_path, *options) as server:
        monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(server.runtime))
        monkeypatch.setenv("JPY_PARENT_PID", str(server.pid))
        monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", "/")
        monkeypatch.setenv("JUPYTERHUB_API_TOKEN", server.token)
        monkeypatch.chdir(server.root)
        write_sheet(server.root / "demo", ["gut_01"])

        panel = RunPanel("demo/samples.tsv")

        assert "ada@lab.example.org" in panel.title.text
        assert panel.sign_in.layout.display == "none"
        assert ready(panel)
        panel.submit.click()
        assert until(lambda: statuses(panel) == ["COMPLETED"])
        panel.close()
        panel._client.close()
