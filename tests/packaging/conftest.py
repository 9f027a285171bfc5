"""What a user downloads: the sdist and the wheel, built from a copy of the sources."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
BESIDE = Path(sys.executable).parent
BUILT = ("omnidomain_jupyter/labextension", "labextension/lib", "labextension/node_modules")
LEFT_OUT = shutil.ignore_patterns(
    *(".git", ".venv", ".*_cache", "__pycache__", "dist", "build", "labextension", "tests"),
    *("node_modules", "lib", ".ipynb_checkpoints", "omnidomain-*", "test-results"),
)


@pytest.fixture(scope="session")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sources, with the packages from npm that the project has at hand."""
    copy = tmp_path_factory.mktemp("sources") / "omnidomain"
    shutil.copytree(PROJECT, copy, ignore=LEFT_OUT)
    front_end = PROJECT / "labextension"
    leave = shutil.ignore_patterns("node_modules", "lib", "*.tsbuildinfo", ".yarn", ".*cache")
    shutil.copytree(front_end, copy / "labextension", ignore=leave)
    modules = front_end / "node_modules"
    if modules.is_dir():
        shutil.copytree(modules, copy / "labextension" / "node_modules", symlinks=True)
    return copy


@pytest.fixture(scope="session")
def distributions(sources: Path) -> tuple[Path, Path]:
    """The sdist, and the wheel that is built from it."""
    subprocess.run(
        # What the build needs is here; `pip install` of the sdist makes an environment for it.
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", "dist", "."],
        cwd=sources,
        check=True,
        timeout=280,
        env={**os.environ, "PATH": f"{BESIDE}{os.pathsep}{os.environ['PATH']}"},  # jlpm, node
    )
    [sdist], [wheel] = (list((sources / "dist").glob(end)) for end in ("*.tar.gz", "*.whl"))
    return sdist, wheel


@pytest.fixture(scope="session")
def sdist(distributions: tuple[Path, Path]) -> Path:
    """The sdist."""
    return distributions[0]


@pytest.fixture(scope="session")
def wheel(distributions: tuple[Path, Path]) -> Path:
    """The wheel."""
    return distributions[1]


@pytest.fixture(autouse=True)
def _nothing_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHONPATH", raising=False)


@pytest.fixture
def no_node(monkeypatch: pytest.MonkeyPatch) -> None:
    """A path on which there is neither Node nor npm."""
    folders = os.environ["PATH"].split(os.pathsep)
    without = [each for each in folders if not (Path(each) / "node").exists()]
    monkeypatch.setenv("PATH", os.pathsep.join(without))
    assert shutil.which("node") is None
