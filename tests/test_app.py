"""The extension: light to load, configured by traits and the environment."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from traitlets.config import Config

from omnidomain_jupyter.app import OmniDomainApp

HEAVY = ["pandas", "boto3", "alembic", "ipywidgets", "sqlalchemy", "pydantic", "jwt", "sequali"]

ENVIRONMENT = {
    "database_url": ("OMNIDOMAIN_DATABASE_URL", "postgresql://db/omni"),
    "sqlite_journal_mode": ("OMNIDOMAIN_SQLITE_JOURNAL_MODE", "DELETE"),
    "compute_backend": ("OMNIDOMAIN_COMPUTE_BACKEND", "my.lab:Backend"),
    "base_outdir": ("OMNIDOMAIN_BASE_OUTDIR", "results"),
    "pipelines_path": ("OMNIDOMAIN_PIPELINES_PATH", "/a:/b"),
    "jwt_secret": ("OMNIDOMAIN_JWT_SECRET", "s" * 40),
    "email_domain": ("OMNIDOMAIN_EMAIL_DOMAIN", "lab.example.org"),
    "local_slots": ("OMNIDOMAIN_LOCAL_SLOTS", 3),
    "monitor_interval": ("OMNIDOMAIN_MONITOR_INTERVAL", 0.5),
}


def test_loading_the_extension_imports_nothing_heavy():
    code = (
        "import sys, json, jupyter_server.serverapp; before = set(sys.modules);"
        "import omnidomain_jupyter as o; o._jupyter_server_extension_points();"
        "import omnidomain_jupyter.handlers.routes;"
        f"print(json.dumps([m for m in {HEAVY} if m in set(sys.modules) - before]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert json.loads(done.stdout) == []


@pytest.mark.parametrize("trait", ENVIRONMENT)
def test_a_trait_is_read_from_the_environment_and_wins_over_it(monkeypatch, trait):
    name, value = ENVIRONMENT[trait]
    default = getattr(OmniDomainApp(), trait)
    assert default != value
    monkeypatch.setenv(name, str(value))
    assert getattr(OmniDomainApp(), trait) == value
    chosen = {"sqlite_journal_mode": "WAL", "local_slots": 7, "monitor_interval": 7.5}.get(
        trait, "chosen by the trait, long enough"
    )
    config = Config({"OmniDomainApp": {trait: chosen}})
    assert getattr(OmniDomainApp(config=config), trait) == chosen


def test_every_variable_is_in_the_help_of_its_trait():
    for trait, (name, _) in ENVIRONMENT.items():
        assert name in OmniDomainApp.class_traits()[trait].help


class TestWrongConfiguration:
    """It breaks our routes, which say why, and nothing else."""

    @pytest.fixture(
        params=[
            ({"jwt_secret": "short"}, "too short"),
            ({"compute_backend": "nowhere"}, "compute_backend"),
            ({"compute_backend": "no.such:Backend"}, "cannot be imported"),
            ({"database_url": "nonsense://x"}, "nonsense"),
            ({"database_url": "no URL at all"}, "database_url"),
        ]
    )
    def wrong(self, request):
        return request.param

    @pytest.fixture
    def jp_server_config(self, jp_server_config, wrong):
        jp_server_config["OmniDomainApp"].update(wrong[0])
        return jp_server_config

    async def test_is_a_503_that_says_what_to_change(self, anonymous, jp_fetch, wrong):
        response = await anonymous.get("health")
        assert response.code == 503, response.body
        assert wrong[1] in response.data["detail"]
        assert "short" not in response.data["detail"].replace("too short", "")
        assert (await jp_fetch("api", "status")).code == 200
