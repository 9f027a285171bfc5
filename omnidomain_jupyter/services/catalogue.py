"""The pipelines that can be run, as clients see them."""

from __future__ import annotations

from ..pipelines.definition import PipelineDefinition
from ..pipelines.registry import PipelineRegistry
from ..schemas import (
    BrokenPipeline,
    CostRange,
    Pipeline,
    PipelineColumn,
    PipelineList,
    PipelineSummary,
)


class CatalogueService:
    """Shows the registry of pipelines."""

    def __init__(self, pipelines: PipelineRegistry) -> None:
        self._pipelines = pipelines

    def list(self) -> PipelineList:
        """Return all pipelines, and the definitions that are broken."""
        return PipelineList(
            pipelines=[
                PipelineSummary.model_validate(pipeline) for pipeline in self._pipelines.list()
            ],
            broken=[
                BrokenPipeline(name=name, message=message)
                for name, message in self._pipelines.broken
            ],
        )

    def get(self, name: str) -> Pipeline:
        """Return one pipeline with its columns, schema, cost and an example sheet.

        Raises
        ------
        NotFoundError : there is none of that name
        """
        pipeline = self._pipelines.get(name)
        return Pipeline(
            **PipelineSummary.model_validate(pipeline).model_dump(),
            columns=[PipelineColumn.model_validate(column) for column in pipeline.columns],
            schema=dict(pipeline.schema),
            cost=_cost(pipeline),
            example_sheet=pipeline.example_sheet,
        )


def _cost(pipeline: PipelineDefinition) -> CostRange | None:
    found = pipeline.widest_cost_range
    return CostRange(low=found[0], high=found[1]) if found else None
