"""Parameters of Nextflow pipelines that a server's administrator sets, for all runs alike.

They come from the trait `pipeline_parameters`, such as the places of reference databases:
``{"FungalFlow": {"busco_db": "/databases/busco"}}``.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence

from .definition import PipelineDefinition, is_parameter

TRAIT = "pipeline_parameters"


def checked_parameters(given: Mapping[str, object]) -> dict[str, dict[str, str]]:
    """Return the trait's values as texts, by pipeline and parameter.

    Raises
    ------
    ValueError : what is no parameter, or cannot be passed as one; the text names it
    """
    checked: dict[str, dict[str, str]] = {}
    for pipeline, values in given.items():
        if not isinstance(values, Mapping):
            raise ValueError(  # noqa: TRY004 - a wrong configuration, as any other
                f"{TRAIT}: {pipeline} needs parameters and their values, such as "
                f"{{'busco_db': '/databases/busco'}}, and has {values!r}"
            )
        checked[str(pipeline)] = {
            _name(pipeline, name): _text(pipeline, name, value) for name, value in values.items()
        }
    return checked


def parameter_notes(
    parameters: Mapping[str, Mapping[str, str]], pipelines: Sequence[PipelineDefinition]
) -> Iterator[str]:
    """Yield what of the trait has no effect, for the server's log."""
    known = {pipeline.name: pipeline for pipeline in pipelines}
    for name, values in parameters.items():
        pipeline = known.get(name)
        if pipeline is None:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            yield f"{TRAIT} names {name!r}, and there is no such pipeline.{hint}"
        elif pipeline.engine != "nextflow":
            yield f"{TRAIT} has no effect on {name}, which is not a Nextflow pipeline."
        else:
            own = sorted(_of_runs(pipeline).intersection(values))
            if own:
                yield f"{TRAIT} of {name}: every run sets {', '.join(own)} itself."


def missing_parameters(
    pipeline: PipelineDefinition, given: Mapping[str, str], environment: Mapping[str, str]
) -> list[str]:
    """Return the parameters that the pipeline needs and nobody has set."""
    from_environment = {
        name
        for name, variable in pipeline.environment_parameters.items()
        if environment.get(variable)
    }
    found = {*pipeline.fixed_parameters, *from_environment, *given}
    return [name for name in pipeline.required_parameters if name not in found]


def how_to_set(pipeline: PipelineDefinition, missing: Sequence[str]) -> str:
    """Return the message for a scientist whose server lacks parameters."""
    variables = pipeline.environment_parameters
    named = ", ".join(
        f"{name} (or the environment variable {variables[name]})" if name in variables else name
        for name in missing
    )
    return (
        f"{pipeline.title} cannot run here yet: this server has no value for {named}. Whoever "
        f"runs the server sets it in c.OmniDomainApp.{TRAIT}, under {pipeline.name!r}."
    )


def _of_runs(pipeline: PipelineDefinition) -> set[str]:
    if pipeline.granularity == "sheet":
        return {pipeline.outdir_parameter, pipeline.input_parameter}
    sample = pipeline.parameters.get(pipeline.sample_column, pipeline.sample_column)
    return {pipeline.outdir_parameter, *([sample] if sample else [])}


def _name(pipeline: object, name: object) -> str:
    if not isinstance(name, str) or not is_parameter(name):
        raise ValueError(f"{TRAIT}: {name!r} of {pipeline} is not the name of a parameter")
    return name


def _text(pipeline: object, name: str, value: object) -> str:
    if not isinstance(value, str | int | float):
        raise ValueError(  # noqa: TRY004 - a wrong configuration, as any other
            f"{TRAIT}: {name} of {pipeline} must be a text, a number, True or False, and is "
            f"{value!r}"
        )
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if not text or text.startswith("-") or not text.isprintable():
        raise ValueError(
            f"{TRAIT}: {name} of {pipeline} is {text!r}; a value may not be empty, begin with '-' "
            "or hold control characters"
        )
    return text
