"""The environment that a local job runs in, and where its program is looked for."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from ..errors import BackendRefusedError

# A job runs what somebody's sheet says: it has no use for the keys of the house.
_SECRETS = re.compile(
    r"OMNIDOMAIN_(JWT_SECRET|DATABASE_URL|SERVER_TOKEN)|JUPYTER_TOKEN|.*API_TOKEN"
    r"|JUPYTERHUB_(CRYPT_KEY|COOKIE_SECRET)|CONFIGPROXY_AUTH_TOKEN|PGPASSWORD"
)


def job_environment() -> dict[str, str]:
    """Return our environment without secrets, and with our own programs found first."""
    kept = {name: value for name, value in os.environ.items() if not _SECRETS.fullmatch(name)}
    own = str(Path(sys.executable).parent)
    kept["PATH"] = os.pathsep.join([own, os.environ.get("PATH", os.defpath)])
    return kept


def find_program(command: Sequence[str], search_path: str) -> str:
    """Return the absolute path of a command's program.

    Raises
    ------
    BackendRefusedError : it is not installed, or no process can be given these arguments
    """
    try:
        unfit = not command or any(b"\0" in os.fsencode(argument) for argument in command)
    except UnicodeEncodeError:
        unfit = True
    if unfit:
        raise BackendRefusedError("The command has an argument that no program can be given.")
    program = shutil.which(command[0], path=search_path)
    if program is None:
        raise BackendRefusedError(f"{Path(command[0]).name} is not installed on this machine.")
    return str(Path(program).absolute())
