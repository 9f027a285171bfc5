"""How much longer a Jupyter server takes to start with the extension than without it.

Time from launching the process to the first 200 of `/api/status`, by turns. Bound: 100 ms.
"""

from __future__ import annotations

import statistics
import sys

from jupyter_process import jupyter_server

ROUNDS = 9


def main() -> None:
    times: dict[bool, list[float]] = {True: [], False: []}
    for number in range(ROUNDS + 1):
        for extension in (False, True):
            with jupyter_server(extension=extension) as server:
                if number:  # the first round fills the disk's cache
                    times[extension].append(server.started_s)
    without, with_it = (statistics.median(times[key]) for key in (False, True))
    print("server start, median of", ROUNDS)
    print(f"  without the extension {without * 1000:8.0f} ms")
    print(f"  with it               {with_it * 1000:8.0f} ms")
    print(f"  difference            {(with_it - without) * 1000:+8.0f} ms   (bound: +100)")
    print(f"  ratio                 {with_it / without:8.2f}")


if __name__ == "__main__":
    sys.exit(main())
