"""Folders that a request names: on S3, or below the server's root as Jupyter sees it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol, cast

from jupyter_core.utils import ensure_async
from jupyter_server.utils import to_os_path
from tornado.web import HTTPError

from ..errors import InvalidInputError
from ..samplesheet.issues import Issue
from .base import OmniDomainHandler

S3 = "s3://"


class _Contents(Protocol):
    """What is used of a contents manager, which may be synchronous or not."""

    def get(self, path: str, content: bool = True) -> dict[str, Any]: ...  # noqa: FBT001, FBT002


async def sheet_folder(handler: OmniDomainHandler, folder: str) -> Path | None:
    """Return where a folder is on this machine; None for one on S3.

    Raises
    ------
    InvalidInputError : nothing is there, or it is no folder, or it may not be seen
    """
    if folder.lower().startswith(S3):
        return None
    # The contents manager decides what is under the root and not hidden.
    contents = cast("_Contents", handler.contents_manager)
    try:
        model = await ensure_async(contents.get(folder.strip("/"), content=False))
    except (HTTPError, ValueError, OSError):
        raise _refused(folder, "is not there, or not below the server's root.") from None
    root = getattr(handler.contents_manager, "root_dir", None)
    if model["type"] != "directory":
        raise _refused(folder, "is a file; give the folder that the files are in.")
    if root is None:
        raise _refused(folder, "is not on a disk of this server; it cannot be searched.")
    return Path(to_os_path(model["path"], root))


def _refused(folder: str, why: str) -> InvalidInputError:
    message = f"The folder {folder!r} {why}"
    return InvalidInputError(message, [Issue(message, "folder", column="folder", value=folder)])
