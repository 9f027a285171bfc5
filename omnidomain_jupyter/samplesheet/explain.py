"""Turns what `jsonschema` finds wrong with a row into issues at their cells."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from . import messages
from .headers import near_headers, renamings
from .issues import Issue
from .reader import UNSET, Row
from .suggestions import near, repaired, truth

_CODES = {"additionalProperties": "unknown_column", "unevaluatedProperties": "unknown_column"}


class Explainer:
    """Explains the faults of one sheet's rows, and those of the header once.

    Parameters
    ----------
    accepts : tells whether a text would do in a column
    known : the schema's columns, with what it says of them
    own : messages for columns that the schema's author wrote
    files : the columns whose cells name files
    header : the sheet's columns and their line, or None for a row without a sheet
    """

    def __init__(
        self,
        accepts: Callable[[str, str, Any], bool],
        known: Mapping[str, Mapping[str, Any]],
        *,
        own: Mapping[str, str],
        files: Iterable[str],
        sample_column: str,
        header: tuple[Sequence[str], int | None] | None,
    ) -> None:
        self._accepts = accepts
        self._known = known
        self._own = own
        self._files = frozenset(files)
        self._sample_column = sample_column
        self._header = header
        self._told: set[frozenset[str]] = set()
        self._suggested: dict[tuple[str, str, str], str | None] = {}
        self.renamed: set[str] = set()
        """Columns of the sheet that are probably others under a wrong name."""
        self.suggesting = True

    def missing_columns(self, wanted: Sequence[str]) -> Iterator[Issue]:
        """Yield an error for each of the columns; none of them is in the header."""
        free = [name for name in self._columns() if name not in self._known]
        found = near_headers(wanted, free)
        for name in wanted:
            yield self._missing_issue([name], name, found.get(name))

    def issues(self, error: Any, row: Row) -> Iterator[Issue]:
        """Yield the issues that one of `jsonschema`'s errors about a row stands for."""
        own = messages.own_message(error.schema)
        if error.absolute_path:
            yield self._cell_issue(str(error.absolute_path[0]), own, error, row)
            return
        explained = {
            "required": self._required,
            "dependentRequired": self._dependency,
            "dependencies": self._dependency,
            "anyOf": self._choice,
            "oneOf": self._choice,
            "not": self._forbidden,
            "additionalProperties": self._additional,
            "unevaluatedProperties": self._additional,
        }.get(error.validator)
        if explained is not None:
            yield from explained(error, row, own)
        else:
            message = own or "This row is not accepted by this pipeline."
            yield self._row_issue(message, str(error.validator or "row"), row)

    def dependency(self, present: str, needed: str, row: Row) -> Iterator[Issue]:
        """Yield the issue that a cell is empty which another one calls for."""
        if self._absent([needed]):
            yield from self._missing_once([needed])
            return
        message = messages.about_dependency(present, needed)
        yield Issue(message, "dependent_required", row.line or None, row.row, needed)

    def _required(self, error: Any, row: Row, _own: str | None) -> Iterator[Issue]:
        for name in error.validator_value:
            if name in error.instance:
                continue
            if self._absent([name]):
                yield from self._missing_once([name])
            else:
                message = messages.about_required(name, row.cells.get(self._sample_column))
                yield Issue(message, "required", row.line or None, row.row, name)

    def _dependency(self, error: Any, row: Row, _own: str | None) -> Iterator[Issue]:
        for present, needed in error.validator_value.items():
            if present in error.instance and isinstance(needed, list):
                for name in needed:
                    if name not in error.instance:
                        yield from self.dependency(present, name, row)

    def _choice(self, error: Any, row: Row, own: str | None) -> Iterator[Issue]:
        alternatives = [_only_required(branch) for branch in error.validator_value]
        names = [name for branch in alternatives for name in branch or ()]
        if error.validator == "oneOf" and not error.context:
            filled = [name for name in dict.fromkeys(names) if name in row.cells]
            message = own or (
                f"Only one of these may be filled: {messages.listed(filled)}."
                if len(filled) > 1
                else "This row fits several forms of which only one is allowed."
            )
            yield self._row_issue(message, "one_of", row, filled[-1] if filled else None)
            return
        complete = [branch for branch in alternatives if branch]
        if len(complete) < len(alternatives):
            yield self._row_issue(own or self._branches(error, row), "any_of", row)
        elif self._absent(names):
            yield from self._missing_once(list(dict.fromkeys(names)))
        else:
            exactly = error.validator == "oneOf"
            message = own or messages.about_choice(complete, exactly=exactly)
            empty = [name for name in names if name not in row.cells]
            at = next((name for name in empty if not self._absent([name])), None)
            yield self._row_issue(message, "any_of", row, at)

    def _branches(self, error: Any, row: Row) -> str:
        """Return what each of the alternatives misses, in one sentence."""
        reasons: dict[object, str] = {}
        for each in error.context:
            if each.relative_schema_path[0] not in reasons:
                found = next(self.issues(each, row), None)
                reasons[each.relative_schema_path[0]] = found.message if found else ""
        said = list(dict.fromkeys(filter(None, reasons.values())))
        if not said:
            return "This row is not complete."
        return said[0] if len(said) == 1 else f"One of these must be mended: {' '.join(said)}"

    def _forbidden(self, error: Any, row: Row, own: str | None) -> Iterator[Issue]:
        names = _only_required(error.validator_value) or []
        together = f"{messages.listed(names, 'and')} may not be filled" if names else ""
        ending = " in the same row" if len(names) > 1 else ""
        message = own or (
            f"{together}{ending}." if names else "This row is not accepted by this pipeline."
        )
        yield self._row_issue(message, "not", row, names[-1] if names else None)

    def _additional(self, error: Any, row: Row, _own: str | None) -> Iterator[Issue]:
        unknown = [name for name in error.instance if name not in self._known]
        free = [name for name in self._known if name not in self._columns()]
        meant = renamings(unknown, free)
        for name in unknown:
            if self._header is not None:
                if frozenset([name]) in self._told:
                    continue
                self._told.add(frozenset([name]))
                self.renamed.add(name)
            line = self._header[1] if self._header else row.line or None
            message = f"This pipeline has no column {name}, and does not allow others."
            number = None if self._header else row.row
            yield Issue(message, "unknown_column", line, number, name, name, meant.get(name))

    def _cell_issue(self, column: str, own: str | None, error: Any, row: Row) -> Issue:
        value = row.cells.get(column, "")
        own = own or self._own.get(column)
        if own:
            message = f"{column}, {messages.shown(value)}: {own}"
        elif error.context:
            faults = [(each.validator, each.validator_value) for each in _leaves(error)]
            message = messages.about_cell_with_choices(faults, column, value)
        else:
            message = messages.about_cell(error.validator, error.validator_value, column, value)
        keyword = str(error.validator)
        if keyword == "not" and not error.validator_value:
            keyword = "must_be_empty"
        code = {"anyOf": "any_of", "oneOf": "one_of"}.get(keyword, _CODES.get(keyword, keyword))
        suggestion = self._suggestion(column, value, error) if self.suggesting else None
        return Issue(message, code, row.line or None, row.row, column, value, suggestion)

    def _suggestion(self, column: str, value: str, error: Any) -> str | None:
        key = (column, value, str(error.validator))
        if key not in self._suggested:
            self._suggested[key] = self._new_suggestion(column, value, error)
        return self._suggested[key]

    def _new_suggestion(self, column: str, value: str, error: Any) -> str | None:
        def accepted(text: str) -> bool:
            return text.lower() not in UNSET and self._accepts(column, text, error.schema)

        choices: list[str] = []
        booleans = False
        for each in (error, *_leaves(error)):
            if each.validator in {"enum", "const"}:
                limit = each.validator_value
                choices += map(_written, limit if isinstance(limit, list) else [limit])
            booleans |= each.validator == "type" and "boolean" in each.validator_value
        found = near(value, choices) or (truth(value) if booleans else None)
        if found is not None and accepted(found):
            return found
        return repaired(value, accepted, is_path=column in self._files)

    def _columns(self) -> Sequence[str]:
        return self._header[0] if self._header else ()

    def _absent(self, names: Iterable[str]) -> bool:
        """Tell whether the sheet has none of the columns, so that no row can fill one."""
        return self._header is not None and not any(name in self._header[0] for name in names)

    def _missing_once(self, names: list[str]) -> Iterator[Issue]:
        if frozenset(names) in self._told:
            return
        free = [name for name in self._columns() if name not in self._known]
        found = near_headers(names, free)
        wanted = next(iter(found), names[0])
        yield self._missing_issue(names, wanted, found.get(wanted))

    def _missing_issue(self, names: list[str], wanted: str, found: str | None) -> Issue:
        self._told.add(frozenset(names))
        if found:
            self.renamed.add(found)
        return Issue(
            messages.about_missing(names, found),
            "missing_column",
            line=self._header[1] if self._header else None,
            column=found or wanted,
            value=found,
            suggestion=wanted if found else None,
        )

    @staticmethod
    def _row_issue(message: str, code: str, row: Row, column: str | None = None) -> Issue:
        value = row.cells.get(column) if column else None
        return Issue(message, code, row.line or None, row.row, column, value)


def _only_required(branch: Any) -> list[str] | None:
    """Return the columns that a branch wants filled, if it wants nothing else."""
    if not isinstance(branch, Mapping) or not branch.get("required"):
        return None
    others = set(branch) - {"required", "type", "errorMessage", "title", "description", "$comment"}
    return None if others else [str(name) for name in branch["required"]]


def _leaves(error: Any) -> Iterator[Any]:
    """Yield the faults of a cell's alternatives; not those that only stand for an empty cell."""
    for each in error.context or ():
        if each.validator == "maxLength" and each.validator_value == 0:
            continue
        if each.validator == "type" and each.validator_value == "null":
            continue
        if each.context:
            yield from _leaves(each)
        else:
            yield each


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
