"""Sheets that a request names by their path: read through Jupyter's contents manager."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from jupyter_core.utils import ensure_async
from jupyter_server.utils import to_os_path
from tornado.web import HTTPError

from ..errors import InvalidInputError, TooLargeError
from ..samplesheet.issues import Issue
from ..samplesheet.source import SheetFile
from .base import OmniDomainHandler
from .sheet_folders import sheet_folder

if TYPE_CHECKING:
    from ..schemas import SheetSource

SHEET_LIMIT = 64 * 1024 * 1024


class _Contents(Protocol):
    """What is used of a contents manager, which may be synchronous or not."""

    def get(self, path: str, content: bool = True, **more: str) -> dict[str, Any]: ...  # noqa: FBT001, FBT002


async def sheet_file(handler: OmniDomainHandler, source: SheetSource) -> SheetFile:
    """Return the sheet that a request gives as text or by its path under the server's root.

    Raises
    ------
    InvalidInputError : nothing is there, or it is a folder, or it may not be seen
    TooLargeError : the file is larger than 64 MiB
    """
    if source.path is None:
        folder = None if source.folder is None else await sheet_folder(handler, source.folder)
        return SheetFile(source.content or "", directory=folder)
    model = await _stat(handler, source.path)
    if (model.get("size") or 0) > SHEET_LIMIT:
        raise TooLargeError(f"{source.path} is larger than {SHEET_LIMIT // 2**20} MiB.")
    root = getattr(handler.contents_manager, "root_dir", None)
    if root is None:
        return SheetFile(await _content(handler, source.path), source.path)
    file = Path(to_os_path(model["path"], root))
    try:
        return SheetFile(await handler.runtime.run(file.read_bytes), source.path, file.parent)
    except OSError as error:
        raise _refused(source.path, f"cannot be read: {error.strerror}.") from None


async def _stat(handler: OmniDomainHandler, path: str) -> dict[str, Any]:
    # The contents manager decides what is under the root and not hidden.
    contents = cast("_Contents", handler.contents_manager)
    try:
        found = await ensure_async(contents.get(path.strip("/"), content=False))
    except (HTTPError, ValueError, OSError):
        if any(part.startswith(".") for part in path.split("/")):
            what = "is hidden, or in a hidden folder, and Jupyter does not open those. Move it."
            raise _refused(path, what) from None
        raise _refused(path, "is not there, or not below the server's root.") from None
    model: dict[str, Any] = found
    if model["type"] == "directory":
        raise _refused(path, "is a folder; give the path of a sample sheet.")
    return model


async def _content(handler: OmniDomainHandler, path: str) -> bytes:
    contents = cast("_Contents", handler.contents_manager)
    model = await ensure_async(contents.get(path.strip("/"), type="file", format="base64"))
    return await handler.runtime.run(base64.b64decode, model["content"])


def _refused(path: str, why: str) -> InvalidInputError:
    message = f"The sheet {path!r} {why}"
    return InvalidInputError(message, [Issue(message, "path", column="path", value=path)])
