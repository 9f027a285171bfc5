"""`/api/status` while another client pages through 100,000 runs without pause.

Bound: p99 20 ms. Beside it the same without the paging client.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from pathlib import Path

import requests
from jupyter_process import Server, jupyter_server, percentile
from seeding import seed, store_file

RUNS = 100_000
SECONDS = 10


def page_without_pause(server: Server, stop: threading.Event, pages: list[int]) -> None:
    with requests.Session() as session:
        session.headers.update(server.session.headers)
        cursor = None
        while not stop.is_set():
            parameters = {"limit": 50, "cursor": cursor, "no_track_activity": 1}
            answer = session.get(f"{server.url}/omnidomain/runs", params=parameters, timeout=60)
            answer.raise_for_status()
            cursor = answer.json()["next_cursor"]
            pages[0] += 1


def status_ms(server: Server) -> list[float]:
    times, end = [], time.perf_counter() + SECONDS
    while time.perf_counter() < end:
        before = time.perf_counter()
        server.session.get(f"{server.url}/api/status", timeout=60).raise_for_status()
        times.append((time.perf_counter() - before) * 1000)
        time.sleep(0.005)
    return times


def main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        home = Path(directory)
        seed(store_file(home), RUNS)
        with jupyter_server(directory=home) as server:
            server.sign_in()
            time.sleep(2)
            idle = status_ms(server)
            stop, pages = threading.Event(), [0]
            pager = threading.Thread(target=page_without_pause, args=(server, stop, pages))
            pager.start()
            busy = status_ms(server)
            stop.set()
            pager.join()
    print(f"/api/status over {SECONDS} s each ({pages[0]} pages of 50 of {RUNS:,} runs meanwhile)")
    for name, times in (("idle", idle), ("paging", busy)):
        p50, p99 = percentile(times, 0.5), percentile(times, 0.99)
        print(f"  {name:<7} p50 {p50:6.2f} ms   p99 {p99:6.2f} ms   worst {max(times):6.2f} ms")
    print("  bound: p99 20 ms while paging")
    print(f"  ratio p99 paging : idle {percentile(busy, 0.99) / percentile(idle, 0.99):.1f}")


if __name__ == "__main__":
    sys.exit(main())
