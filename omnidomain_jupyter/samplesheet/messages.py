"""What is wrong with a cell, in words for the bench and not for the schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_TYPES = {
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "string": "text",
}


def shown(value: object, limit: int = 60) -> str:
    """Return a value as it stands in a message: quoted, and not too long."""
    text = str(value)
    return f"“{text[: limit - 1]}…”" if len(text) > limit else f"“{text}”"


def listed(names: list[str], word: str = "or") -> str:
    """Return ``a, b or c``."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {word} {names[-1]}"


def about_cell(keyword: str, limit: Any, column: str, value: object) -> str:
    """Return the message for a cell that breaks a rule of its column."""
    what = f"{shown(value)} in column {column}"
    says = {
        "enum": lambda: f"{what} is not one of {listed([shown(each) for each in limit])}.",
        "const": lambda: f"{what} must be {shown(limit)}.",
        "type": lambda: f"{what} is not {_kind(limit)}.",
        "pattern": lambda: _pattern(what, str(limit), str(value)),
        "minLength": lambda: f"{what} is too short: at least {limit} characters are needed.",
        "maxLength": lambda: f"{what} is too long: at most {limit} characters fit.",
        "minimum": lambda: f"{what} must be {limit} or more.",
        "maximum": lambda: f"{what} must be {limit} or less.",
        "exclusiveMinimum": lambda: f"{what} must be more than {limit}.",
        "exclusiveMaximum": lambda: f"{what} must be less than {limit}.",
        "multipleOf": lambda: f"{what} must be a multiple of {limit}.",
    }.get(keyword)
    return says() if says else f"{what} is not accepted by this pipeline."


def about_required(column: str, sample: str | None) -> str:
    """Return the message for an empty cell that must be filled."""
    where = f" for sample {shown(sample)}" if sample else ""
    return f"The cell {column} is empty{where}; it must be filled."


def about_choice(columns: list[list[str]]) -> str:
    """Return the message for a row in which none of several columns is filled."""
    sets = [listed(names, "and") for names in columns if names]
    return f"At least one of these must be filled: {listed(sets)}." if sets else ""


def about_dependency(column: str, missing: str) -> str:
    """Return the message for a cell that makes no sense without another."""
    return f"{column} is filled, so {missing} must be filled too."


def own_message(schema: Mapping[str, Any]) -> str | None:
    """Return the message that the schema's author wrote, as a sentence."""
    message = schema.get("errorMessage")
    if not isinstance(message, str) or not message.strip():
        return None
    message = message.strip()
    return message if message[-1] in ".!?" else message + "."


def _kind(limit: Any) -> str:
    kinds = limit if isinstance(limit, list) else [limit]
    return listed([_TYPES.get(kind, str(kind)) for kind in kinds if kind != "null"])


def _pattern(what: str, pattern: str, value: str) -> str:
    if any(character.isspace() for character in value) and "\\S" in pattern:
        return f"{what} contains a blank, which is not allowed there."
    endings = [
        end for end in (".fastq.gz", ".fq.gz", ".fastq", ".fq", ".bam") if _ends(pattern, end)
    ]
    if endings and not value.endswith(tuple(endings)):
        return f"{what} must end in {listed(endings)}."
    return f"{what} does not have the form that this pipeline needs."


def _ends(pattern: str, ending: str) -> bool:
    import re

    try:
        return re.search(pattern, f"a{ending}") is not None and "$" in pattern
    except re.error:
        return False
