"""``jupyter omnidomain pipelines``: what can be run here."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from ..pipelines.definition import PipelineDefinition
from .command import BAD, GOOD, Command

_HEADER = ("NAME", "TITLE", "ONE JOB PER", "NEEDS", "FROM")


class PipelinesApp(Command):
    """Lists pipelines."""

    name = "jupyter-omnidomain-pipelines"
    description = (
        "List the pipelines that can be run here: the built-in ones and those in the "
        "directories of pipelines_path, and the program that each needs where its jobs run.\n\n"
        "Definitions that are broken are named with the reason; then the exit code is 1."
    )
    examples = """
jupyter omnidomain pipelines
jupyter omnidomain pipelines --pipelines-path=~/pipelines
"""

    def run(self) -> int:
        """Print the table, then what is broken."""
        registry = self.registry()
        _print_table([_HEADER, *(_row(pipeline) for pipeline in registry.list())])
        for _, note in registry.notes:
            sys.stdout.write(f"note: {note}\n")
        for name, reason in registry.broken:
            sys.stdout.write(f"broken: {name}: {reason}\n")
        return BAD if registry.broken else GOOD


def is_here(program: str) -> bool:
    """Tell whether jobs on this machine find a program: on the path or beside this Python."""
    beside = Path(sys.executable).with_name(program)
    return shutil.which(program) is not None or beside.exists()


def _row(pipeline: PipelineDefinition) -> tuple[str, ...]:
    from ..pipelines.registry import BUILTIN

    place = "built in" if pipeline.directory.parent == BUILTIN else str(pipeline.directory)
    program = pipeline.program
    needs = program if is_here(program) else f"{program} (not installed)"
    return pipeline.name, pipeline.title, pipeline.granularity, needs, place


def _print_table(rows: Sequence[Sequence[str]]) -> None:
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        sys.stdout.write("  ".join(cells).rstrip() + "\n")
