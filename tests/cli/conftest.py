"""The command line, run as it is in a terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
GOOD_SHEET = "sample_id\treads_1\treads_2\na\ta_R1.fq\ta_R2.fq\n"
BAD_SHEET = "sample_id\treads_1\treads_2\n\ngut 01\ta_R1.fq\tgone.fq\nb\tb.bam\t\nb\ta_R1.fq\t\n"


@pytest.fixture
def here(tmp_path) -> Path:
    folder = tmp_path / "here"
    folder.mkdir()
    for name in ("a_R1.fq", "a_R2.fq"):
        (folder / name).write_text("@r\nA\n+\nI\n")
    (folder / "good.tsv").write_text(GOOD_SHEET)
    (folder / "bad.tsv").write_text(BAD_SHEET)
    return folder


@pytest.fixture
def run(here, tmp_path):
    """Run the command in a directory of its own, with nobody's configuration."""

    def call(*arguments, module="omnidomain_jupyter.cli", **environment):
        kept = {
            name: text
            for name, text in os.environ.items()
            if not name.startswith(("JUPYTER", "OMNIDOMAIN_"))
        }
        variables = {
            "JUPYTER_CONFIG_DIR": str(tmp_path / "config"),
            "JUPYTER_DATA_DIR": str(tmp_path / "data"),
            "JUPYTER_NO_CONFIG_FALLBACK": "1",
            "PYTHONPATH": f"{PROJECT}{os.pathsep}{os.environ['PYTHONPATH']}",
        }
        return subprocess.run(
            [sys.executable, "-c", f"from {module} import main; main()", *arguments],
            cwd=here,
            env={**kept, **variables, **environment},
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
        )

    return call
