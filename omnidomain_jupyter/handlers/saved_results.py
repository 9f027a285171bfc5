"""`runs/{id}/results/save`: copies of results among the user's own files."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, Protocol, cast

from jupyter_core.utils import ensure_async
from jupyter_server.auth.decorator import authorized
from jupyter_server.utils import ApiPath, to_os_path
from tornado import web

from ..errors import InvalidInputError
from ..lazy import LazyModule
from ..samplesheet.issues import Issue
from .base import OmniDomainHandler, parse_id, signed_in
from .result_files import ResultFileHandler

if TYPE_CHECKING:
    from .. import schemas
    from ..services import downloads
else:
    schemas = LazyModule("omnidomain_jupyter.schemas")
    downloads = LazyModule("omnidomain_jupyter.services.downloads")

_NO_PART = ("", ".", "..")


class SaveResultsHandler(ResultFileHandler):
    """Copy results to the user's files; and the output file that is called ``save``."""

    @web.authenticated
    @authorized
    @signed_in
    async def get(self, run_id: str, path: str = "save") -> None:
        """Answer with the file."""
        await self.send_file(run_id, path)

    @web.authenticated
    @authorized
    @signed_in
    async def head(self, run_id: str, path: str = "save") -> None:
        """Answer with its headers."""
        await self.send_headers(run_id, path)

    @web.authenticated
    @authorized
    @signed_in
    async def post(self, run_id: str) -> None:
        """Answer when they are copied."""
        found = parse_id(run_id, "run")
        # First, so that nobody learns of somebody else's run that it is there.
        await self.call(lambda services: services.runs.find(self.scientist, found))
        request = await self.body(schemas.SaveRequest)
        folder = await save_folder(self, request.folder)
        saved = await self.call(
            lambda services: services.downloads.save(
                self.scientist, found, request, folder, self._is_over
            )
        )
        self.answer(saved, status=201)

    def _is_over(self) -> bool:
        """Return whether nobody waits for the copies any more. Called on a thread."""
        return self.gone.is_set() or self.runtime.stopped


class _Contents(Protocol):
    """What is used of a contents manager, which may be synchronous or not."""

    def get(self, path: str, content: bool = True) -> dict[str, Any]: ...  # noqa: FBT001, FBT002


async def save_folder(handler: OmniDomainHandler, folder: str) -> downloads.SaveFolder:
    """Return where a folder below the server's root is, or would be.

    Raises
    ------
    InvalidInputError : it leaves the root, is hidden, or a file is in its place
    """
    root = getattr(handler.contents_manager, "root_dir", None)
    if root is None:
        raise _refused(folder, "is not on a disk of this server. Download the files instead.")
    name = (await handler.runtime.run(_below, root, folder)).strip("/")
    parts = name.split("/") if name else []
    if any(part in _NO_PART or part.startswith(".") or "\\" in part for part in parts):
        raise _refused(folder, "is hidden, or not below the server's root.")
    # The contents manager decides what is under the root and not hidden.
    for number in range(len(parts) + 1):
        there = "/".join(parts[:number])
        model = await _stat(handler, there)
        if model is None:
            break
        if model["type"] != "directory":
            raise _refused(folder, f"cannot be: {there!r} is a file.")
    return downloads.SaveFolder(name, Path(to_os_path(ApiPath(name), root)))


def _below(root: str, folder: str) -> str:
    """Return a folder as it is named below the root, which its whole path may be written with."""
    if folder.partition("/")[0] == "~":
        raise _refused(folder, "is not known: ~ stands for no folder here. Write it out.")
    if not folder.strip("/") or not folder.startswith("/"):
        return folder
    # A kernel knows the root by its real path, also where the server has it by a link.
    for path, start in ((folder, root), (os.path.realpath(folder), os.path.realpath(root))):
        with suppress(ValueError):
            return "/".join(PurePath(path).relative_to(start).parts)
    raise _refused(folder, f"is not below the server's root, which is {root}.")


async def _stat(handler: OmniDomainHandler, path: str) -> dict[str, Any] | None:
    """Return what is at a path; None when nothing is."""
    contents = cast("_Contents", handler.contents_manager)
    try:
        model: dict[str, Any] = await ensure_async(contents.get(path, content=False))
    except web.HTTPError as error:
        if error.status_code == 404 and not await _is_there(handler, path):
            return None
        raise _refused(path, "may not be used.") from None
    except (ValueError, OSError):
        raise _refused(path, "may not be used.") from None
    return model


async def _is_there(handler: OmniDomainHandler, path: str) -> bool:
    """Whether something is there that the contents manager does not show."""
    root = getattr(handler.contents_manager, "root_dir", "")
    return await handler.runtime.run(Path(to_os_path(ApiPath(path), root)).exists)


def _refused(folder: str, why: str) -> InvalidInputError:
    message = f"The folder {folder!r} {why}"
    return InvalidInputError(message, [Issue(message, "folder", column="folder", value=folder)])
