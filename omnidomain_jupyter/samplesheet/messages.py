"""What is wrong with a cell, in words for the bench and not for the schema."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

_TYPES = {
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "string": "text",
}
_PLAIN_WORDS = {
    "a string": "text",
    "strings?": "text",
    "an integer": "a whole number",
    "integers": "whole numbers",
    "integer": "whole number",
    "a boolean": "true or false",
    "boolean": "true or false",
}
_MOST_LISTED = 12
_PLAIN_ENDINGS = (
    *("fastq", "fq", "fasta", "fas", "fna", "fa", "ffn", "faa", "pep", "gff", "gff3", "gtf"),
    *("gbk", "gbff", "gb", "bam", "cram", "sam", "bai", "vcf", "bed", "csv", "tsv", "txt", "json"),
    *("fast5", "pod5", "h5ad", "mzml", "raw", "pdb", "html"),
)
_ENDINGS = [f".{end}{packed}" for packed in (".gz", "") for end in _PLAIN_ENDINGS]
_EXPRESSION = re.compile(
    r"[\s;,.(]*\b(reg(ular )?ex(p|pression)?)\b\s*:?.*$", re.IGNORECASE | re.DOTALL
)


def shown(value: object, limit: int = 60) -> str:
    """Return a value as it stands in a message: quoted, and not too long."""
    text = str(value)
    return f"“{text[: limit - 1]}…”" if len(text) > limit else f"“{text}”"


def listed(names: list[str], word: str = "or") -> str:
    """Return ``a, b or c``; of many only the first."""
    if len(names) > _MOST_LISTED:
        kept = names[: _MOST_LISTED - 2]
        names = [*kept, f"one of {len(names) - len(kept)} others"]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {word} {names[-1]}"


def about_cell(keyword: str, limit: Any, column: str, value: str) -> str:
    """Return the message for a cell that breaks a rule of its column."""
    what = f"{shown(value)} in column {column}"
    says: dict[str, Callable[[], str]] = {
        "enum": lambda: _choice(what, [each for each in limit if each is not None]),
        "const": lambda: f"{what} must be {shown(limit)}.",
        "type": lambda: _kind(what, limit),
        "pattern": lambda: _pattern(what, str(limit), value),
        "minLength": lambda: f"{what} is too short: at least {limit} characters are needed.",
        "maxLength": lambda: f"{what} is too long: at most {limit} characters fit.",
        "minimum": lambda: f"{what} must be {limit} or more.",
        "maximum": lambda: f"{what} must be {limit} or less.",
        "exclusiveMinimum": lambda: f"{what} must be more than {limit}.",
        "exclusiveMaximum": lambda: f"{what} must be less than {limit}.",
        "multipleOf": lambda: f"{what} must be a multiple of {limit}.",
        "not": lambda: f"{what} is not accepted{'' if limit else ': the cell must be empty here'}.",
    }
    say = says.get(keyword)
    return say() if say else f"{what} is not accepted by this pipeline."


def about_cell_with_choices(faults: list[tuple[str, Any]], column: str, value: str) -> str:
    """Return the message for a cell that fits none of several forms, given each one's fault."""
    what = f"{shown(value)} in column {column}"
    said = dict.fromkeys(
        about_cell(keyword, limit, column, value).removeprefix(what).strip(" .")
        for keyword, limit in faults
    )
    return f"{what} {', and '.join(said)}." if said else about_cell("", None, column, value)


def about_required(column: str, sample: str | None) -> str:
    """Return the message for an empty cell that must be filled."""
    where = f" for sample {shown(sample)}" if sample else ""
    return f"The cell {column} is empty{where}; it must be filled."


def about_choice(columns: list[list[str]], *, exactly: bool = False) -> str:
    """Return the message for a row in which none of several columns is filled."""
    sets = [listed(names, "and") for names in columns]
    word = "Exactly one" if exactly else "At least one"
    return f"{word} of these must be filled: {listed(sets)}."


def about_dependency(column: str, missing: str) -> str:
    """Return the message for a cell that makes no sense without another."""
    return f"{column} is filled, so {missing} must be filled too."


def about_missing(names: list[str], found: str | None) -> str:
    """Return the message for columns that the header does not have."""
    message = (
        f"The column {names[0]} is missing."
        if len(names) == 1
        else f"The sheet needs at least one of the columns {listed(names)}."
    )
    return f"{message} Is it the one that is called {found}?" if found else message


def about_joined(column: str, separator: str, columns: int, delimiter: str) -> str:
    """Return the message for a header in which several names stand in one cell."""
    wanted = "Separate columns by tabs, by commas or by semicolons."
    if columns == 1:
        return (
            f"The header is one single column, {shown(column, 120)}: its names seem to be "
            f"separated by {separator}. {wanted}"
        )
    return (
        f"The header's cell {shown(column, 120)} holds several names, separated by {separator}, "
        f"where other cells are separated by a {delimiter}. Use one of them in the whole sheet."
    )


def own_message(schema: object) -> str | None:
    """Return the message that the schema's author wrote, as a sentence."""
    message = schema.get("errorMessage") if isinstance(schema, Mapping) else None
    return _sentence(message) if isinstance(message, str) else None


@lru_cache(maxsize=256)
def _sentence(message: str) -> str | None:
    message = _EXPRESSION.sub("", message).strip()
    for jargon, plain in _PLAIN_WORDS.items():
        message = re.sub(rf"\b{jargon}\b", plain, message)
    if not message:
        return None
    return message if message[-1] in ".!?" else message + "."


def _choice(what: str, allowed: list[Any]) -> str:
    if not allowed:
        return f"{what} must be left empty."
    return f"{what} is not {listed([shown(each) for each in allowed])}."


def _kind(what: str, limit: Any) -> str:
    kinds = [limit] if isinstance(limit, str) else list(limit)
    names = [_TYPES[kind] for kind in kinds if kind in _TYPES]
    return f"{what} is not {listed(names)}." if names else f"{what} must be left empty."


def _pattern(what: str, pattern: str, value: str) -> str:
    if any(
        re.search(r"\s", value) and re.search(pattern, re.sub(r"\s+", by, value)) for by in "_ "
    ):
        return f"{what} contains a blank, which is not allowed there."
    if not re.search(pattern, "a"):
        endings = [end for end in _ENDINGS if re.search(pattern, f"a{end}")]
        if 0 < len(endings) < len(_ENDINGS) and not value.endswith(tuple(endings)):
            return f"{what} must end in {listed(endings)}."
    return f"{what} does not have the form that this pipeline needs."
