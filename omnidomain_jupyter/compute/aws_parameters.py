"""Commands that are too long for AWS Batch: Nextflow reads its parameters from S3 instead.

A container's command and environment have 8,192 characters together. There is no shell and no
helper program in the image, so a long command can only become shorter where its program reads
arguments from elsewhere. Nextflow does: `-params-file` takes JSON at an `s3://` address
(nextflow-io/nextflow#1412; the image needs its plugin nf-amazon, as every work directory on S3
does). Commands of other programs stay as they are, and are refused when they are too long.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from ..errors import BackendRefusedError

_PARAMETER = re.compile(r"--([A-Za-z_][A-Za-z0-9_]*)(?:=(.*))?", re.DOTALL)


def moved_to_file(command: Sequence[str], uri: str) -> tuple[list[str], str]:
    """Return a shorter command that means the same, and the file that it reads.

    Parameters
    ----------
    command : as `pipelines.command` makes it: ``nextflow run``, the project, then options with
        one value each, and parameters
    uri : where the file is going to be

    Raises
    ------
    BackendRefusedError : it is not Nextflow's
    """
    if list(command[:2]) != ["nextflow", "run"] or "-params-file" in command:
        raise BackendRefusedError(
            "The command is too long for AWS Batch, and its program cannot read it from a file. "
            "Shorten the longest values of the row, such as lists of files."
        )
    kept = list(command[:3])
    parameters: dict[str, str] = {}
    rest = iter(command[3:])
    for argument in rest:
        found = _PARAMETER.fullmatch(argument)
        if found:
            parameters[found[1]] = next(rest, "true") if found[2] is None else found[2]
        elif argument.startswith("-") and argument != "-resume" and "=" not in argument:
            kept += [argument, *([value] if (value := next(rest, None)) else [])]
        else:
            kept.append(argument)
    kept[3:3] = ["-params-file", uri]
    return kept, _json(parameters)


def _json(parameters: dict[str, str]) -> str:
    # All are texts, as on the command line of a job with NXF_DISABLE_PARAMS_TYPE_DETECTION.
    # Nextflow replaces ${name} in the text of the file, before it reads it as JSON.
    return json.dumps(parameters, indent=1).replace("$", "\\u0024")
