"""The front end's types are those of the server's own description."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

FRONT_END = Path(__file__).parents[2] / "labextension"
GENERATOR = FRONT_END / "node_modules" / "openapi-typescript" / "bin" / "cli.js"
TYPES = FRONT_END / "src" / "generated" / "openapi.ts"


@pytest.mark.skipif(not GENERATOR.exists(), reason="the front end is not set up: jlpm install")
def test_the_types_are_those_of_the_description(tmp_path: Path):
    description = tmp_path / "openapi.json"
    subprocess.run([sys.executable, FRONT_END / "scripts" / "openapi.py", description], check=True)
    checked = subprocess.run(
        [
            *(Path(sys.executable).parent / "node", GENERATOR, description),
            *("--immutable", "--check", "--output", TYPES),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    told = "The server's schemas have changed: run `jlpm api` in labextension/."
    assert checked.returncode == 0, f"{told}\n{checked.stdout}{checked.stderr}"
