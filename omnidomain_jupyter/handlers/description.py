"""All routes, described as OpenAPI 3.1 and made from the schemas."""

from __future__ import annotations

import functools
from typing import Any, NamedTuple

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from .. import schemas
from .._version import __version__
from .base import TOKEN_HEADER

_REF = "#/components/schemas/{model}"


class Operation(NamedTuple):
    """One method of one route: what goes in and what comes out."""

    path: str
    method: str
    summary: str
    status: int
    response: type[BaseModel] | str | None
    request: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    problems: tuple[int, ...] = ()


OPERATIONS = [
    Operation("health", "get", "Whether the database answers", 200, schemas.Health),
    Operation("openapi.json", "get", "This description", 200, "application/json"),
    Operation(
        "auth/login",
        "post",
        "Sign in by email",
        200,
        schemas.LoginResponse,
        schemas.LoginRequest,
        problems=(409,),
    ),
    Operation("auth/logout", "post", "Sign out of the browser", 204, None),
    Operation("auth/me", "get", "The signed-in account", 200, schemas.User),
    Operation("pipelines", "get", "What can be run", 200, schemas.PipelineList),
    Operation("pipelines/{name}", "get", "One pipeline", 200, schemas.Pipeline, problems=(404,)),
    Operation(
        "samplesheets/validate",
        "post",
        "Check a sheet; nothing is stored",
        200,
        schemas.ValidationReport,
        schemas.ValidateRequest,
    ),
    Operation(
        "samplesheets/match",
        "post",
        "Find the files of samples by their names; nothing is stored",
        200,
        schemas.SheetMatch,
        schemas.SheetMatchRequest,
    ),
    Operation(
        "submissions",
        "post",
        "Submit every row of a sheet",
        202,
        schemas.Submission,
        schemas.SubmissionCreate,
        problems=(409,),
    ),
    Operation(
        "submissions/{submission_id}",
        "get",
        "How far a sheet's rows have come",
        200,
        schemas.Submission,
        problems=(404,),
    ),
    Operation(
        "submissions/{submission_id}/sheet",
        "get",
        "The sheet, as it was sent",
        200,
        schemas.SubmissionSheet,
        problems=(404,),
    ),
    Operation(
        "submissions/{submission_id}/cancel",
        "post",
        "End everything that a sheet has started",
        202,
        schemas.Submission,
        problems=(404,),
    ),
    Operation(
        "submissions/{submission_id}/resubmit",
        "post",
        "Submit the rows again that were refused, failed or were cancelled",
        202,
        schemas.Submission,
        problems=(404, 409),
    ),
    Operation(
        "uploads",
        "post",
        "Begin to send a file from a browser to S3",
        201,
        schemas.BrowserUpload,
        schemas.BrowserUploadCreate,
        problems=(409, 429, 502),
    ),
    Operation(
        "uploads/{upload_id}",
        "get",
        "What has arrived of a file",
        200,
        schemas.BrowserUpload,
        problems=(404, 409, 429, 502),
    ),
    Operation(
        "uploads/{upload_id}",
        "delete",
        "Give an upload up",
        204,
        None,
        problems=(404, 409, 429, 502),
    ),
    Operation(
        "uploads/{upload_id}/parts",
        "post",
        "Where to send parts of a file to, for some minutes",
        200,
        schemas.PartLinks,
        schemas.PartLinksRequest,
        problems=(404, 409, 429, 502),
    ),
    Operation(
        "uploads/{upload_id}/complete",
        "post",
        "Make a file of the parts",
        200,
        schemas.UploadedFile,
        problems=(404, 409, 429, 502),
    ),
    Operation(
        "runs", "get", "Your runs, newest first", 200, schemas.RunPage, query=schemas.RunQuery
    ),
    Operation(
        "runs",
        "post",
        "Submit one row",
        201,
        schemas.Run,
        schemas.RunCreate,
        problems=(429, 502),
    ),
    Operation(
        "runs/{run_id}",
        "get",
        "A run with its row and history",
        200,
        schemas.RunDetail,
        problems=(404,),
    ),
    Operation(
        "runs/{run_id}/cancel", "post", "End a run", 202, schemas.Run, problems=(404, 409, 502)
    ),
    Operation(
        "runs/{run_id}/resume",
        "post",
        "Run a row again in its work directory",
        201,
        schemas.Run,
        problems=(404, 409, 429, 502),
    ),
    Operation(
        "runs/{run_id}/logs",
        "get",
        "A piece of a run's log",
        200,
        schemas.LogLines,
        query=schemas.LogQuery,
        problems=(404,),
    ),
    Operation(
        "runs/{run_id}/command",
        "get",
        "What a run's job is started with, as its pipeline makes it today",
        200,
        schemas.RunCommand,
        problems=(404, 409),
    ),
    Operation(
        "runs/{run_id}/failure",
        "get",
        "Why a run failed, as its log tells it",
        200,
        schemas.RunFailure,
        problems=(404,),
    ),
    Operation(
        "runs/{run_id}/files", "get", "A run's uploads", 200, schemas.UploadList, problems=(404,)
    ),
    Operation(
        "runs/{run_id}/metrics",
        "get",
        "Numbers found in a run's outputs",
        200,
        schemas.RunMetrics,
        problems=(404, 502),
    ),
    Operation(
        "submissions/{submission_id}/metrics",
        "get",
        "Numbers found in the outputs of a sheet's runs; as CSV, of all of them",
        200,
        schemas.SubmissionMetrics,
        query=schemas.MetricsQuery,
        problems=(404, 502),
    ),
    Operation(
        "submissions/{submission_id}/profiles",
        "get",
        "One curve found in the outputs of a sheet's runs: quality, length or gc",
        200,
        schemas.SubmissionProfiles,
        query=schemas.ProfilesQuery,
        problems=(404, 502),
    ),
    Operation(
        "submissions/{submission_id}/tables",
        "get",
        "The tables of one name in the outputs of a sheet's runs; as CSV, of all of them",
        200,
        schemas.SubmissionTables,
        query=schemas.TablesQuery,
        problems=(404, 502),
    ),
    Operation(
        "runs/{run_id}/results",
        "get",
        "A run's output files",
        200,
        schemas.ResultList,
        query=schemas.ResultQuery,
        problems=(404, 502),
    ),
    Operation(
        "runs/{run_id}/results/save",
        "post",
        "Copy output files to a folder below the server's root",
        201,
        schemas.SavedFiles,
        schemas.SaveRequest,
        problems=(404, 409, 502),
    ),
    Operation(
        "runs/{run_id}/results/save",
        "get",
        "The output file that is called save, as any other",
        200,
        "application/octet-stream",
        query=schemas.ResultFileQuery,
        problems=(404, 416, 502),
    ),
    Operation(
        "runs/{run_id}/results/{path}",
        "get",
        "One output file, or a redirect (307) to where it is; or its beginning, as JSON",
        200,
        "application/octet-stream",
        query=schemas.ResultFileQuery,
        problems=(404, 416, 502),
    ),
]


@functools.cache
def openapi() -> dict[str, Any]:
    """Return the description of all routes, as OpenAPI 3.1."""
    models = {
        model
        for operation in OPERATIONS
        for model in (operation.response, operation.request)
        if isinstance(model, type)
    } | {schemas.Problem}
    ordered = sorted(models, key=lambda model: model.__name__)
    _, definitions = models_json_schema(
        [
            (model, "validation" if issubclass(model, schemas.Request) else "serialization")
            for model in ordered
        ],
        ref_template=_REF,
    )
    paths: dict[str, Any] = {}
    for operation in OPERATIONS:
        paths.setdefault(f"/omnidomain/{operation.path}", {})[operation.method] = _described(
            operation
        )
    return {
        "openapi": "3.1.0",
        "info": {"title": "OmniDomain for Jupyter", "version": __version__},
        "security": [{"jupyter": [], "omnidomain": []}],
        "paths": paths,
        "components": {
            "schemas": definitions["$defs"],
            "securitySchemes": {
                "jupyter": {"type": "apiKey", "in": "header", "name": "Authorization"},
                "omnidomain": {"type": "apiKey", "in": "header", "name": TOKEN_HEADER},
            },
        },
    }


def _described(operation: Operation) -> dict[str, Any]:
    is_open = operation.path == "health"
    failures = {503} if is_open else {401, 403, 503, *operation.problems}
    if operation.request:
        failures |= {400, 413, 415, 422}
    if operation.query:
        failures |= {422}
    described: dict[str, Any] = {
        "summary": operation.summary,
        "operationId": f"{operation.method}_{operation.path}".translate(
            str.maketrans("/.", "__", "{}")
        ),
        "parameters": [*_path_parameters(operation.path), *_query_parameters(operation.query)],
        "responses": {
            str(operation.status): _success(operation),
            **{str(status): _failure(status) for status in sorted(failures)},
        },
    }
    if operation.request:
        schema = {"$ref": _REF.format(model=operation.request.__name__)}
        described["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schema}},
        }
    if operation.path == "submissions":
        described["parameters"].append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": False,
                "schema": {"type": "string", "maxLength": 255},
            }
        )
    if is_open:
        described["security"] = []
    if operation.path == "auth/login":
        described["security"] = [{"jupyter": []}]
    return described


def _success(operation: Operation) -> dict[str, Any]:
    if operation.response is None:
        return {"description": "Done"}
    if isinstance(operation.response, str):
        return {"description": operation.summary, "content": {operation.response: {}}}
    schema = {"$ref": _REF.format(model=operation.response.__name__)}
    return {
        "description": operation.summary,
        "content": {"application/json": {"schema": schema}},
    }


def _failure(status: int) -> dict[str, Any]:
    schema = {"$ref": _REF.format(model="Problem")}
    return {
        "description": f"Problem {status}",
        "content": {"application/problem+json": {"schema": schema}},
    }


def _path_parameters(path: str) -> list[dict[str, Any]]:
    names = [part.strip("{}") for part in path.split("/") if part.startswith("{")]
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in names
    ]


def _query_parameters(query: type[BaseModel] | None) -> list[dict[str, Any]]:
    if query is None:
        return []
    schema = query.model_json_schema(ref_template=_REF)
    statuses = schema.get("$defs", {}).get("RunStatus")
    return [
        {
            "name": name,
            "in": "query",
            "required": name in schema.get("required", ()),
            "schema": {"type": "array", "items": statuses} if name == "status" else property_,
        }
        for name, property_ in schema["properties"].items()
    ]
