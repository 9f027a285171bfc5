"""``python -m omnidomain_jupyter.cli``: the same as ``jupyter omnidomain``."""

from __future__ import annotations

from . import main

main()
