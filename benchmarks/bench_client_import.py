"""How long `import omnidomain_jupyter.client` takes in a Python that has just started.

The best of some processes, since the rest is what else the machine does. Bound: 150 ms.
"""

from __future__ import annotations

import subprocess
import sys

ROUNDS = 9
CODE = """
import sys, time
before, modules = time.perf_counter(), len(sys.modules)
import omnidomain_jupyter.client
print(time.perf_counter() - before, len(sys.modules) - modules)
"""


def main() -> None:
    times, modules = [], 0
    for _ in range(ROUNDS):
        done = subprocess.run([sys.executable, "-c", CODE], check=True, capture_output=True)
        took, loaded = done.stdout.split()
        times.append(float(took))
        modules = int(loaded)
    print("import omnidomain_jupyter.client, best of", ROUNDS)
    print(f"  time    {min(times) * 1000:8.0f} ms   (bound: 150)")
    print(f"  modules {modules:8}")


if __name__ == "__main__":
    sys.exit(main())
