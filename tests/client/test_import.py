"""Importing the client costs little."""

from __future__ import annotations

import json
import subprocess
import sys

HEAVY = ["pandas", "pydantic", "requests", "websocket", "sqlalchemy", "tornado", "jupyter_server"]
CODE = f"""
import json, sys, time
before = time.perf_counter()
import omnidomain_jupyter.client
took = time.perf_counter() - before
print(json.dumps([took, [name for name in {HEAVY} if name in sys.modules]]))
"""


def test_the_import_is_light():
    answers = [
        json.loads(
            subprocess.run([sys.executable, "-c", CODE], check=True, capture_output=True).stdout
        )
        for _ in range(5)
    ]

    assert all(loaded == [] for _, loaded in answers)
    assert min(took for took, _ in answers) < 0.15
