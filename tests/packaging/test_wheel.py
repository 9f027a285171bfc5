"""The wheel has all that a user needs, and installing it is all that a user does."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
import tarfile
import venv
from pathlib import Path
from zipfile import ZipFile

import pytest
import requests
from client.live_server import LiveServer

EXTENSION = "share/jupyter/labextensions/omnidomain-jupyter"
BUNDLED = {
    "@codemirror/lint",  # faults at their lines in the editor
    "crelt",
    "@tanstack/react-virtual",  # the list draws only the lines that can be seen
    "@tanstack/virtual-core",
    "css-loader",  # what puts our styles into the page
    "style-loader",
}
CONFIG = "etc/jupyter/jupyter_server_config.d/omnidomain_jupyter.json"


def test_the_wheel_has_the_front_end_and_the_servers_configuration(wheel: Path):
    with ZipFile(wheel) as archive:
        names = {re.sub(r"^.*\.data/data/", "", name) for name in archive.namelist()}
        for needed in (
            CONFIG,
            f"{EXTENSION}/package.json",
            f"{EXTENSION}/install.json",
            f"{EXTENSION}/notebooks/quickstart.ipynb",
            f"{EXTENSION}/schemas/omnidomain-jupyter/run-history.json",
            "omnidomain_jupyter/py.typed",
            "omnidomain_jupyter/store/migrations/env.py",
            "omnidomain_jupyter/aws/cloudformation.yaml",
            "omnidomain_jupyter/pipelines/builtin/ReadQC/pipeline.toml",
        ):
            assert needed in names
        [package] = [
            name for name in archive.namelist() if name.endswith(f"{EXTENSION}/package.json")
        ]
        entry = json.loads(archive.read(package))["jupyterlab"]["_build"]["load"]
        assert f"{EXTENSION}/{entry}" in names
        assert not [name for name in names if "node_modules" in name or "/tests/" in name]
    checker = Path(sys.executable).parent / "check-wheel-contents"
    # Its settings are in the project's file, which is looked for from here.
    subprocess.run([checker, wheel], cwd=Path(__file__).parents[2], check=True, timeout=60)


def test_the_sdist_has_the_front_end_and_its_sources(sdist: Path):
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert "omnidomain_jupyter/labextension/package.json" in names
    assert "labextension/src/index.ts" in names
    assert not [name for name in names if "node_modules" in name]


def test_the_front_end_is_small_and_brings_nothing_that_the_page_has(wheel: Path):
    with ZipFile(wheel) as archive:
        static = {
            name.rpartition("/")[2]: archive.read(name)
            for name in archive.namelist()
            if f"{EXTENSION}/static/" in name
        }
    scripts = [content for name, content in static.items() if name.endswith(".js")]
    assert sum(len(gzip.compress(script)) for script in scripts) < 200_000
    licences = json.loads(static["third-party-licenses.json"])["packages"]
    assert {package["name"] for package in licences} == BUNDLED
    assert all(package["extractedText"] for package in licences)


def jupyter(environment: Path, *arguments: str) -> str:
    """Return what `jupyter …` says in an environment, on both channels."""
    told = subprocess.run(
        [environment / "bin" / "jupyter", *arguments],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
        env={**os.environ, "PATH": f"{environment / 'bin'}{os.pathsep}{os.environ['PATH']}"},
    )
    return told.stdout + told.stderr


@pytest.mark.timeout(900)
@pytest.mark.usefixtures("no_node")
@pytest.mark.parametrize(
    "what",
    [
        "wheel",
        pytest.param("sdist", marks=pytest.mark.long),
        pytest.param("sources", marks=pytest.mark.long),
    ],
)
def test_a_plain_install_is_all_that_a_user_does(tmp_path: Path, what, request):
    found: Path = request.getfixturevalue(what)
    home = tmp_path / "empty"
    venv.create(home)
    # Compiling all of it takes as long as the rest.
    pip = [*(sys.executable, "-m", "pip"), "--python", home, "install", "--quiet", "--no-compile"]
    subprocess.run([*pip, f"omnidomain-jupyter @ {found.as_uri()}"], check=True, timeout=800)

    listed = jupyter(home, "labextension", "list")
    assert re.search(r"omnidomain-jupyter v\S+ .*enabled.*OK", listed), listed
    listed = jupyter(home, "server", "extension", "list")
    assert re.search(r"omnidomain_jupyter .*enabled", listed), listed
    assert re.search(r"omnidomain_jupyter \S+ .*OK", listed), listed

    server = LiveServer(tmp_path, module="jupyterlab", python=str(home / "bin" / "python"))
    server.start()
    try:
        headers = {"Authorization": f"token {server.token}"}
        page = requests.get(f"{server.url}lab", headers=headers, timeout=60)
        assert "omnidomain-jupyter" in page.text
    finally:
        server.stop()
