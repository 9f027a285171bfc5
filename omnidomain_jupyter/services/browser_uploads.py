"""Files that a browser sends to S3 by itself; this server signs addresses, and sees no byte.

S3 is all that remembers an upload: what another server or the next one has to know is in the key,
and whose it is, too; see `browser_keys`. The id of an upload whose SHA-256 is known follows from
it, so that the same file finds it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4, uuid5

from ..compute.s3_browser_uploads import OpenUpload, S3BrowserUploads, StoredPart
from ..compute.s3_parts import LARGEST_OBJECT, MIB, fitting_part_size
from ..compute.s3_upload_faults import UploadGoneError
from ..errors import ConflictError, InvalidInputError, NotFoundError, TooLargeError
from ..samplesheet.issues import Issue
from ..schemas import (
    BrowserUpload,
    BrowserUploadCreate,
    PartLink,
    PartLinks,
    PartLinksRequest,
    PartWanted,
    UploadedFile,
)
from ..store.models import User
from .browser_keys import UploadPlan, plan_of, upload_folder
from .locations import names_bucket

BROWSER_PART_SIZE = 16 * MIB
"""A browser holds a part in memory for its checksum. Larger files have larger parts."""

LINK_LIFETIME_S = 600
"""Counts until a part begins to be sent. Credentials of a role are good for so long at least."""

_TIB = 1024**4
_OF_CONTENT = UUID("5f9a8a52-6f0e-4f5c-9d43-0f6f1f0c6d1e")
"""The namespace of the ids of uploads whose content is known."""

_NOT_HERE = (
    "This server's runs do not read S3. Put the file into Jupyter's file browser, and name it in "
    "the sheet from there."
)


@dataclass(frozen=True)
class _Begun:
    upload: OpenUpload
    plan: UploadPlan


class BrowserUploadService:
    """Begins, continues and ends the uploads of scientists, each their own.

    Parameters
    ----------
    base : the base output directory; uploads are possible if it is on S3
    """

    def __init__(self, s3: S3BrowserUploads, base: str) -> None:
        self._s3 = s3
        self._base = base.rstrip("/") if names_bucket(base) else None

    def begin(self, user: User, request: BrowserUploadCreate) -> BrowserUpload:
        """Begin an upload, or go on with that of the same file.

        Raises
        ------
        ConflictError : runs of this server do not read S3
        TooLargeError : S3 takes no file of that size
        """
        if request.size_bytes > LARGEST_OBJECT:
            raise TooLargeError(
                f"{request.filename} has {request.size_bytes / _TIB:,.1f} TiB; S3 takes files of "
                f"up to {LARGEST_OBJECT // _TIB} TiB."
            )
        upload_id = _id_of(request)
        if request.sha256 is not None:
            with suppress(NotFoundError):
                return self.get(user, upload_id)
        part_size = fitting_part_size(request.size_bytes, BROWSER_PART_SIZE)
        plan = UploadPlan(request.size_bytes, part_size, request.checksums, request.sha256)
        uri = plan.address(self._folder(user, upload_id), request.filename)
        self._s3.begin(uri, checksums=plan.checksums)
        return _described(upload_id, uri, plan, ())

    def get(self, user: User, upload_id: UUID) -> BrowserUpload:
        """Return how far an upload has come.

        Raises
        ------
        NotFoundError : there is none, or it is somebody else's
        """
        begun = self._begun(user, upload_id)
        if begun is not None:
            with suppress(UploadGoneError):  # completed, or aborted, at this moment
                there = self._there(begun)
                return _described(upload_id, begun.upload.uri, begun.plan, there)
        done = self._completed(user, upload_id)
        return _described(upload_id, done.uri, _plan(user, done.uri), None)

    def links(self, user: User, upload_id: UUID, request: PartLinksRequest) -> PartLinks:
        """Return an address for each of some parts.

        Raises
        ------
        NotFoundError : there is no such upload, or it is somebody else's
        ConflictError : it is complete
        InvalidInputError : there is no such part, or its checksum is missing
        """
        begun = self._required(user, upload_id)
        issues = [issue for wanted in request.parts for issue in _faults(wanted, begun.plan)]
        if issues:
            raise InvalidInputError(issues[0].message, issues)
        expires_at = datetime.now(UTC) + timedelta(seconds=LINK_LIFETIME_S)
        links = []
        for wanted in request.parts:
            size = begun.plan.length(wanted.number)
            link = self._s3.link(
                begun.upload, wanted.number, size, wanted.sha256, expires_s=LINK_LIFETIME_S
            )
            links.append(
                PartLink(number=wanted.number, size_bytes=size, url=link.url, headers=link.headers)
            )
        return PartLinks(upload_id=upload_id, expires_at=expires_at, links=links)

    def complete(self, user: User, upload_id: UUID) -> UploadedFile:
        """Make a file of the parts; what was completed before is so still.

        Raises
        ------
        NotFoundError : there is no such upload, or it is somebody else's
        ConflictError : parts are missing
        """
        begun = self._begun(user, upload_id)
        if begun is not None:
            with suppress(UploadGoneError):  # completed, or aborted, at this moment
                there = self._there(begun)
                missing = begun.plan.parts - len(there)
                if missing:
                    raise ConflictError(
                        f"{missing:,} of {begun.plan.parts:,} parts of the file have not arrived. "
                        "Send them, and complete the upload then."
                    )
                self._s3.complete(begun.upload, there)
        return self._completed(user, upload_id)

    def abort(self, user: User, upload_id: UUID) -> None:
        """Take back what was sent.

        Raises
        ------
        NotFoundError : there is no such upload, or it is somebody else's
        ConflictError : it is complete
        """
        self._s3.abort(self._required(user, upload_id).upload)

    def _folder(self, user: User, upload_id: UUID) -> str:
        if self._base is None:
            raise ConflictError(_NOT_HERE)
        return upload_folder(self._base, user.user_id, upload_id)

    def _begun(self, user: User, upload_id: UUID) -> _Begun | None:
        """Return an upload that is neither complete nor aborted."""
        upload = self._s3.open_below(self._folder(user, upload_id))
        return _Begun(upload, _plan(user, upload.uri)) if upload is not None else None

    def _required(self, user: User, upload_id: UUID) -> _Begun:
        begun = self._begun(user, upload_id)
        if begun is None:
            done = self._completed(user, upload_id)
            raise ConflictError(f"The upload is complete: the file is at {done.uri}.")
        return begun

    def _there(self, begun: _Begun) -> list[StoredPart]:
        """Return the parts that are as they should be; others are to be sent again."""
        plan = begun.plan
        return [
            part
            for part in self._s3.parts(begun.upload)
            if part.number <= plan.parts and part.size == plan.length(part.number)
        ]

    def _completed(self, user: User, upload_id: UUID) -> UploadedFile:
        found = self._s3.object_below(self._folder(user, upload_id))
        if found is None:
            raise NotFoundError("There is no such upload.")
        uri, size = found
        return UploadedFile(
            upload_id=upload_id, filename=uri.rpartition("/")[2], uri=uri, size_bytes=size
        )


def _plan(user: User, uri: str) -> UploadPlan:
    plan = plan_of(uri, user.user_id)
    if plan is None:
        raise NotFoundError("There is no such upload.")
    return plan


def _id_of(request: BrowserUploadCreate) -> UUID:
    if request.sha256 is None:
        return uuid4()
    content = (request.sha256, request.size_bytes, request.checksums, request.filename)
    return uuid5(_OF_CONTENT, "/".join(map(str, content)))


def _faults(wanted: PartWanted, plan: UploadPlan) -> list[Issue]:
    if wanted.number > plan.parts:
        message = f"There is no part {wanted.number:,}: the file has {plan.parts:,}."
    elif plan.checksums and wanted.sha256 is None:
        message = f"Part {wanted.number:,} needs its SHA-256: the upload was begun with checksums."
    elif wanted.sha256 is not None and not plan.checksums:
        message = f"Part {wanted.number:,} has a SHA-256: the upload was begun without checksums."
    else:
        return []
    return [Issue(message, "part", column="parts", value=str(wanted.number))]


def _described(
    upload_id: UUID, uri: str, plan: UploadPlan, there: Sequence[StoredPart] | None
) -> BrowserUpload:
    """Return what a browser is told. `there` is None when the upload is complete."""
    return BrowserUpload(
        upload_id=upload_id,
        filename=uri.rpartition("/")[2],
        uri=uri,
        size_bytes=plan.size,
        largest_bytes=LARGEST_OBJECT,
        part_size=plan.part_size,
        parts=plan.parts,
        checksums=plan.checksums,
        done_parts=[] if there is None else [part.number for part in there],
        done_bytes=plan.size if there is None else sum(part.size for part in there),
        complete=there is None,
    )
