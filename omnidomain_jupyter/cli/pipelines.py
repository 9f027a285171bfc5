"""``jupyter omnidomain pipelines``: what can be run here."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from ..pipelines.definition import PipelineDefinition
from .command import BAD, GOOD, Command

_HEADER = ("NAME", "TITLE", "ONE JOB PER", "FROM")


class PipelinesApp(Command):
    """Lists pipelines."""

    name = "jupyter-omnidomain-pipelines"
    description = (
        "List the pipelines that can be run here: the built-in ones and those in the "
        "directories of pipelines_path.\n\n"
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


def _row(pipeline: PipelineDefinition) -> tuple[str, ...]:
    from ..pipelines.registry import BUILTIN

    place = "built in" if pipeline.directory.parent == BUILTIN else str(pipeline.directory)
    return pipeline.name, pipeline.title, pipeline.granularity, place


def _print_table(rows: Sequence[Sequence[str]]) -> None:
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        sys.stdout.write("  ".join(cells).rstrip() + "\n")
