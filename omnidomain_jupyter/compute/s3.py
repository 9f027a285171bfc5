"""Which objects of S3 are there: many at once, with as few questions as is sensible.

Credentials, region and endpoint are boto3's own (its variables and files; ``AWS_ENDPOINT_URL``
works). botocore is imported on first use.
"""

from __future__ import annotations

import contextlib
import os.path
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from ..errors import OmniDomainError
from .aws_session import aws_session
from .s3_faults import BucketFault, bucket_fault, code_of, fault_of

POOL_SIZE = 16
CONNECT_TIMEOUT_S = 5
READ_TIMEOUT_S = 20
ATTEMPTS = 3
CANCEL_CHECK_S = 0.1

LISTED_FROM = 8
"""From so many wanted keys in one folder on, the folder is listed instead."""

KEYS_PER_EXTRA_PAGE = 50
"""A listing may take two pages, and one more for each so many wanted keys."""

_S3 = "s3://"
State = Literal["exists", "missing", "forbidden", "unreachable"]
Cancelled = Callable[[], bool]

_Place = tuple[str, str]  # bucket and key


class LookCancelledError(OmniDomainError):
    """Nobody wants the answer any more."""


class S3UnavailableError(OmniDomainError):
    """A folder on S3 cannot be listed; the text says why."""


@dataclass(frozen=True)
class Found:
    """What is known of one URI.

    Parameters
    ----------
    state : ``unreachable`` when S3 could not be asked, which says nothing about the file
    reason : why it is not there, in a sentence; empty when it exists
    size : bytes; None for folders and for what is not there
    """

    state: State
    reason: str = ""
    size: int | None = None


@dataclass(frozen=True)
class Listing:
    """Objects below a folder: URI and size in bytes. `truncated` when there are more."""

    objects: tuple[tuple[str, int], ...]
    truncated: bool


def default_client(pool_size: int = POOL_SIZE) -> Any:
    """Return a botocore client that gives up soon: somebody waits for the answer."""
    from botocore.config import Config

    config = Config(
        connect_timeout=CONNECT_TIMEOUT_S,
        read_timeout=READ_TIMEOUT_S,
        max_pool_connections=pool_size,
        # Of the presigned addresses too, for which some regions would take an older one.
        signature_version="s3v4",
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
    )
    # Without a region boto3 still finds a bucket: S3 names the right one, and it follows.
    return aws_session().create_client("s3", config=config)


class S3Files:
    """Looks at objects on S3. May be used by several threads.

    Parameters
    ----------
    make_client : makes the botocore client, once, when it is first needed
    pool_size : how many questions are asked at a time
    """

    def __init__(
        self, make_client: Callable[[], Any] | None = None, pool_size: int = POOL_SIZE
    ) -> None:
        self._make_client = make_client or partial(default_client, pool_size)
        self._pool_size = pool_size
        self._lock = threading.Lock()
        self._made: Any = None

    def look(
        self, uris: Iterable[str], *, cancelled: Cancelled = lambda: False
    ) -> dict[str, Found]:
        """Return what is known of each URI. A URI that ends in ``/`` is a folder.

        Raises
        ------
        LookCancelledError : `cancelled` said so; no further question is asked
        """
        found: dict[str, Found] = {}
        places: dict[str, _Place] = {}
        for uri in dict.fromkeys(uris):
            try:
                places[uri] = split_uri(uri)
            except ValueError as error:
                found[uri] = Found("missing", str(error))
        if places:
            look = _Look(self._client, self._pool_size, cancelled)
            seen = look.at(set(places.values()))
            found |= {uri: seen[place] for uri, place in places.items()}
        return found

    def list(self, prefix_uri: str, limit: int, *, below: bool = True) -> Listing:
        """Return the objects in a folder, by name, at most `limit`.

        Parameters
        ----------
        prefix_uri : ``s3://bucket/folder``, with or without ``/`` at its end
        below : whether folders inside the folder count too

        Raises
        ------
        S3UnavailableError : no such bucket, no permission, no credentials, no answer
        """
        try:
            bucket, key = split_uri(prefix_uri, folder=True)
        except ValueError as error:
            raise S3UnavailableError(str(error)) from None
        prefix = f"{key.rstrip('/')}/" if key else ""
        options = {} if below else {"Delimiter": "/"}
        objects: list[tuple[str, int]] = []
        try:
            for page in object_pages(self._client(), bucket, prefix, options):
                objects += [
                    (_uri(bucket, each["Key"]), each["Size"])
                    for each in page.get("Contents", ())
                    if not each["Key"].endswith("/")  # what the console makes for an empty folder
                ]
                if len(objects) > limit:
                    break
        except Exception as error:
            raise S3UnavailableError(fault_of(error, bucket, listing=True).reason) from error
        return Listing(tuple(objects[:limit]), truncated=len(objects) > limit)

    def _client(self) -> Any:
        with self._lock:
            if self._made is None:
                self._made = self._make_client()
            return self._made


class _Look:
    """One look at many objects, with what it learns about their buckets."""

    def __init__(self, client: Callable[[], Any], pool_size: int, cancelled: Cancelled) -> None:
        self._client = client
        self._pool_size = pool_size
        self._cancelled = cancelled
        self._stopped = threading.Event()
        self._locks: dict[str, threading.Lock] = {}
        self._buckets: dict[str, BucketFault | None] = {}

    def at(self, places: set[_Place]) -> dict[_Place, Found]:
        """Return what is known of each bucket and key."""
        self._locks = {bucket: threading.Lock() for bucket, _ in places}
        listings = [
            partial(self._listed, bucket, keys)
            for (bucket, _), keys in _by_folder(places).items()
            if len(keys) >= LISTED_FROM
        ]
        found: dict[_Place, Found] = {}
        with ThreadPoolExecutor(self._pool_size, thread_name_prefix="omnidomain-s3") as pool:
            try:
                for answer in self._done(pool, listings):
                    found |= answer
                rest = sorted(places - found.keys())
                for answer in self._done(pool, [partial(self._single, *each) for each in rest]):
                    found |= answer
            finally:
                self._stopped.set()
                pool.shutdown(wait=True, cancel_futures=True)
        return found

    def _done(
        self,
        pool: ThreadPoolExecutor,
        questions: Iterable[Callable[[], dict[_Place, Found]]],
    ) -> Iterator[dict[_Place, Found]]:
        """Yield the answers; ask while waiting whether to go on."""
        for future in [pool.submit(question) for question in questions]:
            while not self._cancelled():
                with contextlib.suppress(TimeoutError):
                    yield future.result(CANCEL_CHECK_S)
                    break
            else:
                raise LookCancelledError("The look at S3 was cancelled.")

    def _listed(self, bucket: str, keys: list[str]) -> dict[_Place, Found]:
        """Return what a listing tells of the keys; those that it leaves open are not in it."""
        wanted = sorted(keys)
        prefix = os.path.commonprefix([wanted[0], wanted[-1]])  # noqa: RUF071 - of characters
        # From just before the first wanted key on.
        options = {"Delimiter": "/", "StartAfter": wanted[0][:-1]}
        budget = 2 + len(wanted) // KEYS_PER_EXTRA_PAGE
        known: dict[str, Found] = {key: Found("missing", _not_there(bucket, key)) for key in wanted}
        reached = ""
        try:
            pages = object_pages(self._client(), bucket, prefix, options)
            for number, page in enumerate(pages, 1):
                for each in page.get("Contents", ()):
                    if each["Key"] in known:
                        known[each["Key"]] = Found("exists", size=each["Size"])
                    reached = max(reached, each["Key"])
                if not page.get("IsTruncated"):
                    reached = wanted[-1]
                if reached >= wanted[-1] or number == budget or self._stopped.is_set():
                    break
        except Exception as error:  # noqa: BLE001 - the single looks tell what is the matter
            if code_of(error) is None:
                self._learn(bucket, error)
            return {}
        return {
            (bucket, key): each
            for key, each in known.items()
            if each.state == "exists" or key <= reached
        }

    def _single(self, bucket: str, key: str) -> dict[_Place, Found]:
        return {} if self._stopped.is_set() else {(bucket, key): self._at(bucket, key)}

    def _at(self, bucket: str, key: str) -> Found:
        fault = self._buckets.get(bucket)
        if fault is not None and fault.final:
            return Found(fault.state, fault.reason)
        try:
            if key.endswith("/") or not key:
                return self._folder(bucket, key)
            answer = self._client().head_object(Bucket=bucket, Key=key)
        except Exception as error:  # noqa: BLE001 - told apart in s3_faults
            return self._explained(bucket, key, error)
        return Found("exists", size=answer["ContentLength"])

    def _folder(self, bucket: str, key: str) -> Found:
        answer = self._client().list_objects_v2(Bucket=bucket, Prefix=key, MaxKeys=1)
        if answer.get("KeyCount") or not key:
            return Found("exists")
        return Found("missing", f"There is nothing in the folder {_uri(bucket, key)}.")

    def _explained(self, bucket: str, key: str, error: Exception) -> Found:
        """Return what an error means: HEAD says 403 or 404, and the bucket says the rest."""
        if code_of(error) is None:
            fault = self._learn(bucket, error)
            return Found(fault.state, fault.reason)
        about = self._probed(bucket)
        if about is not None and about.final:
            return Found(about.state, about.reason)
        code = code_of(error)
        if code in {"404", "NoSuchKey"}:
            return Found("missing", _not_there(bucket, key))
        if code in {"403", "AccessDenied"}:
            # Who may list a bucket is told 404 for what is missing; who may not is told 403.
            what = "is there, but may not" if about is None else "is not there, or may not"
            reason = f"{_uri(bucket, key)} {what} be read with these AWS credentials."
            return Found("forbidden", reason)
        fault = fault_of(error, bucket)
        return Found(fault.state, fault.reason)

    def _probed(self, bucket: str) -> BucketFault | None:
        """Return what is wrong with the bucket, asked once: None if it may be listed."""
        with self._locks[bucket]:
            if bucket not in self._buckets:
                self._buckets[bucket] = bucket_fault(self._client(), bucket)
            return self._buckets[bucket]

    def _learn(self, bucket: str, error: Exception) -> BucketFault:
        """Keep what no other question would answer otherwise, such as that nobody answers."""
        fault = fault_of(error, bucket)
        if fault.final:
            with self._locks[bucket]:
                self._buckets.setdefault(bucket, fault)
        return fault


def split_uri(uri: str, *, folder: bool = False) -> _Place:
    """Return bucket and key of an ``s3://`` URI.

    Raises
    ------
    ValueError : it is none; the text says so
    """
    if uri[: len(_S3)].lower() != _S3:
        raise ValueError(f"{uri!r} is not an address on S3; those begin with s3://.")
    bucket, _, key = uri[len(_S3) :].partition("/")
    if not bucket:
        raise ValueError(f"{uri!r} names no bucket; write s3://bucket/folder/file.")
    if not key and not folder and not uri.endswith("/"):
        raise ValueError(f"{uri!r} names a bucket, and no file in it.")
    return bucket, key


def _by_folder(places: Iterable[_Place]) -> dict[_Place, list[str]]:
    """Return the wanted keys by bucket and folder, without those that are folders."""
    folders: dict[_Place, list[str]] = defaultdict(list)
    for bucket, key in places:
        folder, separator, name = key.rpartition("/")
        if name:
            folders[bucket, folder + separator].append(key)
    return folders


def object_pages(
    client: Any, bucket: str, prefix: str, options: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    """Yield the pages of a listing, each when it is wanted."""
    from botocore.exceptions import IncompleteReadError

    arguments = {"Bucket": bucket, "Prefix": prefix, **options}
    while True:
        page = client.list_objects_v2(**arguments)
        if "Name" not in page:  # boto3 takes an answer that was cut off for an empty one
            raise IncompleteReadError(actual_bytes=0, expected_bytes=1)
        yield page
        if not page.get("IsTruncated"):
            return
        arguments["ContinuationToken"] = page["NextContinuationToken"]


def _uri(bucket: str, key: str) -> str:
    return f"{_S3}{bucket}/{key}"


def _not_there(bucket: str, key: str) -> str:
    return f"{_uri(bucket, key)} is not there."
