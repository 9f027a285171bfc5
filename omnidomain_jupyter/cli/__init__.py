"""The command line: ``jupyter omnidomain`` and its subcommands."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

SUBCOMMANDS = {
    "db": (
        "omnidomain_jupyter.cli.db.DatabaseApp",
        "Tell of the database, or bring it up to date.",
    ),
    "doctor": (
        "omnidomain_jupyter.cli.doctor.DoctorApp",
        "Look whether everything that runs need is there.",
    ),
    "pipelines": (
        "omnidomain_jupyter.cli.pipelines.PipelinesApp",
        "List the pipelines that can be run here, and the definitions that are broken.",
    ),
    "validate": (
        "omnidomain_jupyter.cli.validate.ValidateApp",
        "Check a sample sheet, as the server does before it is submitted.",
    ),
}
"""By name: the import path of the application, and its help."""


def main(argv: Sequence[str] | None = None) -> None:
    """Run a subcommand, or else the server.

    A subcommand needs nothing of the server, whose import takes longer than the subcommand.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments and arguments[0] in SUBCOMMANDS:
        from traitlets.utils.importstring import import_item

        application = import_item(SUBCOMMANDS[arguments[0]][0])
        application.launch_instance(arguments[1:])
        return
    # The server takes a file or folder; any other word was meant to be a subcommand.
    if arguments and arguments[0].isidentifier() and not Path(arguments[0]).exists():
        sys.stderr.write(
            f"jupyter omnidomain: There is no subcommand {arguments[0]}, and no file of that "
            f"name. The subcommands are {', '.join(SUBCOMMANDS)}.\n"
        )
        sys.exit(2)
    from ..app import OmniDomainApp

    OmniDomainApp.launch_instance(arguments)  # type: ignore[no-untyped-call]
