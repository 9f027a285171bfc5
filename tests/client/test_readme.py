"""The README's Python, as it is written there, in a script and against a real server."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from client.live_server import LiveServer
from client.reads import write_sheet

README = Path(__file__).parents[2] / "README.md"


@pytest.fixture
def block() -> str:
    """The block that shows the client."""
    found = re.findall(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    (block,) = [each for each in found if "import connect" in each]
    return block


@pytest.fixture
def folder(server: LiveServer) -> Iterator[Path]:
    """The server's root, as it was before once the test has ended."""
    before = set(server.root.iterdir())
    yield server.root
    for path in set(server.root.iterdir()) - before:
        if path.is_file():
            path.unlink()


def test_a_script_does_what_the_readme_says(server: LiveServer, folder: Path, block: str):
    write_sheet(folder, ["gut_01", "gut_02"])
    told = 'print(submission.runs()["status"].tolist(), submission.metrics().shape, run.metrics())'

    done = subprocess.run(
        [sys.executable, "-c", f"{block}\n{told}"],
        env=server.environment(),
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "['COMPLETED', 'COMPLETED']" in done.stdout, done.stdout
    assert "gut_01" in done.stdout
    assert nbformat.read(folder / "rerun.ipynb", as_version=4).cells
