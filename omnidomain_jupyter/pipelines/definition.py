"""A pipeline: what it is called, what its sheet looks like and how it is started.

A pipeline is data: a folder with `pipeline.toml` and, beside it, `schema_input.json`, which
may be any nf-core pipeline's own. The keys of `pipeline.toml`:

- `name`, `title`: what people call it; `description`
- `engine`: "nextflow", or "command" for any program
- `source`, `revision`, `config` (a list, for `-c`): Nextflow's project, version and settings
- `profile`: Nextflow's `-profile`; a table gives one for each compute backend
- `command`: the argument list of an engine "command"; see `template`
- `granularity`: "row" for a job per row (the default), "sheet" for a job per sheet
- `sample_column`: the column that names the sample; "sample_id" by default
- `[parameters]`: column = "parameter", where they differ; false for a column that is not passed
- `[fixed_parameters]`: parameter = value, for every run
- `[environment_parameters]`: parameter = "VARIABLE" of the server, such as a database's place
- `required_parameters`: names of parameters that must come from one of these two, or from the
  server's `pipeline_parameters`; without them nothing is submitted
- `outdir_parameter` ("outdir"), `input_parameter` ("input"): what the pipeline calls them
- `[[cost]]`: `low`, `high` in US dollars a sample, with `label`, and `columns` (all set) and
  `values` (column = "text") that say for which rows; the first that fits counts
- `[resources]`: `cpus`, `memory_mb` of one job
- `[match]`: column = ["_ont.fastq.gz"], the endings by which its files are found in a folder,
  where they differ from what is usual
- `[[example]]`: a believable row, column = "text"; two of them make the starter sheet
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from .cost import CostRule, cost_range
from .errors import PipelineDefinitionError
from .example import example_sheet
from .schema import SCHEMA_FILE, Column, columns_of, read_schema
from .template import RUN_NAMES, Argument, check_template
from .toml_file import TomlTable

__all__ = ["DEFINITION_FILE", "PipelineDefinition", "PipelineDefinitionError", "load_definition"]

DEFINITION_FILE = "pipeline.toml"

_KEYS = (
    *("name", "title", "description", "engine", "source", "revision", "config", "profile"),
    *("command", "granularity", "sample_column", "parameters", "fixed_parameters"),
    *("environment_parameters", "required_parameters", "outdir_parameter", "input_parameter"),
    *("cost", "resources", "example", "match"),
)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_PARAMETER = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")


@dataclass(frozen=True)
class Resources:
    """What one job of the pipeline asks for; None leaves it to the compute backend."""

    cpus: float | None = None
    memory_mb: int | None = None


@dataclass(frozen=True)
class PipelineDefinition:
    """A pipeline that can be run here.

    `profiles` holds Nextflow's `-profile` by compute backend, "" for all others.
    `parameters` maps columns to parameters where they differ, to None where the column is
    not passed.
    """

    name: str
    title: str
    description: str
    engine: str
    directory: Path
    schema: Mapping[str, Any]
    source: str | None = None
    revision: str | None = None
    config: tuple[str, ...] = ()
    profiles: Mapping[str, str] = field(default_factory=dict)
    command: tuple[Argument, ...] = ()
    granularity: str = "row"
    sample_column: str = "sample_id"
    parameters: Mapping[str, str | None] = field(default_factory=dict)
    fixed_parameters: Mapping[str, str] = field(default_factory=dict)
    environment_parameters: Mapping[str, str] = field(default_factory=dict)
    required_parameters: tuple[str, ...] = ()
    outdir_parameter: str = "outdir"
    input_parameter: str = "input"
    cost_rules: tuple[CostRule, ...] = ()
    resources: Resources = field(default_factory=Resources)
    examples: tuple[Mapping[str, str], ...] = ()
    match: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def profile(self) -> str | None:
        """Nextflow's `-profile` where the compute backend makes no difference."""
        return self.profiles.get("")

    @cached_property
    def columns(self) -> list[Column]:
        """The columns of its sample sheet, in the schema's order."""
        return columns_of(self.schema)

    @property
    def program(self) -> str:
        """The program that a job starts."""
        if self.engine == "nextflow":
            return "nextflow"
        first = self.command[0]
        return first if isinstance(first, str) else first[0]

    @cached_property
    def file_columns(self) -> frozenset[str]:
        """The columns whose cells name files or folders."""
        return frozenset(column.name for column in self.columns if column.is_file)

    @cached_property
    def example_sheet(self) -> str:
        """A starter sheet as TSV: the header and two rows that pass the schema."""
        return example_sheet(self.schema, self.columns, self.sample_column, self.examples)

    @property
    def widest_cost_range(self) -> tuple[float, float] | None:
        """What a sample may cost, whatever its row says; None when nothing is known."""
        if not self.cost_rules:
            return None
        return min(rule.low for rule in self.cost_rules), max(rule.high for rule in self.cost_rules)

    def cost_range(self, cells: Mapping[str, str]) -> tuple[float, float] | None:
        """Return what a row may cost in US dollars, from and to; None when nothing is known."""
        return cost_range(self.cost_rules, cells)


def is_parameter(name: str) -> bool:
    """Tell whether a text can be the name of a Nextflow parameter."""
    return _PARAMETER.fullmatch(name) is not None


def load_definition(directory: Path) -> PipelineDefinition:
    """Read a pipeline from its folder.

    Raises
    ------
    PipelineDefinitionError : the text names the file, the key and what is wrong
    """
    table = TomlTable.read(directory / DEFINITION_FILE)
    table.allow(_KEYS)
    name = table.text("name")
    if not _NAME.fullmatch(name):
        table.fail("name", f"{name!r} may only hold letters, digits, '.', '_' and '-', up to 100")
    engine = table.choice("engine", ("nextflow", "command"))
    schema = read_schema(directory / SCHEMA_FILE)
    columns = [column.name for column in columns_of(schema)]
    sample_column = table.text("sample_column", "sample_id")
    if sample_column not in columns:
        table.fail("sample_column", f"the schema has no column {sample_column!r}")
    return PipelineDefinition(
        name=name,
        title=table.text("title", name),
        description=table.text("description", ""),
        engine=engine,
        directory=directory,
        schema=schema,
        source=_source(table, engine),
        revision=_nextflow_text(table, "revision", engine),
        config=table.texts("config"),
        profiles=_profiles(table),
        command=_command(table, engine, frozenset(columns)),
        granularity=table.choice("granularity", ("row", "sheet"), "row"),
        sample_column=sample_column,
        parameters=_parameters(table, columns),
        fixed_parameters=_fixed_parameters(table),
        environment_parameters=_environment_parameters(table),
        required_parameters=_required_parameters(table, engine),
        outdir_parameter=_renamed(table, "outdir_parameter", "outdir"),
        input_parameter=_renamed(table, "input_parameter", "input"),
        cost_rules=tuple(_cost_rule(rule, columns) for rule in table.tables("cost")),
        resources=_resources(table.table("resources")),
        examples=tuple(_cells(example, columns) for example in table.tables("example")),
        match=_match(table.table("match"), columns),
    )


def _source(table: TomlTable, engine: str) -> str | None:
    if engine == "nextflow":
        source: str = table.text("source")
        if source.startswith("-"):
            table.fail("source", f"{source!r} would be taken for an option")
        return source
    return None


def _nextflow_text(table: TomlTable, key: str, engine: str) -> str | None:
    value: str | None = table.text(key, None)
    if engine == "nextflow" and value is not None and value.startswith("-"):
        table.fail(key, f"{value!r} would be taken for an option")
    return value


def _profiles(table: TomlTable) -> dict[str, str]:
    value = table.raw("profile", str, dict)
    if isinstance(value, dict):
        profiles = table.table("profile")
        by_backend = {backend: profiles.text(backend) for backend in profiles}
    else:
        by_backend = {} if value is None else {"": table.text("profile")}
    for profile in by_backend.values():
        if profile.startswith("-"):
            table.fail("profile", f"{profile!r} would be taken for an option")
    return by_backend


def _command(table: TomlTable, engine: str, columns: frozenset[str]) -> tuple[Argument, ...]:
    if engine == "nextflow":
        if table.raw("command", list) is not None:
            table.fail("command", 'is for engine = "command" only')
        return ()
    template: list[Argument] = []
    for argument in table.raw("command", list) or []:
        parts = argument if isinstance(argument, list) and argument else [argument]
        if not all(isinstance(part, str) and part and "\0" not in part for part in parts):
            table.fail("command", f"{argument!r} is not a text or a list of texts")
        template.append(argument if isinstance(argument, str) else tuple(argument))
    if not template:
        table.fail("command", 'is missing: engine = "command" needs its list of arguments')
    try:
        check_template(template, columns | RUN_NAMES)
    except ValueError as error:
        table.fail("command", str(error))
    return tuple(template)


def _parameter(table: TomlTable, key: str, name: str) -> str:
    if not is_parameter(name):
        table.fail(key, f"{name!r} is not a parameter's name")
    return name


def _renamed(table: TomlTable, key: str, default: str) -> str:
    return _parameter(table, key, table.text(key, default))


def _parameters(table: TomlTable, columns: list[str]) -> dict[str, str | None]:
    inner = table.table("parameters")
    parameters: dict[str, str | None] = {}
    for column in inner:
        if column not in columns:
            inner.fail(column, "the schema has no such column")
        value = inner.raw(column, str, bool)
        if value is True:
            inner.fail(column, "must be a parameter's name, or false")
        parameters[column] = None if value is False else _parameter(inner, column, value)
    return parameters


def _fixed_parameters(table: TomlTable) -> dict[str, str]:
    inner = table.table("fixed_parameters")
    parameters: dict[str, str] = {}
    for name in inner:
        value = inner.raw(name, str, int, float, bool)
        text = str(value).lower() if isinstance(value, bool) else str(value)
        parameters[_parameter(inner, name, name)] = text
    return parameters


def _environment_parameters(table: TomlTable) -> dict[str, str]:
    inner = table.table("environment_parameters")
    return {_parameter(inner, name, name): inner.text(name) for name in inner}


def _required_parameters(table: TomlTable, engine: str) -> tuple[str, ...]:
    names = table.texts("required_parameters")
    if names and engine != "nextflow":
        table.fail("required_parameters", 'is for engine = "nextflow" only')
    return tuple(_parameter(table, "required_parameters", name) for name in names)


def _cost_rule(table: TomlTable, columns: list[str]) -> CostRule:
    table.allow(("low", "high", "label", "columns", "values"))
    low, high = float(table.number("low", 0)), float(table.number("high", 0))
    if high < low:
        table.fail("high", f"{high} is less than low, {low}")
    needed = table.texts("columns")
    for column in needed:
        if column not in columns:
            table.fail("columns", f"the schema has no column {column!r}")
    values = _cells(table.table("values"), columns)
    return CostRule(low, high, table.text("label", None), needed, values)


def _resources(table: TomlTable) -> Resources:
    table.allow(("cpus", "memory_mb"))
    cpus, memory = table.number("cpus", 0.25, None), table.number("memory_mb", 4, None)
    return Resources(cpus, None if memory is None else int(memory))


def _cells(table: TomlTable, columns: list[str]) -> dict[str, str]:
    cells: dict[str, str] = {}
    for column in table:
        if column not in columns:
            table.fail(column, "the schema has no such column")
        cells[column] = table.text(column)
    return cells


def _match(table: TomlTable, columns: list[str]) -> dict[str, tuple[str, ...]]:
    for column in table:
        if column not in columns:
            table.fail(column, "the schema has no such column")
    return {column: table.texts(column) for column in table}
