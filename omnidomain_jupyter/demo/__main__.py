"""`python -m omnidomain_jupyter.demo [SHEET]`: what `command` does."""

from __future__ import annotations

import signal
import sys


def run() -> int:
    """Run the demo; return the exit code."""
    # While the imports take their time, Ctrl-C has nothing to put in order.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from .command import main

    return main()


if __name__ == "__main__":
    sys.exit(run())
