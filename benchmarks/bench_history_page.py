"""A page of 50 runs from a history of 1,000,000 against one of 1,000, over HTTP, by turns.

Bound: p50 ratio 1.5. Beside it the same page by hand-written SQL on the same file.
"""

from __future__ import annotations

import sqlite3
import statistics
import sys
import tempfile
import time
from pathlib import Path
from uuid import UUID

from jupyter_process import Server, jupyter_server
from seeding import seed, store_file

SMALL, LARGE = 1_000, 1_000_000
ROUNDS = 300
SQL = "SELECT * FROM runs WHERE user_id = ? ORDER BY created_at DESC, run_id DESC LIMIT 51"


def page_ms(server: Server, cursor: str | None = None) -> float:
    parameters = {"limit": 50, "no_track_activity": 1, "cursor": cursor}
    before = time.perf_counter()
    answer = server.session.get(f"{server.url}/omnidomain/runs", params=parameters, timeout=60)
    elapsed = (time.perf_counter() - before) * 1000
    assert len(answer.json()["runs"]) == 50, answer.text[:500]
    return elapsed


def raw_ms(file: Path, user_id: UUID) -> float:
    connection = sqlite3.connect(file)
    times = []
    for _ in range(ROUNDS):
        before = time.perf_counter()
        assert len(connection.execute(SQL, (user_id.hex,)).fetchall()) == 51
        times.append((time.perf_counter() - before) * 1000)
    connection.close()
    return statistics.median(times)


def deep_cursor(server: Server, pages: int) -> str:
    cursor = None
    for _ in range(pages):
        answer = server.session.get(
            f"{server.url}/omnidomain/runs", params={"limit": 500, "cursor": cursor}, timeout=60
        )
        cursor = answer.json()["next_cursor"]
    assert cursor is not None
    return cursor


def main() -> None:
    with tempfile.TemporaryDirectory() as small, tempfile.TemporaryDirectory() as large:
        homes = {SMALL: Path(small), LARGE: Path(large)}
        users = {size: seed(store_file(home), size) for size, home in homes.items()}
        with (
            jupyter_server(directory=homes[SMALL]) as first,
            jupyter_server(directory=homes[LARGE]) as second,
        ):
            servers = {SMALL: first, LARGE: second}
            for server in servers.values():
                server.sign_in()
            for size, server in servers.items():
                [page_ms(server) for _ in range(20)]
                del size
            deep = deep_cursor(second, 200)
            times: dict[object, list[float]] = {SMALL: [], LARGE: [], "deep": []}
            for _ in range(ROUNDS):
                times[SMALL].append(page_ms(first))
                times[LARGE].append(page_ms(second))
                times["deep"].append(page_ms(second, deep))
        raw = {size: raw_ms(store_file(home), users[size]) for size, home in homes.items()}
    p50 = {key: statistics.median(values) for key, values in times.items()}
    print("a page of 50 runs over HTTP, p50 of", ROUNDS)
    for size in (SMALL, LARGE):
        print(f"  of {size:>9,} runs   {p50[size]:6.2f} ms   (by plain SQL {raw[size]:.3f} ms)")
    print(f"  behind the 100,000th {p50['deep']:6.2f} ms")
    print(f"  ratio 1,000,000 : 1,000      {p50[LARGE] / p50[SMALL]:.2f}   (bound: 1.5)")
    print(f"  ratio deep : first page      {p50['deep'] / p50[LARGE]:.2f}")


if __name__ == "__main__":
    sys.exit(main())
