"""A real JupyterLab with runs in it, and the ways around in its pages."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from client.live_server import LiveServer, live_server
from client.reads import write_sheet
from databases import empty_postgres_database
from dropped_pipelines import add_pipeline
from playwright.sync_api import Locator, Page, Route

from omnidomain_jupyter.client import Client, connect

LONG = 120_000  # milliseconds, on a busy machine
EMAIL = "you@example.org"
NO_NEWS = '{"fetchNews": "false", "checkForUpdates": false}'

TALKS = "import time\nfor n in range(600):\n    print('line', n, flush=True)\n    time.sleep(.5)"
FAILS = "import sys; print('no space left on device'); sys.exit(3)"
NOTE_CLICK = """() => {
  performance.clearResourceTimings();
  const note = () => { window.clickedAt = performance.now(); };
  addEventListener('click', note, { capture: true, once: true });
}"""
ASKED_AT_ONCE = """() => performance.getEntriesByType('resource').some(({ name, startTime }) => {
  const after = startTime - window.clickedAt;
  return name.includes('/omnidomain/') && after >= 0 && after < 500;
})"""


@contextmanager
def migrated_database(server: str, home: Path) -> Iterator[str]:
    """Make a database on a PostgreSQL server and bring it up as its administrator would.

    Parameters
    ----------
    server : the URL of the PostgreSQL server
    home : where the command has its configuration: nowhere else
    """
    with empty_postgres_database(server) as url:
        there = LiveServer(home, variables={"OMNIDOMAIN_DATABASE_URL": url})
        done = subprocess.run(
            [sys.executable, "-m", "jupyter", "omnidomain", "db", "upgrade"],
            env=there.environment(),
            check=False,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert "from nothing to" in done.stdout
        yield url


@contextmanager
def laboratory(
    server: str, home: Path, *, base_url: str = "/", variables: Mapping[str, str] | None = None
) -> Iterator[LiveServer]:
    """Start a JupyterLab for `prepare`'s runs, on a migrated database of a PostgreSQL server."""
    with (
        migrated_database(server, home) as url,
        live_server(
            home,
            *prepare(home),
            module="jupyterlab",
            base_url=base_url,
            variables={"OMNIDOMAIN_DATABASE_URL": url, **(variables or {})},
        ) as lab,
    ):
        yield lab


def prepare(home: Path) -> list[str]:
    """Write sheets and pipelines; return the arguments of a server for them."""
    write_sheet(home / "root" / "project", [f"gut_{number:02}" for number in range(1, 4)])
    faulty = home / "root" / "project" / "faulty.tsv"
    faulty.write_text(
        "sample_id\treads_1\ngut_01\treads.fastq.gz\ngut 02\treads.fastq.gz\n"
        "gut_03\tmissing.fastq.gz\n"
    )
    pipelines = home / "pipelines"
    add_pipeline(pipelines, "Talks", ["python3", "-c", TALKS])
    add_pipeline(pipelines, "Fails", ["python3", "-c", FAILS])
    without_news(home / "config")
    return [f"--OmniDomainApp.pipelines_path={pipelines}", "--OmniDomainApp.local_slots=8"]


def without_news(config: Path) -> None:
    """Configure JupyterLab to ask nothing about news: that covers a corner."""
    settings = config / "lab" / "user-settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    (settings / "notification.jupyterlab-settings").write_text(NO_NEWS)


def client_of(lab: LiveServer) -> Client:
    """Return a client of the same scientist as in the page."""
    return connect(url=lab.url, token=lab.token, email=EMAIL)


def open_lab(page: Page, lab: LiveServer, *, reset: bool = True) -> None:
    """Open JupyterLab with nothing in it but the launcher."""
    page.goto(f"{lab.url}lab?{'reset&' if reset else ''}token={lab.token}")
    page.locator("#jp-main-statusbar").wait_for(timeout=LONG)


def open_history(page: Page, lab: LiveServer) -> Locator:
    """Open the run history of somebody who is signed in."""
    open_lab(page, lab)
    page.locator(".jp-LauncherCard", has_text="Run history").click(timeout=LONG)
    history = page.locator("#omnidomain-run-history")
    email = history.get_by_label("Email")
    email.or_(history.get_by_role("button", name="Sign out")).first.wait_for(timeout=LONG)
    if email.is_visible():
        email.fill(EMAIL)
        history.get_by_role("button", name="Sign in").click()
        history.get_by_role("button", name="Sign out").wait_for(timeout=LONG)
    return history


def look_again(page: Page) -> None:
    """Make the page ask for what is new, as when somebody comes back to its tab."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def until_tried_again(page: Page, answer: Callable[[Route], None]) -> Callable[[Route], None]:
    """Return a handler of requests that answers them in the server's place until `try_again`."""

    def handle(route: Route) -> None:
        if page.evaluate("window.clickedAt"):
            route.continue_()
        else:
            answer(route)

    return handle


def try_again(page: Page, within: Locator) -> None:
    """Click "Try again" and see that it asks the server at once.

    The fault is to last until then: the page asks by itself every few seconds too, and then
    nothing is left to be clicked.
    """
    page.evaluate(NOTE_CLICK)
    within.get_by_role("button", name="Try again").click()
    page.wait_for_function(ASKED_AT_ONCE, timeout=LONG)


def submit_from_browser(page: Page, sheet: str) -> Locator:
    """Choose "Submit to OmniDomain…" on a sheet of the folder `project`; return the dialog."""
    item = page.locator(".jp-DirListing-item", has_text=sheet)
    if not item.is_visible():
        page.locator(".jp-DirListing-item", has_text="project").dblclick()
    item.click(button="right")
    page.locator(".lm-Menu-itemLabel", has_text="Submit to OmniDomain").click()
    return page.locator(".jp-OmniSubmit-dialog")


def rows(history: Locator) -> Locator:
    """Return the lines of runs in a history."""
    return history.locator("[data-run-id]")
