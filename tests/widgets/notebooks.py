"""Notebooks with the panel in them, opened in a browser."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import requests
from client.live_server import LiveServer
from playwright.sync_api import Locator, Page, Response, expect

LONG = 120_000  # milliseconds, on a busy machine


def write_notebook(path: Path, *cells: str) -> None:
    """Write a notebook of these cells."""
    document = {
        "cells": [
            {
                "cell_type": "code",
                "id": f"cell-{number}",
                "metadata": {},
                "execution_count": None,
                "outputs": [],
                "source": source,
            }
            for number, source in enumerate(cells)
        ],
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    path.write_text(json.dumps(document))


def copy_panel(notebook: Path, to: Path) -> None:
    """Copy a notebook as far as its panel: what stands below does the same from code."""
    document = json.loads(notebook.read_text("utf-8"))
    document["cells"] = cells_to_the_panel(notebook)
    (to / notebook.name).write_text(json.dumps(document), "utf-8")


def cells_to_the_panel(notebook: Path) -> list[dict[str, Any]]:
    """Return the first cells of a notebook, the last of which shows its panel."""
    cells: list[dict[str, Any]] = json.loads(notebook.read_text("utf-8"))["cells"]
    last = next(at for at, cell in enumerate(cells) if "RunPanel(" in "".join(cell["source"]))
    return cells[: last + 1]


def open_notebook(page: Page, server: LiveServer, name: str) -> None:
    """Open a notebook in JupyterLab or Notebook, and wait for its kernel."""
    if server.module == "notebook":
        page.goto(f"{server.url}notebooks/{name}?token={server.token}")
        _wait_for_kernel(server, name)
        return
    page.goto(f"{server.url}lab/tree/{name}?reset&token={server.token}")
    # The status bar's word: the notebook's own indicator says idle before there is a kernel,
    # and what is run then is lost.
    expect(page.locator("#jp-bottom-panel").get_by_text("| Idle")).to_be_visible(timeout=LONG)


def _wait_for_kernel(server: LiveServer, name: str) -> None:
    """Wait until a page is connected to the notebook's kernel, and that has nothing to do."""
    headers = {"Authorization": f"token {server.token}"}
    deadline = time.monotonic() + LONG / 1000
    while time.monotonic() < deadline:
        sessions = requests.get(f"{server.url}api/sessions", headers=headers, timeout=10).json()
        kernels = [each["kernel"] for each in sessions if each["path"] == name]
        if any(each["execution_state"] == "idle" and each["connections"] for each in kernels):
            return
        time.sleep(0.2)
    raise AssertionError(f"{name} has no kernel: {sessions}")


def run_all(page: Page) -> Locator:
    """Run the notebook; return the panel that is in it."""
    page.locator(".lm-MenuBar-itemLabel", has_text="Run").click()
    page.locator(".lm-Menu-itemLabel").get_by_text("Run All Cells", exact=True).click()
    return page.locator(".omnidomain-panel")


def run_first(page: Page) -> Locator:
    """Run the first cell alone; return the panel that is in it.

    JupyterLab does not trust the notebook then, as it does not one with others' outputs.
    """
    page.locator(".jp-Notebook .jp-Cell").first.click()
    page.keyboard.press("Shift+Enter")
    return page.locator(".omnidomain-panel")


def save(page: Page) -> None:
    """Save the notebook by its shortcut, and wait until that has been done."""
    page.keyboard.press("Escape")
    changed = page.locator(".jp-mod-dirty")
    begin = time.monotonic()
    while True:
        with page.expect_response(_is_save, timeout=LONG):
            page.keyboard.press("Control+s")
        try:
            expect(changed).to_have_count(0)
        except AssertionError:
            # A cell that ended after it was saved has changed it again.
            if time.monotonic() - begin > LONG / 1000:
                raise
        else:
            return


def _is_save(answer: Response) -> bool:
    # JupyterLab puts other things to the server, too: its workspace, its settings.
    return answer.request.method == "PUT" and "/api/contents/" in answer.url


def completed(panel: Locator) -> Locator:
    """Return the lines of runs that have completed."""
    return panel.locator('.omnidomain-runs tr[data-status="COMPLETED"]')
