"""A hundred thousand runs: the first are there at once, and all of them can be scrolled."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from browser.laboratory import EMAIL, LONG, laboratory, open_history, open_lab, rows
from client.live_server import LiveServer
from playwright.sync_api import Page, expect
from sqlalchemy import insert

from omnidomain_jupyter.store.database import Database
from omnidomain_jupyter.store.models import Run

pytestmark = pytest.mark.browser
RUNS = 100_000
PIECE = 10_000
IDLE_S = 65 if os.environ.get("OMNIDOMAIN_SOAK") else 25
AT_ONCE = 500  # milliseconds


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory, postgres_server: str) -> Iterator[LiveServer]:
    """A JupyterLab whose scientist has a long history."""
    with laboratory(postgres_server, tmp_path_factory.mktemp("many")) as server:
        store(server.variables["OMNIDOMAIN_DATABASE_URL"])
        yield server


def store(url: str) -> None:
    """Put the runs straight into the store."""
    database = Database(url)
    now = datetime.now(UTC)
    with database.writing() as transaction:
        user = transaction.users.add(EMAIL, name=None, org=None, identity=None, now=now)
        user_id = user.user_id
    engine = database._ready().execution_options(omnidomain_write=True)
    for start in range(0, RUNS, PIECE):
        some = [a_run(user_id, now, number) for number in range(start, start + PIECE)]
        with engine.begin() as connection:
            connection.execute(insert(Run), some)
    database.close()


def a_run(user_id: object, now: datetime, number: int) -> dict[str, object]:
    run_id, at = uuid4(), now - timedelta(seconds=number)
    return {
        "run_id": run_id,
        "user_id": user_id,
        "row_number": number,
        "pipeline": "ReadQC",
        "sample_id": f"sample_{number:06}",
        "tsv_row": {"sample_id": f"sample_{number:06}"},
        "base_outdir": "/results",
        "resume": False,
        "backend": "local",
        "status": "FAILED" if number % 7 == 0 else "COMPLETED",
        "job_name": f"ReadQC-{run_id}",
        "job_id": f"ReadQC-{run_id}",
        "created_at": at,
        "submitted_at": at,
        "started_at": at,
        "completed_at": at,
        "updated_at": at,
    }


def test_the_first_are_there_at_once_and_hardly_anything_is_asked(page: Page, lab: LiveServer):
    history = open_history(page, lab)
    rows(history).first.wait_for()
    open_lab(page, lab)
    card = page.locator(".jp-LauncherCard", has_text="Run history")
    card.wait_for(timeout=LONG)
    took = page.evaluate(
        """async () => {
            const cards = [...document.querySelectorAll('.jp-LauncherCard')];
            const card = cards.find(each => each.textContent.includes('Run history'));
            const began = performance.now();
            card.click();
            while (!document.querySelector('#omnidomain-run-history [data-run-id]')) {
                await new Promise(requestAnimationFrame);
            }
            return performance.now() - began;
        }"""
    )
    print(f"first rows of {RUNS:,} after {took:.0f} ms")
    assert took < AT_ONCE
    page.wait_for_timeout(3_000)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(IDLE_S * 1000)
    ours = [url for url in asked if "/omnidomain/" in url]
    print(f"requests in {IDLE_S} s:", ours)
    assert len(ours) <= max(1, IDLE_S // 30)  # two a minute


def test_all_of_them_can_be_scrolled(page: Page, lab: LiveServer):
    history = open_history(page, lab)
    rows(history).first.wait_for()
    page.evaluate(
        """async last => {
            const list = document.querySelector('#omnidomain-run-history .jp-OmniRuns-list');
            while (!list.textContent.includes(last)) {
                list.scrollTop = list.scrollHeight;
                await new Promise(resolve => setTimeout(resolve, 20));
            }
        }""",
        f"sample_{RUNS - 1:06}",
    )
    expect(history.get_by_text(f"{RUNS} runs")).to_be_visible()
    assert rows(history).count() < 100  # only those that can be seen are there
    # It still answers at once.
    began = page.evaluate("performance.now()")
    rows(history).last.click()
    expect(history.locator(".jp-OmniDetails")).to_be_visible()
    took = page.evaluate("performance.now()") - began
    print(f"the last one opened after {took:.0f} ms")
