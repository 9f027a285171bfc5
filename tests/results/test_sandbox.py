"""A report that means harm, in a real browser that is signed in to Jupyter and to us."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
import requests
from chromium import chromium_page, jp_asyncio_loop, jp_server_cleanup  # noqa: F401
from client.live_server import live_server
from dropped_pipelines import add_pipeline

pytestmark = pytest.mark.browser

ATTACK = """<!doctype html><meta charset="utf-8"><title>waiting</title><svg id="picture"></svg>
<script>
const found = {};
const attempt = async (name, action) => {
  try { found[name] = String(await action()); } catch (error) { found[name] = 'no: ' + error.name; }
};
(async () => {
  found.script = 'ran';
  found.origin = self.origin;
  await attempt('cookie', () => document.cookie);
  await attempt('storage', () => localStorage.length);
  await attempt('parent', () => parent === window ? 'no: none' : parent.document.title);
  for (const path of ['/api/contents', '/omnidomain/runs', '/api/kernels']) {
    for (const mode of ['cors', 'no-cors']) {
      await attempt(mode + ' ' + path, async () =>
        (await fetch(path, {mode, credentials: 'include'})).type);
    }
  }
  await attempt('post', async () =>
    (await fetch('/api/kernels', {method: 'POST', mode: 'no-cors', body: '{}'})).type);
  await attempt('beacon', () => navigator.sendBeacon('/api/kernels', '{}') ? 'no: queued' : 'no');
  await attempt('image', () => new Promise((done, fail) => {
    const image = new Image();
    image.onload = () => done('loaded');
    image.onerror = () => fail(new Error());
    image.src = '/static/favicons/favicon.ico';
  }));
  await attempt('socket', () => new Promise((done, fail) => {
    const socket = new WebSocket('ws://' + location.host + '/api/events/subscribe');
    socket.onopen = () => done('open');
    socket.onerror = () => fail(new Error());
  }));
  document.title = JSON.stringify(found);
})();
</script>"""
PICTURE = """<svg xmlns="http://www.w3.org/2000/svg"><script>
fetch('/api/contents').then(() => document.documentElement.id = 'got', () =>
  document.documentElement.id = 'blocked');
</script></svg>"""


def test_a_report_runs_its_scripts_and_reaches_nothing_of_ours(tmp_path: Path):
    pipelines = tmp_path / "pipelines"
    add_pipeline(pipelines, "Outputs", ["true"])
    pipelines_path = f"--OmniDomainApp.pipelines_path={pipelines}"
    with live_server(tmp_path / "server", pipelines_path) as server:
        run, token = _run(server)
        outdir = Path(run["outdir"])
        outdir.mkdir(parents=True, exist_ok=True)
        (outdir / "report.html").write_text(ATTACK)
        (outdir / "plot.svg").write_text(PICTURE)
        address = f"{server.url}omnidomain/runs/{run['run_id']}/results"
        with chromium_page() as page:
            page.goto(f"{server.url}api/status?token={server.token}")
            _give_our_cookie(page, server, token)
            seen: list[str] = []
            page.on("response", lambda response: seen.append(response.url))

            page.goto(f"{address}/report.html")
            page.wait_for_function("document.title != 'waiting'")
            found = json.loads(page.title())
            assert found.pop("script") == "ran"
            assert found.pop("origin") == "null"
            assert all(said.startswith("no") for said in found.values()), found

            page.goto(f"{address}/plot.svg")
            page.wait_for_function("document.documentElement.id == 'blocked'")
            assert {url.partition("?")[0] for url in seen} == {
                f"{address}/report.html",
                f"{address}/plot.svg",
            }


def _run(server) -> tuple[dict, str]:
    session = requests.Session()
    session.headers["Authorization"] = f"token {server.token}"
    root = f"{server.url}omnidomain"
    login = session.post(f"{root}/auth/login", json={"email": "ada@example.org"}).json()
    session.headers["X-OmniDomain-Authorization"] = f"Bearer {login['access_token']}"
    body = {"pipeline": "Outputs", "sample_id": "a", "tsv_row": {"sample_id": "a"}}
    run = session.post(f"{root}/runs", json=body).json()
    while session.get(f"{root}/runs/{run['run_id']}").json()["status"] != "COMPLETED":
        time.sleep(0.1)
    session.close()
    return run, login["access_token"]


def _give_our_cookie(page, server, token: str) -> None:
    host = server.url.split("/")[2]
    name = "omnidomain-" + "".join(each if each.isalnum() else "-" for each in host)
    page.context.add_cookies(
        [
            {
                "name": name,
                "value": token,
                "url": f"{server.url}omnidomain/",
                "httpOnly": True,
                "sameSite": "Strict",
            }
        ]
    )
