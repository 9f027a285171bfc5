"""An environment that has what a user installs, and nothing that only developers need."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[1]


def user_python(directory: Path) -> str:
    """Make an environment with this package and what it needs; return its Python.

    What the tests bring along is imported by some of these packages when it is there: PyJWT
    alone takes 10 MB more of memory beside `cryptography`.
    """
    subprocess.run([sys.executable, "-m", "venv", str(directory)], check=True)
    python = str(directory / "bin" / "python")
    subprocess.run(
        [
            python,
            *["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--editable"],
            PROJECT,
        ],
        check=True,
        # No front end is shown.
        env={**os.environ, "SKIP_JUPYTER_BUILDER": "1"},
    )
    return python
