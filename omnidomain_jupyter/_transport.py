"""HTTP calls to the extension: two tokens, retries that are safe, sign-ins that renew."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

from ._connection import HOW_TO_START, Connection, Secret
from ._failures import (
    NotUnderstoodError,
    ServerAwayError,
    not_understood,
    refusal,
    unexplained,
)
from ._plain_session import plain_session
from ._signed_link import opened
from .errors import (
    BackendThrottledError,
    InvalidInputError,
    NotSignedInError,
    OmniDomainError,
    StoreUnavailableError,
)

if TYPE_CHECKING:
    import requests
    from pydantic import BaseModel

    from .schemas import LoginResponse, User

TIMEOUT = (5, 120)  # seconds to connect, and between two pieces of an answer
PATIENT = (5, 3600)  # the same for what copies many bytes before it answers
PAUSES = (0.2, 0.6, 1.5)  # seconds before each further try
RENEW_BEFORE = timedelta(minutes=10)
_NO_EMAIL = "email: value is not a valid email address: "
_Model = TypeVar("_Model", bound="BaseModel")
_PASSING = (ServerAwayError, StoreUnavailableError, BackendThrottledError)


class Transport:
    """Calls routes below ``omnidomain/``; may be used from several threads.

    Every route that is called through here gives the same result when it is called twice
    (submissions by their Idempotency-Key), so a lost answer is simply asked for again; except
    through `post_once_as`.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._session = _session(connection)
        self._lock = threading.RLock()
        self._email: str | None = None
        self._login: LoginResponse | None = None
        self._met = False

    def __repr__(self) -> str:
        """Return the address; never a token."""
        return f"<Transport to {self.connection.url}>"

    @property
    def user(self) -> User | None:
        """Who is signed in."""
        return self._login.user if self._login else None

    def sign_in(self, email: str | None) -> User:
        """Sign in; the token is kept here, renewed by itself, and shown nowhere."""
        from .schemas import LoginResponse

        try:
            answer = self._send("POST", "auth/login", json={"email": email} if email else {})
        except InvalidInputError as error:
            why = str(error)
            if why.startswith(_NO_EMAIL):
                why = (
                    f"{email!r} is not an email address that can be used. "
                    f"{why.removeprefix(_NO_EMAIL)} Give it like this: you@example.org."
                )
            raise InvalidInputError(why, error.issues) from None
        login = self._understood(LoginResponse, _values(answer))
        login.access_token = Secret(login.access_token)
        with self._lock:
            self._email, self._login = email, login
        return login.user

    def get(self, route: str, **query: object) -> Any:
        """GET; looking does not keep an idle server alive."""
        return _values(self._signed_in("GET", route, params=_looking(query)))

    def post(self, route: str, body: Mapping[str, Any], key: str | None = None) -> Any:
        """POST a JSON body, with an Idempotency-Key where one is given."""
        headers = {"Idempotency-Key": key} if key else {}
        return _values(self._signed_in("POST", route, json=body, headers=headers))

    def get_as(self, model: type[_Model], route: str, **query: object) -> _Model:
        """GET, and return what was understood of the answer.

        Raises
        ------
        NotUnderstoodError : the server's version is another one than the client's
        """
        return self._understood(model, self.get(route, **query))

    def post_as(
        self, model: type[_Model], route: str, body: Mapping[str, Any], key: str | None = None
    ) -> _Model:
        """POST, and return what was understood of the answer; raises as `get_as`."""
        return self._understood(model, self.post(route, body, key))

    def post_once_as(self, model: type[_Model], route: str, body: Mapping[str, Any]) -> _Model:
        """POST what has another result when it is sent twice, and may take its time.

        Raises
        ------
        ServerAwayError : the answer was lost; what was asked for may have been done
        """
        answer = self._signed_in("POST", route, json=body, pauses=(), timeout=PATIENT)
        return self._understood(model, _values(answer))

    def delete(self, route: str) -> None:
        """DELETE; what was gone already is a `NotFoundError`."""
        self._signed_in("DELETE", route)

    @contextmanager
    def stream(self, route: str) -> Iterator[requests.Response]:
        """GET an answer whose body is read piece by piece, from wherever the server says."""
        import requests

        answer = self._signed_in("GET", route, params=_looking({}), stream=True)
        try:
            if answer.is_redirect:
                with opened(answer) as elsewhere:
                    yield elsewhere
            else:
                yield answer
        except requests.RequestException:
            raise ServerAwayError(
                f"The connection to {self.connection.url} broke while a file was read."
            ) from None
        finally:
            answer.close()

    def has_file(self, path: str) -> bool:
        """Whether the server has a file of that path below its root."""
        model = self.contents(path, content=0)
        return model is not None and model.get("type") != "directory"

    def contents(self, path: str, **query: str | int) -> dict[str, Any] | None:
        """Return what Jupyter's contents API knows of a path below the root.

        None where there is nothing that it would show.
        """
        import requests

        url = f"{self.connection.url}api/contents/{quote(path)}"
        try:
            answer = self._session.get(
                url,
                params={**query, "no_track_activity": "1"},
                timeout=TIMEOUT,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise self._away(error) from None
        found = _values(answer) if answer.status_code == 200 else None
        return found if isinstance(found, dict) else None

    def kernel_connections(self, kernel_id: str) -> int | None:
        """Return how many pages are connected to a kernel; None where the server knows of none."""
        import requests

        url = f"{self.connection.url}api/kernels/{quote(kernel_id)}"
        try:
            answer = self._session.get(
                url,
                params={"no_track_activity": "1"},
                timeout=TIMEOUT,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise self._away(error) from None
        found = _values(answer) if answer.status_code == 200 else None
        number = found.get("connections") if isinstance(found, dict) else None
        return number if isinstance(number, int) else None

    def close(self) -> None:
        """Give the connections back."""
        self._session.close()

    def _signed_in(self, method: str, route: str, **options: Any) -> requests.Response:
        used = self._token()
        try:
            return self._send(method, route, used, **options)
        except NotSignedInError:
            pass
        # Outside of the `except`: a failure of this is no second error of that one.
        with self._lock:
            if used is None or self._bearer() == used:
                self._renew()
            used = self._bearer()
        return self._send(method, route, used, **options)

    def _token(self) -> str | None:
        with self._lock:
            login = self._login
            if login and login.expires_at - datetime.now(UTC) < RENEW_BEFORE:
                self._renew()
            return self._bearer()

    def _bearer(self) -> str | None:
        return self._login.access_token if self._login else None

    def _renew(self) -> None:
        if self._login is None and not self.connection.hub:
            raise NotSignedInError(
                'Please sign in with your email address: client.sign_in("you@example.org").'
            )
        self.sign_in(self._email)

    def _send(
        self,
        method: str,
        route: str,
        bearer: str | None = None,
        *,
        pauses: Sequence[float] = PAUSES,
        **options: Any,
    ) -> requests.Response:
        if bearer:
            headers = {"X-OmniDomain-Authorization": Secret(f"Bearer {bearer}")}
            options["headers"] = headers | options.get("headers", {})
        for pause in pauses:
            try:
                return self._once(method, route, **options)
            except _PASSING:
                time.sleep(pause)
        return self._once(method, route, **options)

    def _once(self, method: str, route: str, **options: Any) -> requests.Response:
        import requests

        url = f"{self.connection.url}omnidomain/{quote(route)}"
        options.setdefault("timeout", TIMEOUT)
        try:
            answer = self._session.request(method, url, allow_redirects=False, **options)
        except requests.RequestException as error:
            raise self._away(error) from None
        self._met = True
        if 200 <= answer.status_code < 400:
            return answer
        with answer:
            raise refusal(answer) from None

    def _understood(self, model: type[_Model], values: Any) -> _Model:
        """Return an answer as its model has it.

        An error names nothing of the answer, which may hold a token: neither in its text, nor in
        what it comes from, nor in the variables that a traceback may show.
        """
        from pydantic import ValidationError

        with suppress(ValidationError):
            return model.model_validate(values)
        del values
        raise NotUnderstoodError(not_understood(self._server_version()))

    def _server_version(self) -> str:
        """Return the version of the server's package, or an empty text."""
        with suppress(OmniDomainError):
            found = _values(self._once("GET", "health", params=_looking({})))
            return str(found.get("version", "")) if isinstance(found, dict) else ""
        return ""

    def _away(self, error: Exception) -> OmniDomainError:
        import requests

        if isinstance(error, requests.exceptions.SSLError):
            return ServerAwayError(
                f"The certificate of {self.connection.url} is not trusted. Name its authority's "
                "file in REQUESTS_CA_BUNDLE."
            )
        told = f"The Jupyter server at {self.connection.url} does not answer."
        if not self._met:
            told += f" {HOW_TO_START}"
        return ServerAwayError(told)


def _values(answer: requests.Response) -> Any:
    """Return the JSON of an answer; whatever else answers at an address is told."""
    if answer.is_redirect:
        raise unexplained(answer.status_code)
    try:
        return answer.json()
    except ValueError:
        raise unexplained(answer.status_code) from None


def _looking(query: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in query.items() if value is not None} | {
        "no_track_activity": "1"
    }


def _session(connection: Connection) -> requests.Session:
    import secrets

    session = plain_session(connection.url)
    if connection.token:
        session.headers["Authorization"] = Secret(f"token {connection.token}")
    else:
        # A server without any sign-in still wants its two XSRF values to be the same.
        value = secrets.token_hex(16)
        session.headers.update({"Cookie": f"_xsrf={value}", "X-XSRFToken": value})
    return session
