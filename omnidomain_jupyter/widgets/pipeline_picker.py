"""Which pipeline, what it does, and the columns that its sheets have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import traitlets

from .assets import module
from .part import Part

if TYPE_CHECKING:
    from ..schemas import Pipeline


class PipelinePicker(Part):
    """The pipelines that can be run here; `value` is the name of the one that is chosen."""

    _esm = module("pipeline-picker.js")

    options = traitlets.List(traitlets.Dict()).tag(sync=True)
    value = traitlets.Unicode("").tag(sync=True)
    columns = traitlets.List(traitlets.Dict()).tag(sync=True)
    missing = traitlets.Unicode("").tag(sync=True)  # that the one that was wanted is not there
    starter = traitlets.Unicode("").tag(sync=True)

    def offer(self, options: Sequence[dict[str, str]], wanted: str) -> None:
        """Offer these; choose `wanted` if it can be run, the first that can otherwise.

        Parameters
        ----------
        options : the fields of each; `broken` says why it cannot be run
        """
        good = [option["name"] for option in options if not option["broken"]]
        with self.at_once():
            self.options = list(options)
            if self.value not in good:
                self.value = wanted if wanted in good else next(iter(good), "")
            self.missing = "" if wanted in good else _missing(options, wanted)

    def describe(self, pipeline: Pipeline) -> None:
        """Show the columns of the one that is chosen."""
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


def _missing(options: Sequence[dict[str, str]], wanted: str) -> str:
    """Return why the pipeline that was wanted is not chosen."""
    why = next((option["broken"] for option in options if option["name"] == wanted), "")
    return f"{wanted} cannot be run: {why}" if why else f"There is no pipeline {wanted!r} here."
