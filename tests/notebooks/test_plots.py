"""The committed plots are drawn by JupyterLab and by Notebook 7, with nothing installed for it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from chromium import chromium_page, jp_asyncio_loop, jp_server_cleanup  # noqa: F401
from client.live_server import live_server
from playwright.sync_api import expect

from .execution import NOTEBOOKS

LONG = 90_000  # milliseconds, on a busy machine


@pytest.mark.browser
@pytest.mark.parametrize(
    ("module", "route"), [("jupyterlab", "lab/tree"), ("notebook", "notebooks")]
)
def test_the_plots_of_watch_and_compare_are_drawn(module: str, route: str, tmp_path: Path):
    with live_server(tmp_path, module=module) as server, chromium_page() as page:
        shutil.copy(NOTEBOOKS / "watch_and_compare.ipynb", server.root)
        page.goto(f"{server.url}{route}/watch_and_compare.ipynb?token={server.token}")
        page.locator(".jp-Notebook").wait_for(timeout=LONG)
        plots = page.locator(".jp-RenderedVegaCommon5 canvas, .jp-RenderedVegaCommon5 svg.marks")
        # The notebook draws what is near the window.
        page.get_by_role("heading", name="What it wrote").scroll_into_view_if_needed(timeout=LONG)
        expect(plots).to_have_count(2, timeout=LONG)
        for number in range(2):
            plots.nth(number).scroll_into_view_if_needed()
            box = plots.nth(number).bounding_box()
            assert box is not None
            assert box["width"] > 300
            assert box["height"] > 60
