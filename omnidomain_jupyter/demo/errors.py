"""How the demo ends when it cannot go on."""

from __future__ import annotations


class DemoError(Exception):
    """Something that the user is told in one sentence or a few lines.

    Parameters
    ----------
    message : for the user
    exit_code : 2 for what the user gave, 1 for everything else
    """

    def __init__(self, message: str, exit_code: int = 1) -> None:
        super().__init__(message)
        self.exit_code = exit_code
