"""Makes the README's pictures anew, from a real JupyterLab: `python docs/screenshots.py`."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from believable_runs import (
    EMAIL,
    SLOTS,
    add_pipelines,
    end_all,
    store_earlier_runs,
    submit_today,
    write_project,
)
from browser.axe import set_theme  # of the tests, as what follows
from browser.laboratory import LONG, open_lab, rows, submit_from_browser, without_news
from chromium import chromium_page
from client.live_server import LiveServer, live_server
from playwright.sync_api import Locator, Page
from widgets.notebooks import open_notebook, run_all, write_notebook

from omnidomain_jupyter.client import connect

IMAGES = Path(__file__).parent / "images"
WIDTH, HEIGHT = 1280, 720
PANEL = "from omnidomain_jupyter import RunPanel\nRunPanel({sheet!r}, email={email!r})"


@contextmanager
def laboratory(home: Path) -> Iterator[LiveServer]:
    """Start a JupyterLab in which work is going on."""
    write_project(home / "root")
    add_pipelines(home / "pipelines")
    without_news(home / "config")
    url = f"sqlite:///{home / 'runs.sqlite'}"
    store_earlier_runs(url)
    arguments = (
        f"--OmniDomainApp.pipelines_path={home / 'pipelines'}",
        f"--OmniDomainApp.local_slots={SLOTS}",
    )
    variables = {"OMNIDOMAIN_DATABASE_URL": url}
    with live_server(home, *arguments, module="jupyterlab", variables=variables) as lab:
        client = connect(url=lab.url, token=lab.token, email=EMAIL)
        submit_today(client)
        yield lab
        end_all(client)
        client.close()


def history_of(page: Page, lab: LiveServer) -> Locator:
    """Open the run history, signed in, with the project's files beside it."""
    open_lab(page, lab)
    page.locator(".jp-LauncherCard", has_text="Run history").click(timeout=LONG)
    history = page.locator("#omnidomain-run-history")
    email = history.get_by_label("Email")
    email.or_(rows(history)).first.wait_for(timeout=LONG)
    if email.is_visible():
        email.fill(EMAIL)
        history.get_by_role("button", name="Sign in").click()
    rows(history).first.wait_for(timeout=LONG)
    page.locator(".lm-TabBar-tab", has_text="Launcher").get_by_title("Close").click()
    page.locator(".jp-DirListing-item", has_text="project").dblclick()
    page.locator(".jp-DirListing-item", has_text="plate_07").wait_for()
    return history


def line(history: Locator, sample: str) -> Locator:
    """Return the line of a sample's newest run."""
    return rows(history).filter(has_text=sample).first


def keep(page: Page, name: str) -> None:
    """Keep a picture of a page."""
    page.screenshot(path=IMAGES / f"{name}.png", animations="disabled")
    print(f"docs/images/{name}.png")


def keep_part(page: Page, name: str, first: Locator, last: Locator) -> None:
    """Keep a picture of what is from one part of a page to another."""
    page.mouse.move(0, 0)
    upper, lower = first.bounding_box(), last.bounding_box()
    assert upper is not None
    assert lower is not None
    height = lower["y"] + lower["height"] - upper["y"]
    page.screenshot(path=IMAGES / f"{name}.png", clip={**upper, "height": height})
    print(f"docs/images/{name}.png")


def history_pictures(lab: LiveServer) -> None:
    """Take those of JupyterLab in its light theme, and one in the dark theme."""
    set_theme(lab, "Light")
    with chromium_page(width=WIDTH, height=HEIGHT) as page:
        history = history_of(page, lab)
        line(history, "leaf_05").click()
        history.get_by_role("log").get_by_text("No space left").wait_for()
        keep(page, "lab-history-light")
        history.locator(".jp-OmniDetails-close").click()
        for sample in ("gut_06", "gut_07", "gut_08"):
            line(history, sample).click(modifiers=["Control"])
        history.get_by_role("button", name="Compare 3").click()
        history.get_by_role("rowheader", name="gc_share").wait_for()
        keep(page, "lab-compare")
        history.get_by_role("button", name="Back to the list").click()
        history.get_by_role("button", name="Unmark all").click()
        submit_from_browser(page, "plate_09").get_by_text("cells first").wait_for()
        keep(page, "lab-submit")
    set_theme(lab, "Dark")
    with chromium_page(width=WIDTH, height=HEIGHT) as page:
        history = history_of(page, lab)
        line(history, "root_12").click()
        history.get_by_text("Following.").wait_for()
        keep(page, "lab-history-dark")


def panel_pictures(lab: LiveServer) -> None:
    """Take those of the panel in a notebook."""
    set_theme(lab, "Light")
    source = PANEL.format(sheet="project/plate_09.tsv", email=EMAIL)
    write_notebook(lab.root / "panel.ipynb", source)
    with chromium_page(width=WIDTH + 80, height=1_400) as page:
        open_notebook(page, lab, "panel.ipynb")
        panel = run_all(page)
        panel.get_by_text("to fix").wait_for(timeout=LONG)
        keep_part(page, "panel-submit", panel, panel)
        panel.get_by_role("tab", name="Monitor").click()
        panel.locator(".omnidomain-runs tbody tr").first.wait_for(timeout=LONG)
        last = panel.locator(".omnidomain-runs tbody tr").nth(13)
        keep_part(page, "panel-monitor", panel, last)
        panel.locator(".omnidomain-runs tr", has_text="gut_04").get_by_text("Results").click()
        panel.get_by_text("Unlike the others").wait_for(timeout=LONG)
        keep_part(page, "panel-results", panel, panel.get_by_text("As a table"))


def main() -> None:
    """Take all of them."""
    with tempfile.TemporaryDirectory(prefix="ada-") as home, laboratory(Path(home)) as lab:
        history_pictures(lab)
        panel_pictures(lab)


if __name__ == "__main__":
    sys.exit(main())
