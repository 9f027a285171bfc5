"""Ten thousand runs with long names and reasons, of one scientist; also for the benchmark."""

from __future__ import annotations

from stored_runs import store_runs

RUNS = 10_000
EMAIL = "many@example.org"
CELL = """
import json, time
from omnidomain_jupyter import RunPanel
from omnidomain_jupyter.client import Client
asked = Client.runs_page
def timed(self, **query):
    found = asked(self, **query)
    if "status" not in query and query["limit"] == 50:  # the page itself, and nothing beside it
        with open("answered.json", "w") as out:
            json.dump(time.time() * 1000, out)
    return found
Client.runs_page = timed
RunPanel("demo/samples.tsv", email="many@example.org")
"""
"""A panel; in `answered.json` is when the server last answered with its page, in milliseconds."""

DRAWN = """([from, to]) => new Promise(done => {
    const rows = document.querySelector('.omnidomain-runs tbody');
    const seen = new MutationObserver(() => {
        const name = rows.querySelector('th')?.textContent ?? '';
        if (name.includes(to)) requestAnimationFrame(() => done(Date.now()));
    });
    seen.observe(rows, { childList: true, subtree: true, characterData: true });
    const turn = [...document.querySelectorAll('.omnidomain-runs button')];
    turn.find(each => each.textContent.includes(from)).click();
})"""
"""Presses a button of the table; returns when the row is drawn that is first then."""


def store_history(url: str) -> None:
    """Store them in a database that may be empty."""
    store_runs(url, EMAIL, RUNS, _long)


def _long(number: int) -> dict[str, object]:
    name = f"sample_{number:06}_{'x' * 86}"
    return {
        "pipeline": "ReadQC",
        "sample_id": name,
        "tsv_row": {"sample_id": name, "reads_1": f"{'deep/' * 60}{name}.fastq.gz"},
        "base_outdir": f"/results/{'folder/' * 30}",
        "status": "FAILED" if number % 3 == 0 else "COMPLETED",
        "status_reason": "no space left on device, " * 80,
    }
