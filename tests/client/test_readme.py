"""The README's Python, as it is written there, in a script and against a real server."""

from __future__ import annotations

import re
import subprocess
import sys
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


def test_a_script_does_what_the_readme_says(server: LiveServer, block: str):
    write_sheet(server.root, ["gut_01", "gut_02"])
    (server.root / "rerun.ipynb").unlink(missing_ok=True)
    told = 'print(submission.runs()["status"].tolist(), submission.metrics().shape, run.metrics())'

    done = subprocess.run(
        [sys.executable, "-c", f"{block}\n{told}"],
        env=server.environment(),
        cwd=server.root,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "['COMPLETED', 'COMPLETED']" in done.stdout
    assert "gut_01" in done.stdout
    assert nbformat.read(server.root / "rerun.ipynb", as_version=4).cells
