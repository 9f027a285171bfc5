"""What axe-core finds in a page, and the themes to look at it in."""

from __future__ import annotations

from pathlib import Path

from client.live_server import LiveServer
from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "labextension" / "node_modules" / "axe-core" / "axe.min.js"
RUN = """async selector => {
    const found = await axe.run(selector);
    return found.violations.map(each => `${each.impact}: ${each.help}, ${each.nodes[0].html}`);
}"""


def set_theme(server: LiveServer, name: str) -> None:
    """Set JupyterLab's theme, such as "Dark", for pages that are opened from now on."""
    settings = server.home / "config" / "lab" / "user-settings"
    folder = settings / "@jupyterlab" / "apputils-extension"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "themes.jupyterlab-settings").write_text(f'{{"theme": "JupyterLab {name}"}}')


def violations(page: Page, selector: str) -> list[str]:
    """Return what axe-core finds in a part of the page."""
    page.evaluate(AXE.read_text())
    return list(page.evaluate(RUN, selector))
