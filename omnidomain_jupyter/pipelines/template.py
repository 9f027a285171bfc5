r"""The little language of a pipeline's command line.

A command is a list of arguments, and stays one: nothing is ever split, joined or quoted, and
no shell is involved. In each argument `{name}` is replaced by a value:

- `{column}`: the row's cell in that column of the sheet;
- `{sample_id}`, `{run_id}`, `{outdir}`, `{workdir}`: about the run; these four names win
  over columns of the same name;
- `{sheet}`: the sheet that was written for a job of a whole sheet;
- `{{` and `}}` are plain braces.

Replacing happens once: braces in a value mean nothing. An argument in which any value is not
set is left out. A list inside the list is a group that is left out as a whole, for an option
whose value is an argument of its own: `["--adapters", "{adapters}"]`.

A value may not turn into an option: where an argument *begins* with a value, that value may
not begin with `-`. Write `--name={column}` where such values make sense.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ..errors import InvalidInputError
from ..samplesheet.issues import Issue

RUN_NAMES = frozenset({"sample_id", "run_id", "outdir", "workdir", "sheet"})
"""Names that every template may use, whatever the columns are."""

_TOKEN = re.compile(r"\{\{|\}\}|\{[^{}]*\}|[{}]")

Argument = str | Sequence[str]


def check_template(template: Sequence[Argument], names: frozenset[str]) -> None:
    """Refuse a template with stray braces or names that will never have a value.

    Raises
    ------
    ValueError : the text says which argument and why
    """
    for argument in _flat(template):
        for token in _TOKEN.findall(argument):
            if token in {"{{", "}}"}:
                continue
            name = token[1:-1]
            if len(token) == 1:
                raise ValueError(
                    f"{argument!r}: a single {token!r}; a brace is written {token * 2!r}"
                )
            if name not in names:
                raise ValueError(f"{argument!r}: there is no column or value called {name!r}")
    if _TOKEN.search(template[0] if isinstance(template[0], str) else template[0][0]):
        raise ValueError("the first argument, the program, may not hold a placeholder")


def render(template: Sequence[Argument], values: Mapping[str, str]) -> list[str]:
    """Return the arguments with all values in place; unset ones are left out.

    Raises
    ------
    InvalidInputError : a value cannot be passed safely
    """
    arguments: list[str] = []
    for argument in template:
        group = [argument] if isinstance(argument, str) else list(argument)
        rendered = [_render_one(part, values) for part in group]
        if all(part is not None for part in rendered):
            arguments.extend(part for part in rendered if part is not None)
    return arguments


def check_value(value: str, name: str) -> None:
    """Refuse text that no program can be given as an argument.

    Raises
    ------
    InvalidInputError : with the column
    """
    if "\0" in value:
        raise _unsafe(name, value, "contains a null character")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise _unsafe(name, value, "contains a character that is not valid text") from None


def _flat(template: Sequence[Argument]) -> list[str]:
    return [
        part
        for argument in template
        for part in ([argument] if isinstance(argument, str) else argument)
    ]


def _render_one(argument: str, values: Mapping[str, str]) -> str | None:
    pieces: list[str] = []
    position = 0
    for match in _TOKEN.finditer(argument):
        pieces.append(argument[position : match.start()])
        position = match.end()
        token = match.group()
        if token in {"{{", "}}"}:
            pieces.append(token[0])
            continue
        name = token[1:-1]
        value = values.get(name)
        if value is None:
            return None
        check_value(value, name)
        if value.startswith("-") and not any(pieces):
            raise _unsafe(name, value, "begins with '-' and would be taken for an option")
        pieces.append(value)
    pieces.append(argument[position:])
    return "".join(pieces)


def _unsafe(name: str, value: str, reason: str) -> InvalidInputError:
    message = f"{name}: {value!r} {reason}. Please use another name."
    return InvalidInputError(message, [Issue(message, "unsafe_value", column=name, value=value)])
