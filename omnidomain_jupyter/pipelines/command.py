"""From a pipeline and a row to the argument list of a job.

Nothing here is a shell's: an argument list goes to the program as it is, so a quote, a blank
or a semicolon in a cell is text and nothing else. For engine "command" see `template`. For
Nextflow every set cell becomes `--parameter value`; where the value begins with `-` it is
written as one argument, `--parameter=value`, which Nextflow reads in the same way and never as
an option (Nextflow, `Launcher.normalizeArgs`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

from ..errors import InvalidInputError
from ..samplesheet.issues import Issue
from .definition import PipelineDefinition
from .template import check_value, render


def build_command(  # noqa: PLR0913
    pipeline: PipelineDefinition,
    cells: Mapping[str, str],
    *,
    sample_id: str,
    run_id: str,
    output_directory: str,
    work_directory: str,
    resume: bool = False,
    sheet: str | None = None,
    backend: str = "local",
    parameters: Mapping[str, str] | None = None,
    environment: Mapping[str, str] | None = None,
) -> list[str]:
    """Return the job's command as an argument list.

    Parameters
    ----------
    cells : the row, column by column; unset cells are absent or empty. Paths of local files
        are absolute
    output_directory, work_directory : absolute local paths or URIs
    resume : go on where an earlier attempt in the same work directory ended (Nextflow only)
    sheet : path or URI of the written sheet; needed when the pipeline takes whole sheets
    backend : name of the compute backend, by which the definition may choose its profile
    parameters : Nextflow parameters from the server's configuration; they win over the
        definition's own, and a cell wins over both
    environment : where the definition's `environment_parameters` are looked up; the server's
        own environment by default

    Raises
    ------
    InvalidInputError : a value cannot be passed safely
    """
    cells = {column: value for column, value in cells.items() if value}
    if pipeline.granularity == "sheet" and sheet is None:
        raise ValueError(f"{pipeline.name} takes whole sheets: give the path of one")
    if pipeline.engine == "command":
        values = {
            **cells,
            "sample_id": sample_id,
            "run_id": run_id,
            "outdir": output_directory,
            "workdir": work_directory,
        }
        if sheet is not None:
            values["sheet"] = sheet
        return render(pipeline.command, values)
    given = {
        **pipeline.fixed_parameters,
        **_from_environment(pipeline, os.environ if environment is None else environment),
        **(parameters or {}),
        **_from_row(pipeline, cells, sample_id, sheet),
        pipeline.outdir_parameter: output_directory,
    }
    return _nextflow(pipeline, given, work_directory, backend=backend, resume=resume)


def unsafe_cells(pipeline: PipelineDefinition, cells: Mapping[str, str]) -> list[Issue]:
    """Return the cells that `build_command` would refuse, to be told before anything runs."""
    issues: list[Issue] = []
    for column, value in cells.items():
        try:
            if pipeline.engine == "command":
                template = [part for part in pipeline.command if f"{{{column}}}" in str(part)]
                render(template, {column: value})
            check_value(value, column)
        except InvalidInputError as error:
            issues.extend(error.issues)
    return issues


def _nextflow(
    pipeline: PipelineDefinition,
    parameters: Mapping[str, str],
    work_directory: str,
    *,
    backend: str,
    resume: bool,
) -> list[str]:
    command = ["nextflow", "run", pipeline.source or ""]
    if pipeline.revision is not None:
        command += ["-r", pipeline.revision]
    for config in pipeline.config:
        command += ["-c", config]
    profile = pipeline.profiles.get(backend, pipeline.profile)
    if profile is not None:
        command += ["-profile", profile]
    for name, value in parameters.items():
        command += _parameter(name, value)
    command += ["-work-dir", work_directory, "-ansi-log", "false"]
    # At the very end: Nextflow would take a value after -resume for a session's id.
    return [*command, "-resume"] if resume else command


def _parameter(name: str, value: str) -> Iterator[str]:
    check_value(value, name)
    if value.startswith("-"):
        yield f"--{name}={value}"
    else:
        yield from (f"--{name}", value)


def _from_row(
    pipeline: PipelineDefinition, cells: Mapping[str, str], sample_id: str, sheet: str | None
) -> dict[str, str]:
    if pipeline.granularity == "sheet":
        return {pipeline.input_parameter: sheet or ""}
    row = {pipeline.sample_column: sample_id}
    row |= {column: value for column, value in cells.items() if column not in row}
    known = {column.name for column in pipeline.columns}
    named = {
        pipeline.parameters.get(column, column): value
        for column, value in row.items()
        if column in known
    }
    return {name: value for name, value in named.items() if name is not None}


def _from_environment(
    pipeline: PipelineDefinition, environment: Mapping[str, str]
) -> dict[str, str]:
    found = {
        name: environment.get(variable, "")
        for name, variable in pipeline.environment_parameters.items()
    }
    return {name: value for name, value in found.items() if value}
