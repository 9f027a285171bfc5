"""What the subcommands share: the server's configuration, without the server."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from jupyter_core.application import JupyterApp
from traitlets import Unicode, default

from .._version import __version__

if TYPE_CHECKING:
    from ..pipelines.registry import PipelineRegistry

GOOD, BAD, WRONG_USE = 0, 1, 2
"""Exit codes: nothing wrong; something wrong in what was looked at; wrongly called."""

_EVERYWHERE = frozenset({"h", "help", "help-all", "V", "version"})
_CONFIG_FILES = ("jupyter_server_config", "jupyter_omnidomain_jupyter_config")


class Command(JupyterApp):
    """A subcommand. It reads the configuration files that the server reads."""

    version = __version__
    aliases: dict[Any, Any] = {  # noqa: RUF012 - as traitlets has it
        "config": "JupyterApp.config_file",
        "pipelines-path": "Command.pipelines_path",
    }
    flags: dict[str, Any] = {}  # noqa: RUF012 - as traitlets has it

    pipelines_path = Unicode(
        help=(
            "Directories with more pipelines, one folder each, joined as in PATH. Default: "
            "OmniDomainApp.pipelines_path of the server's configuration. "
            "Environment: OMNIDOMAIN_PIPELINES_PATH."
        )
    ).tag(config=True)

    @default("pipelines_path")
    def _pipelines_path(self) -> str:
        configured = self.config.OmniDomainApp.get("pipelines_path")
        return str(configured or os.environ.get("OMNIDOMAIN_PIPELINES_PATH", ""))

    def initialize(self, argv: list[str] | None = None) -> None:
        """Read the options and the configuration."""
        try:
            super().initialize(argv)
        except SystemExit as end:
            # traitlets ends with 1 after a wrong option; here 1 says something about a file.
            sys.exit(WRONG_USE if end.code else GOOD)

    def load_config_file(  # type: ignore[override]  # as JupyterApp has it
        self,
        suppress_errors: bool = True,  # noqa: FBT001, FBT002
    ) -> None:
        """Load what configures the server."""
        for name in _CONFIG_FILES:
            self.config_file_name = name
            super().load_config_file(suppress_errors)

    def parse_command_line(self, argv: list[str] | None = None) -> None:
        """Read the options; one that there is not is refused."""
        names = {name for key in (*self.aliases, *self.flags) for name in _names(key)}
        for argument in argv or ():
            option = re.fullmatch(r"--?([\w-]+)(=.*)?", argument, re.DOTALL)
            if option and option[1] not in names and option[1] not in _EVERYWHERE:
                self.refuse(f"There is no option {argument}. See --help.")
        super().parse_command_line(argv)

    def start(self) -> None:
        """Run, and end with the exit code."""
        super().start()
        # jsonschema imports this parser of addresses where it is installed; that takes a second,
        # and no rule of ours asks for it.
        sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
        self.exit(_quietly(self.run))

    def run(self) -> int:
        """Do the work and return the exit code."""
        raise NotImplementedError

    def refuse(self, message: str) -> NoReturn:
        """Say how the command was called wrongly, and end."""
        sys.stderr.write(f"{self.name.replace('-', ' ')}: {message}\n")
        sys.exit(WRONG_USE)

    def registry(self) -> PipelineRegistry:
        """Return the pipelines of the configuration."""
        from ..pipelines.registry import PipelineRegistry

        paths = [Path(path) for path in self.pipelines_path.split(os.pathsep) if path]
        return PipelineRegistry([path.expanduser() for path in paths])


def _names(key: str | tuple[str, ...]) -> tuple[str, ...]:
    return (key,) if isinstance(key, str) else key


def _quietly(run: Callable[[], int]) -> int:
    """Run; a reader that goes away (as `head` does) is no error of ours."""
    # A terminal that cannot show a letter shows something else.
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
    try:
        code = run()
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return GOOD
    return code
