"""A session for hosts that are told no token of anybody's."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import requests


def plain_session(url: str) -> requests.Session:
    """Return a session for the host of an address, which carries no token of anybody's."""
    from http.cookiejar import DefaultCookiePolicy

    import requests
    from requests.adapters import HTTPAdapter
    from requests.utils import get_environ_proxies

    session = requests.Session()
    # Without the environment: a .netrc would replace our Authorization. What is wanted of it
    # (certificates, and proxies except to this machine) is taken here.
    session.trust_env = False
    session.verify = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("SSL_CERT_FILE") or True
    host = url.partition("//")[2]
    if not host.startswith(("127.", "localhost", "[::1]")):
        session.proxies = dict(get_environ_proxies(url))
    session.mount("http://", HTTPAdapter(pool_maxsize=8))
    session.mount("https://", HTTPAdapter(pool_maxsize=8))
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return session
