"""From bytes and query strings to requests, with errors that name the field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from ..errors import InvalidInputError, TooLargeError
from ..samplesheet.issues import Issue
from .problems import MalformedRequestError, WrongTypeError

if TYPE_CHECKING:
    from pydantic import BaseModel
    from pydantic_core import ErrorDetails

Model = TypeVar("Model", bound="BaseModel")

# What curl says by default for a body that it is given. Taken for JSON if it is JSON.
_UNDECIDED = ("", "application/x-www-form-urlencoded")
_MIB = 1024 * 1024


def parse_body(model: type[Model], body: bytes, content_type: str, limit: int) -> Model:
    """Return the request in a body.

    Parameters
    ----------
    limit : bytes that the body may have

    Raises
    ------
    TooLargeError, WrongTypeError, MalformedRequestError, InvalidInputError
    """
    from pydantic import ValidationError

    if len(body) > limit:
        raise TooLargeError(
            f"The request has {len(body) / _MIB:,.1f} MiB; at most {limit / _MIB:g} MiB are taken."
        )
    kind = content_type.partition(";")[0].strip().lower()
    if kind != "application/json" and not kind.endswith("+json") and kind not in _UNDECIDED:
        raise WrongTypeError(f"The body must be application/json, and is said to be {kind}.")
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        details = error.errors(include_url=False)
        if details[0]["type"] == "json_invalid":
            if kind in _UNDECIDED and body:
                raise WrongTypeError("The body must be application/json.") from None
            why = details[0]["msg"].removeprefix("Invalid JSON: ")
            raise MalformedRequestError(f"The body is not JSON: {why}.") from None
        raise _invalid(details) from None


def parse_query(model: type[Model], arguments: Mapping[str, Sequence[bytes]]) -> Model:
    """Return the request in a query string; of a parameter given twice the last one counts."""
    from pydantic import ValidationError

    lists = {name for name, field in model.model_fields.items() if field.default == []}
    values: dict[str, Any] = {}
    for name, given in arguments.items():
        texts = [text.decode("utf-8", "replace") for text in given]
        values[name] = [text for text in texts if text] if name in lists else texts[-1] or None
    present = {name: value for name, value in values.items() if value not in (None, [])}
    try:
        return model.model_validate(present)
    except ValidationError as error:
        raise _invalid(error.errors(include_url=False)) from None


def _invalid(details: Sequence[ErrorDetails]) -> InvalidInputError:
    issues = [_issue(detail) for detail in details]
    return InvalidInputError(issues[0].message, issues)


def _issue(detail: ErrorDetails) -> Issue:
    field = ".".join(str(part) for part in detail["loc"])
    what = {
        "missing": "is needed",
        "extra_forbidden": "is not a field of this request",
        "string_type": "must be text",
        "bool_type": "must be true or false",
        "model_type": "must be a JSON object",
        "dict_type": "must be a JSON object",
        "finite_number": "must be a finite number",
    }.get(detail["type"])
    text = detail["msg"].removeprefix("Value error, ")
    message = f"{field or 'The body'} {what}." if what else f"{field or 'The body'}: {text}."
    value = detail.get("input")
    return Issue(
        message=message.replace("..", "."),
        code=detail["type"],
        column=field or None,
        value=value[:200] if isinstance(value, str) else None,
    )
