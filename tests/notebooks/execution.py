"""Runs the example notebooks against a real server.

    python tests/notebooks/execution.py [NAME …]

writes their outputs into them, as they are committed, and prints how long each has taken.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
EXECUTED = ("quickstart", "submit_a_sheet", "watch_and_compare", "your_own_pipeline")
_BIN = str(Path(sys.executable).parent)


@contextmanager
def server_for_notebooks(home: Path) -> Iterator[Any]:
    """Start a server whose root is the folder that the notebooks run in."""
    from client.live_server import live_server

    pipelines = home / "root" / "my-pipelines"
    pipelines.mkdir(parents=True)
    with live_server(home, f"--OmniDomainApp.pipelines_path={pipelines}") as server:
        yield server


def environment_of(server: Any) -> dict[str, str]:
    """Return what a kernel of that server has in its environment."""
    return {
        **server.environment(),
        "JPY_PARENT_PID": str(server.pid),
        "PATH": f"{_BIN}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": os.pathsep.join([str(NOTEBOOKS.parent), os.environ.get("PYTHONPATH", "")]),
    }


def executed(name: str, server: Any) -> Any:
    """Return a notebook with the outputs that it has there."""
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)
    where = {"metadata": {"path": str(server.root)}}
    NotebookClient(notebook, timeout=180, resources=where, store_widget_state=False).execute()
    return notebook


def _is_a_bar(output: Any) -> bool:
    """Whether it is tqdm's, which is full by now; without its widget it would be an error."""
    data = output.get("data", {})
    return "application/vnd.jupyter.widget-view+json" in data and "%|" in data["text/plain"]


def main() -> None:
    """Execute them in their places."""
    import nbformat

    sys.path.insert(0, str(NOTEBOOKS.parent / "tests"))
    with (
        tempfile.TemporaryDirectory() as directory,
        server_for_notebooks(Path(directory)) as server,
    ):
        os.environ.update(environment_of(server))
        for name in sys.argv[1:] or EXECUTED:
            began = time.monotonic()
            notebook = executed(name, server)
            print(f"{name:20}{time.monotonic() - began:6.1f} s")
            for cell in notebook.cells:
                cell.metadata.pop("execution", None)
                if cell.cell_type == "code":
                    cell.outputs = [each for each in cell.outputs if not _is_a_bar(each)]
            text = nbformat.writes(notebook)
            # Where it was run says nothing to anybody.
            text = re.sub(re.escape(str(server.root)), "/home/you", text)
            (NOTEBOOKS / f"{name}.ipynb").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
