"""Which pipeline, what it does, and the columns that its sheets have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import traitlets

from .assets import module, styles
from .part import Part

if TYPE_CHECKING:
    from ..schemas import Pipeline


class PipelinePicker(Part):
    """The pipelines that can be run here; `value` is the name of the one that is chosen."""

    _esm = module("pipeline-picker.js")
    _css = styles("pipeline-picker.css")

    options = traitlets.List(traitlets.Dict()).tag(sync=True)
    value = traitlets.Unicode("").tag(sync=True)
    columns = traitlets.List(traitlets.Dict()).tag(sync=True)
    starter = traitlets.Unicode("").tag(sync=True)

    def offer(self, options: Sequence[dict[str, str]], wanted: str) -> None:
        """Offer these; choose `wanted` if it is among them, the first otherwise."""
        names = [option["name"] for option in options]
        with self.at_once():
            self.options = list(options)
            if self.value not in names:
                self.value = wanted if wanted in names else next(iter(names), "")

    def describe(self, pipeline: Pipeline) -> None:
        """Show the columns of the one that is chosen."""
        if pipeline.name != self.value:
            return  # another was chosen meanwhile
        with self.at_once():
            self.columns = [
                {
                    "name": column.name,
                    "required": column.required,
                    "description": column.description or "",
                    "is_file": column.is_file,
                    "allowed": column.allowed_values or [],
                }
                for column in pipeline.columns
            ]
            self.starter = pipeline.example_sheet

    @property
    def chosen(self) -> dict[str, str]:
        """What is known of the one that is chosen."""
        return next((each for each in self.options if each["name"] == self.value), {})
