"""A page in a real Chromium, Debian's or whichever is on the path."""

from __future__ import annotations

import atexit
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from tempfile import TemporaryDirectory

import pytest
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

# Playwright's five seconds are too few for a machine that runs other tests beside.
expect.set_options(timeout=60_000)

FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
]


# Of pytest_jupyter, for tests with a server in their own process: a file with pages has none, and
# Playwright's event loop runs there between its tests too. Their folders' conftest takes these.
@pytest.fixture(autouse=True)
def jp_asyncio_loop() -> None:
    """Make no event loop."""


@pytest.fixture(autouse=True)
def jp_server_cleanup() -> None:
    """Clean up no server."""


_opened = ExitStack()  # empty, or with what ends the browser
_contexts: list[BrowserContext] = []
# As long as the tests run: JupyterLab that was compiled once is there for the next page, in the
# next file's browser too.
_profile = TemporaryDirectory(prefix="omnidomain-chromium-", ignore_cleanup_errors=True)


@contextmanager
def chromium_page(
    *, width: int = 1400, height: int = 1000, own_clock: bool = False
) -> Iterator[Page]:
    """Give a page that finds no cookies and no storage of those before it; without Chromium the
    test is skipped, or fails in CI.

    The browser stays for the next page, since its start takes longer than many a test.

    Parameters
    ----------
    width, height : of the page, in px
    own_clock : the page's clock may be set: a browser's other pages would have it, too
    """
    if not _contexts:
        _contexts.append(_start())
    [shared] = _contexts
    if own_clock:
        assert shared.browser
        context = shared.browser.new_context()
    else:
        context = shared
    try:
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": height})
        _forget_all(page)
        yield page
    finally:
        if own_clock:
            context.close()
        else:
            _tidy(context)


def _tidy(context: BrowserContext) -> None:
    context.set_offline(False)
    context.unroute_all(behavior="ignoreErrors")
    # Not the one that it began with: Chromium ends with its last page.
    for page in context.pages[1:]:
        page.close()


def _start() -> BrowserContext:
    playwright = _opened.enter_context(sync_playwright())
    context = playwright.chromium.launch_persistent_context(
        _profile.name, executable_path=_program(), args=FLAGS
    )
    _opened.callback(context.close)
    return context


def _forget_all(page: Page) -> None:
    page.context.clear_cookies()
    session = page.context.new_cdp_session(page)
    session.send("Storage.clearDataForOrigin", {"origin": "*", "storageTypes": "all"})
    session.detach()


@atexit.register
def close_chromium() -> None:
    """End the browser, if there is one, and Playwright's event loop, which no other may run
    beside."""
    _contexts.clear()
    _opened.close()


def _program() -> str:
    # The one without a window takes a third less time for a page of JupyterLab.
    names = ("chromium-headless-shell", "chromium", "chromium-browser")
    program = next(filter(None, map(shutil.which, names)), None)
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail("there is no Chromium on this machine")
        pytest.skip("there is no Chromium on this machine")
    return program
