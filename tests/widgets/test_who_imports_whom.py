"""The panel and the client import nothing of the server's side."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import omnidomain_jupyter

PACKAGE = Path(omnidomain_jupyter.__file__).parent
NAME = "omnidomain_jupyter"
CLIENT = sorted([*PACKAGE.glob("_[a-z]*.py"), PACKAGE / "client.py"])
WIDGETS = sorted(PACKAGE.glob("widgets/*.py"))
# What both sides share: models, errors, words, patterns, the event's name, a policy. Pure.
SHARED = {"errors", "events", "globs", "report_policy", "schemas", "status"}
# The panel draws a sheet as the server reads it, every row with its physical line, also while
# somebody types: it has the same reader, which knows texts and tables and nothing else.
READER = {"samplesheet.reader", "samplesheet.table"}
SERVERS = ["alembic", "boto3", "botocore", "jsonschema", "jupyter_events", "jupyter_server"]
SERVERS += ["jwt", "psutil", "sequali", "sqlalchemy", "tornado"]
HEAVY = [*SERVERS, "openpyxl", "pandas"]
CODE = """
import json, sys
import omnidomain_jupyter.widgets, omnidomain_jupyter.client, omnidomain_jupyter.schemas
print(json.dumps(sorted(sys.modules)))
"""


def imported(path: Path) -> Iterator[str]:
    """Yield what of the package a file imports anywhere, without the package's name."""
    here = [NAME, *path.relative_to(PACKAGE).parent.parts]
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            named = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = here[: len(here) - node.level + 1] if node.level else []
            module = ".".join([*above, *([node.module] if node.module else [])])
            named = [f"{module}.{alias.name}" if module == NAME else module for alias in node.names]
        else:
            continue
        for name in named:
            if name.startswith(f"{NAME}."):
                yield name.removeprefix(f"{NAME}.")


@pytest.mark.parametrize("path", CLIENT, ids=lambda path: path.name)
def test_the_client_knows_itself_and_what_is_shared(path: Path):
    own = {each.stem for each in CLIENT}

    assert set(imported(path)) <= own | SHARED


@pytest.mark.parametrize("path", WIDGETS, ids=lambda path: path.name)
def test_the_panel_knows_the_client_besides(path: Path):
    own = {f"widgets.{each.stem}" for each in WIDGETS} | {each.stem for each in CLIENT}

    assert set(imported(path)) <= own | SHARED | READER
    assert "._transport" not in path.read_text("utf-8")


def test_the_reader_of_sheets_knows_its_own_folder_and_what_is_shared():
    seen: set[str] = set()
    due = set(READER)
    while due:
        name = due.pop()
        seen.add(name)
        due |= set(imported(PACKAGE / f"{name.replace('.', '/')}.py")) - seen - SHARED
    assert {name.split(".")[0] for name in seen} == {"samplesheet"}


def test_nothing_of_the_server_s_side_comes_along():
    done = subprocess.run([sys.executable, "-c", CODE], check=True, capture_output=True)
    loaded = json.loads(done.stdout)

    assert [name for name in loaded if name.split(".")[0] in HEAVY] == []
    ours = {name.split(".")[1] for name in loaded if name.startswith(f"{NAME}.")}
    own = {each.stem for each in CLIENT}
    assert ours <= own | SHARED | {"widgets", "samplesheet"}
