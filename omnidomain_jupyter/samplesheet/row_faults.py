"""Asks `jsonschema` what is wrong with the rows of one sheet, but nothing twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .reader import Row
from .rules import RowRules


def cells_alone(validator: Any) -> Any:
    """Return `jsonschema`'s validator of a row's cells; None if they are told elsewhere, too."""
    about = validator.schema
    if not isinstance(about, Mapping) or "$ref" in about or "allOf" in about:
        return None
    return validator.evolve(schema={"properties": about.get("properties", {})})


class RowFaults:
    """What `jsonschema` finds wrong with rows.

    Where a row's cells are judged one by one, beside the question which are filled, the faults
    of a row whose cells are right are those of all rows that fill the same columns; and a row
    that may fill its columns has the faults of its wrong cells only.

    Parameters
    ----------
    validator : `jsonschema`'s for a row
    cells : the same for the cells alone, from `cells_alone`
    rules : the same, taken apart
    """

    def __init__(self, validator: Any, cells: Any, rules: RowRules) -> None:
        self._validator = validator
        self._cells = cells
        self._rules = rules
        self._of_columns: dict[tuple[str, ...], list[Any]] = {}

    def of(self, row: Row, instance: Mapping[str, Any]) -> Iterable[Any]:
        """Return the errors of `jsonschema` about a row.

        Parameters
        ----------
        instance : the row's cells as the schema's types
        """
        rules = self._rules
        if not rules.separable:
            return self._errors(instance)
        wrong = {
            name: value
            for name, value in instance.items()
            if not rules.is_right(name, row.cells[name])
        }
        names = tuple(instance)
        if not wrong:
            if names not in self._of_columns:
                self._of_columns[names] = list(self._errors(instance))
            return self._of_columns[names]
        if self._cells is not None and rules.may_be_filled(frozenset(names)):
            errors: Iterable[Any] = self._cells.iter_errors(wrong)
            return errors
        return self._errors(instance)

    def _errors(self, instance: Mapping[str, Any]) -> Iterable[Any]:
        errors: Iterable[Any] = self._validator.iter_errors(instance)
        return errors
