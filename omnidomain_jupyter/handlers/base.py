"""What all our handlers share: two sign-ins, a thread pool, and problems for errors."""

from __future__ import annotations

import functools
import re
import threading
from collections.abc import Callable, Coroutine
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar, cast
from uuid import UUID

from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import url_path_join

from ..errors import NotFoundError, NotSignedInError, OmniDomainError
from .parsing import Model, parse_body, parse_query
from .problems import problem_for

if TYPE_CHECKING:
    from pydantic import BaseModel

    from ..runtime import Runtime
    from ..store.models import User
    from ..wiring import Services

AUTH_RESOURCE = "omnidomain"
TOKEN_HEADER = "X-OmniDomain-Authorization"  # noqa: S105
SMALL_BODY = 1024 * 1024

T = TypeVar("T")
P = ParamSpec("P")


class OmniDomainHandler(APIHandler):
    """Base of all handlers. Jupyter's own sign-in, XSRF and origin checks stay as they are."""

    auth_resource = AUTH_RESOURCE
    body_limit = SMALL_BODY
    scientist: User

    def initialize(self) -> None:
        """Let no look at the status keep an idle server alive."""
        super().initialize()
        self.gone = threading.Event()
        self._track_activity = self.request.method not in {"GET", "HEAD"}

    def on_connection_close(self) -> None:
        """Tell whoever works on the answer that nobody waits for it any more."""
        self.gone.set()
        super().on_connection_close()

    @property
    def runtime(self) -> Runtime:
        """What this server's extension is made of."""
        return cast("Runtime", self.settings["omnidomain"])

    @property
    def stable_identity(self) -> str | None:
        """The user name that a Hub vouches for; None where names are random."""
        return self.current_user.username if self.runtime.stable_identities else None

    async def call(self, function: Callable[[Services], T]) -> T:
        """Run a call of a service on the extension's threads, and wait for it here."""
        return await self.runtime.call(function)

    async def body(self, model: type[Model]) -> Model:
        """Return the request in the body. Parsed off the event loop: it may be large."""
        content_type = self.request.headers.get("Content-Type", "")
        return await self.runtime.run(
            parse_body, model, self.request.body, content_type, self.body_limit
        )

    def query(self, model: type[Model]) -> Model:
        """Return the request in the query string."""
        return parse_query(model, self.request.query_arguments)

    def answer(self, response: BaseModel, *, status: int = 200, location: str = "") -> None:
        """Answer with what the model names. `location` is relative to our root."""
        self.set_status(status)
        if location:
            self.set_header("Location", url_path_join(self.base_url, "omnidomain", location))
        self.finish(response.model_dump_json(by_alias=True))

    def scientist_token(self) -> str:
        """Return our token, from the header or else from the cookie.

        Raises
        ------
        NotSignedInError : there is none
        """
        header = self.request.headers.get(TOKEN_HEADER)
        if header is not None:
            scheme, _, token = header.partition(" ")
            if scheme.lower() == "bearer" and token.strip():
                return token.strip()
            raise NotSignedInError(f"{TOKEN_HEADER} must be 'Bearer' and a token.")
        cookie = self.get_cookie(self._cookie_name)
        if cookie:
            return cookie
        raise NotSignedInError("Please sign in with your email address.")

    def keep_token(self, token: str, expires_at: datetime) -> None:
        """Give the token to a browser as a cookie that no script can read."""
        self.set_cookie(
            self._cookie_name,
            token,
            path=self._cookie_path,
            expires=expires_at,
            httponly=True,
            samesite="Strict",
            secure=self.request.protocol == "https",
        )

    def forget_token(self) -> None:
        """Take the cookie back."""
        self.clear_cookie(self._cookie_name, path=self._cookie_path)

    @property
    def _cookie_name(self) -> str:
        # Cookies are not told apart by port: two servers on one machine need two names.
        return re.sub(r"[^A-Za-z0-9]", "-", f"omnidomain-{self.request.host}")

    @property
    def _cookie_path(self) -> str:
        return url_path_join(self.base_url, "omnidomain/")

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Answer with problem details; never with a traceback or a page."""
        error = (kwargs.get("exc_info") or (None, None, None))[1]
        problem = problem_for(error, status_code)
        self.set_status(problem.status)
        if isinstance(error, NotSignedInError):
            self.set_header("WWW-Authenticate", 'Bearer realm="omnidomain"')
        absent = {name for name in ("errors", "error_count") if getattr(problem, name) is None}
        self.finish(
            problem.model_dump_json(exclude=absent), set_content_type="application/problem+json"
        )

    def log_exception(
        self,
        typ: type[BaseException] | None,
        value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        """Log an error of the user's in one line, and one of ours with its traceback."""
        if isinstance(value, OmniDomainError):
            self.log.info("%s %s: %s", self.request.method, self.request.path, value)
        else:
            super().log_exception(typ, value, tb)


Handler = TypeVar("Handler", bound=OmniDomainHandler)
Method = Callable[Concatenate[Handler, P], Coroutine[Any, Any, None]]


def signed_in(method: Method[Handler, P]) -> Method[Handler, P]:
    """Let a method run only for a signed-in scientist, who is then `self.scientist`.

    Stands below Jupyter's ``@web.authenticated`` and ``@authorized``.
    """

    @functools.wraps(method)
    async def wrapper(self: Handler, *args: P.args, **kwargs: P.kwargs) -> None:
        token, identity = self.scientist_token(), self.stable_identity
        self.scientist = await self.call(
            lambda services: services.accounts.authenticate(token, identity)
        )
        await method(self, *args, **kwargs)

    return cast("Method[Handler, P]", wrapper)


def parse_id(text: str, what: str) -> UUID:
    """Return an id from a path; one that cannot be an id is one that is not there."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFoundError(f"There is no such {what}.") from None
