"""A notebook that submits a sheet once more, and compares what comes of it with the first time.

It holds all that the first time was made from: the sheet's text, the pipeline's revision and
schema, and what came of it: the files and the numbers. It holds no address, no account and no
token.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256
from pprint import pformat
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from .schemas import MetricsRow, SubmissionSheet

_ALLOW = """\
# True: go on although the pipeline is another one than it was.
ALLOW_CHANGES = False"""

_SCHEMA_IS_WHOLE = """\
schema = json.dumps(json.loads(SCHEMA), sort_keys=True)
assert sha256(schema.encode()).hexdigest() == SCHEMA_SHA256"""

_CONNECT = """\
from omnidomain_jupyter import connect

client = connect()
# On a Hub you are signed in already; elsewhere put your own email in and take the # away:
# client.sign_in("you@example.org")"""

_SAME_PIPELINE = """\
from omnidomain_jupyter.client import OmniDomainError

pipeline = client.pipeline(PIPELINE)
schema = json.dumps(pipeline.schema_, sort_keys=True)
changes = []
if pipeline.revision != REVISION:
    changes.append(f"its revision was {REVISION or 'none'} and is {pipeline.revision or 'none'}")
if SCHEMA_SHA256 and sha256(schema.encode()).hexdigest() != SCHEMA_SHA256:
    changes.append("its sheet's schema is another one")
told = f"{PIPELINE} has changed since: {' and '.join(changes)}." if changes else ""
if told and not ALLOW_CHANGES:
    raise OmniDomainError(f"{told} ALLOW_CHANGES = True in the first cell runs it all the same.")
print(told or "The same pipeline.")"""

_SUBMIT = """\
submission = client.submit(SHEET, PIPELINE, folder=FOLDER, resume=RESUME).wait()
submission"""

_COMPARE_FILES = """\
import pandas as pd

where = ["sample_id", "path"]
first = pd.DataFrame(FILES, columns=[*where, "first_bytes"])
now = submission.results()[[*where, "size_bytes"]].rename(columns={"size_bytes": "bytes_now"})
files = first.merge(now, how="outer", on=where)
other = files[files["first_bytes"] != files["bytes_now"]]
print(f"{len(files):,} files compared, {len(other):,} differ in size or are there only once.")
other"""

_COMPARE_NUMBERS = """\
rows = [
    {"sample_id": row["sample_id"], "sample": row["sample"], "number": name, "first": value}
    for row in NUMBERS
    for name, value in row["values"].items()
]
first = pd.DataFrame(rows, columns=["sample_id", "sample", "number", "first"])
found = submission.metrics().drop(columns=["run_id", "row_number", "status"])
now = found.melt(["sample_id", "sample"], var_name="number", value_name="now").dropna()
both = first.merge(now, how="outer", on=["sample_id", "sample", "number"])
differ = both[~(both["first"] - both["now"]).abs().le(1e-9 * both["first"].abs())]
print(
    f"{len(both):,} numbers compared, {len(differ):,} differ."
    if len(both)
    else "No numbers were found in the outputs, neither the first time nor now."
)
differ"""


def rerun_notebook(
    sheet: SubmissionSheet, files: pd.DataFrame, numbers: Sequence[MetricsRow], submitted_at: str
) -> dict[str, Any]:
    """Return the notebook, as nbformat 4 has it.

    Parameters
    ----------
    sheet : as it was sent, and what it was run with
    files : of the results, with the columns ``sample_id``, ``path`` and ``size_bytes``
    numbers : what was found in the results
    submitted_at : for people
    """
    sizes = files[["sample_id", "path", "size_bytes"]].itertuples(index=False, name=None)
    original = [row.model_dump(include={"sample_id", "sample", "values"}) for row in numbers]
    allow = _code(_ALLOW)
    allow["metadata"]["tags"] = ["parameters"]  # papermill's name for a cell that it may change
    cells = [
        _markdown(_introduction(sheet, submitted_at)),
        allow,
        _markdown("## What it was run with"),
        _code(_pins(sheet)),
        _code(_CONNECT),
        _code(_SAME_PIPELINE),
        _code(_SUBMIT),
        _markdown(
            "## The files of the first time, and those of today\n\n"
            "A tool that writes the time or a path into a file makes one of another size."
        ),
        _code(f"FILES = {pformat([*sizes], width=96)}"),
        _code(_COMPARE_FILES),
        _markdown("## The numbers of the first time, and those of today"),
        _code(f"NUMBERS = {pformat(original, width=96, sort_dicts=False)}"),
        _code(_COMPARE_NUMBERS),
    ]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    return {
        "cells": cells,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _introduction(sheet: SubmissionSheet, submitted_at: str) -> str:
    name = f" `{sheet.filename}`" if sheet.filename else ""
    revision = f", revision {sheet.pipeline_revision}" if sheet.pipeline_revision else ""
    folder = f" Relative paths start at `{sheet.folder}`." if sheet.folder else ""
    return (
        f"# {sheet.pipeline}, once more\n\nThe sheet{name}, submitted on {submitted_at} to "
        f"**{sheet.pipeline}**{revision}. Run all cells: the same sheet is submitted again, under "
        "your own account, and its files and numbers are compared with those of the first time.\n\n"
        f"The files that the sheet names must be there.{folder}"
    )


def _pins(sheet: SubmissionSheet) -> str:
    """Return what the sheet was run with, as Python that looks whether anybody has changed it."""
    pins = {
        "PIPELINE": sheet.pipeline,
        "REVISION": sheet.pipeline_revision,
        "FOLDER": sheet.folder,
        "RESUME": bool(sheet.resume),
        "SHEET_SHA256": sha256(sheet.content.encode("utf-8", "surrogatepass")).hexdigest(),
        "SCHEMA_SHA256": sheet.schema_sha256,
    }
    lines = [f"{name} = {value!r}" for name, value in pins.items()]
    kept = sheet.schema_ is not None
    schema = json.dumps(sheet.schema_, indent=2, ensure_ascii=False) if kept else ""
    unknown = [] if kept else ["# The pipeline's schema was not kept when this was submitted."]
    return "\n".join(
        [
            "import json\nfrom hashlib import sha256\n",
            *lines,
            f"SHEET = {_text(sheet.content)}",
            *([f"SCHEMA = {_text(schema)}"] if kept else unknown),
            '\nassert sha256(SHEET.encode("utf-8", "surrogatepass")).hexdigest() == SHEET_SHA256',
            *([_SCHEMA_IS_WHOLE] if kept else []),
        ]
    )


def _markdown(text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": text}


def _code(text: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "metadata": {},
        "execution_count": None,
        "outputs": [],
        "source": text,
    }


def _text(content: str) -> str:
    """Return a text as Python: lines below each other where that is safe."""
    plain = content.isprintable() or set(content) - {"\n", "\t"} == {
        each for each in content if each.isprintable()
    }
    if not plain or '"""' in content or content.endswith(('"', "\\")):
        return repr(content)
    return f'r"""{content}"""' if "\\" in content else f'"""\\\n{content}"""'
