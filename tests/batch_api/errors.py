"""The answers of AWS that are no success."""

from __future__ import annotations


class ApiError(Exception):
    """An answer with an error code, as AWS sends it."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


def client_error(message: str) -> ApiError:
    """Return what Batch answers to a request that is wrong."""
    return ApiError(400, "ClientException", message)
