"""Every example notebook runs from top to bottom, shows what it says, and has nothing to hide."""

from __future__ import annotations

import re
import socket
import time
from pathlib import Path
from typing import Any

import nbformat
import pytest

from .execution import EXECUTED, NOTEBOOKS, environment_of, executed, server_for_notebooks

ALL = sorted(NOTEBOOKS.glob("*.ipynb"))
VEGA = "application/vnd.vegalite.v5+json"

# What a reader must see in the outputs, besides that there is no error.
SEEN = {
    "quickstart": [
        "OmniDomain panel",
        r"<Submission of 3 runs: 3 COMPLETED ",
        r"good +4000 +600000 +0\.9",
        r"poor +4000 +600000 +0\.4",
        r"good\.sequali\.html +\d{6,} +text/html",
    ],
    "submit_a_sheet": [
        r"3 rows, 2 to put right\.",
        "Suggestion: short_inserts",
        r"3 rows, ready to submit\.",
        r"short_inserts +COMPLETED",
        r"good +COMPLETED +4000\.0",
    ],
    "watch_and_compare": [
        r"<Submission of 3 runs: 3 COMPLETED ",
        r"poor +COMPLETED +\d",
        r"good +4000 +600000 +0\.9",
        r"Duration\ngood +█+ \d",
        r"Mean quality along the reads.*\ngood_R1\.fastq\.gz +[▁▂▃▄▅▆▇█]{30,}",
        r"good\.sequali\.json +\d{6,} +application/json",
    ],
    "your_own_pipeline": [
        r"count_lines +Count lines +row +wc +my-pipelines/count_lines",
        "A sample begins with a letter and has no spaces.",
        r"COMPLETED \['3'\]",
    ],
}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with server_for_notebooks(tmp_path_factory.mktemp("notebooks")) as server:
        yield server


def outputs_of(notebook: Any) -> list[Any]:
    return [each for cell in notebook.cells for each in cell.get("outputs", [])]


def text_of(notebook: Any) -> str:
    """Return what a reader without a browser sees of the outputs."""
    found = [each.get("text") or each.data["text/plain"] for each in outputs_of(notebook)]
    return "\n".join(found)


def plots_of(notebook: Any) -> list[Any]:
    return [each.data[VEGA] for each in outputs_of(notebook) if VEGA in each.get("data", {})]


def require_what_it_promises(notebook: Any, name: str) -> None:
    assert [each for each in outputs_of(notebook) if each.output_type == "error"] == []
    text = text_of(notebook)
    assert [pattern for pattern in SEEN[name] if not re.search(pattern, text)] == []
    if name == "watch_and_compare":
        durations, qualities = plots_of(notebook)
        bars = durations["data"]["values"]
        assert [bar["sample_id"] for bar in bars] == ["good", "short", "poor"]
        assert all(bar["duration_s"] > 0 for bar in bars)
        points = qualities["data"]["values"]
        seen = {(point["sample_id"], point["x"]) for point in points}
        assert seen >= {("good", 3), ("poor", 150)}
        assert {each["field"] for each in qualities["encoding"].values()} <= set(points[0])


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")
@pytest.mark.parametrize("name", EXECUTED)
def test_it_runs_from_top_to_bottom_and_shows_what_it_says(name, server, monkeypatch):
    for variable, text in environment_of(server).items():
        monkeypatch.setenv(variable, text)
    began = time.monotonic()
    notebook = executed(name, server)
    print(f"{name}: {time.monotonic() - began:.0f} s")
    require_what_it_promises(notebook, name)
    text = nbformat.writes(notebook)
    assert server.token not in text
    assert "eyJ" not in text  # how every JWT begins


@pytest.mark.parametrize("file", ALL, ids=lambda file: file.stem)
def test_it_is_a_notebook_without_secrets_and_without_a_machine(file: Path):
    text = file.read_text(encoding="utf-8")
    notebook = nbformat.reads(text, as_version=4)
    nbformat.validate(notebook)
    told = [r"eyJ", r"/tmp/", r"/work/", r"/root/", r"Traceback", r"(?<!/)/home/(?!you\b)"]
    told += [r"127\.0\.0\.1", r"localhost:", r"[?&]token=", rf"\b{socket.gethostname()}\b"]
    assert [each for each in told if re.search(each, text)] == []


@pytest.mark.parametrize("name", EXECUTED)
def test_it_is_committed_with_its_outputs(name: str):
    notebook = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)
    require_what_it_promises(notebook, name)


def test_aws_batch_is_for_reading():
    notebook = nbformat.read(NOTEBOOKS / "aws_batch.ipynb", as_version=4)
    assert outputs_of(notebook) == []
