"""The command of a run, as a scientist may read it and repeat it by hand."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from uuid import UUID

from ..errors import ConflictError, InvalidInputError, NotFoundError
from ..schemas import RunCommand
from ..store.database import Database
from ..store.models import User
from ..store.uploads import is_waiting
from .jobs import JobPlanner
from .runs import RunService

HIDDEN = "…"
_SECRET = re.compile(r"--?[\w.-]*(secret|token|passw|credential|api_?key)[\w.-]*", re.IGNORECASE)


class CommandService:
    """Tells the commands of runs."""

    def __init__(self, database: Database, runs: RunService, planner: JobPlanner) -> None:
        self._database = database
        self._runs = runs
        self._planner = planner

    def command(self, user: User, run_id: UUID) -> RunCommand:
        """Return the command of a run, made from its row and the pipeline as it is now.

        Values of parameters whose names say that they are secret are left out.

        Raises
        ------
        NotFoundError : no such run
        ConflictError : the pipeline is no longer there, or needs what is no longer set
        """
        run = self._runs.find(user, run_id)
        with self._database.reading() as transaction:
            files = transaction.runs.files.of_run(run_id)
        uploaded = {file.filename: file.uri for file in files if not is_waiting(file.uri)}
        try:
            spec = self._planner.spec(run, uploaded)
        except (InvalidInputError, NotFoundError) as error:
            raise ConflictError(f"The command cannot be shown: {error}") from error
        command = without_secrets(spec.command)
        return RunCommand(
            run_id=run_id,
            command=command,
            shell=" ".join(each if each == HIDDEN else shlex.quote(each) for each in command),
        )


def without_secrets(command: Sequence[str]) -> list[str]:
    """Return a command without the values of options that are secret by their names."""
    shown: list[str] = []
    hide = False
    for argument in command:
        name, given, _ = argument.partition("=")
        secret = _SECRET.fullmatch(name) is not None
        if hide and not argument.startswith("-"):
            shown.append(HIDDEN)
        else:
            shown.append(f"{name}={HIDDEN}" if secret and given else argument)
        hide = secret and not given
    return shown
