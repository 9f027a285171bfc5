"""A notebook that submits a sheet once more, and compares what comes of it with the first time.

It holds all that the first time was made from: the sheet's text, the pipeline's revision and
schema, the numbers of the results. It holds no address, no account and no token.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256
from pprint import pformat
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .schemas import MetricsRow, Pipeline, SubmissionSheet

_CONNECT = """\
from omnidomain_jupyter import connect

client = connect()
# On a Hub you are signed in already; elsewhere put your own email in and take the # away:
# client.sign_in("you@example.org")"""

_SAME_PIPELINE = """\
import json

pipeline = client.pipeline(PIPELINE)
schema = sha256(json.dumps(pipeline.schema_, sort_keys=True).encode()).hexdigest()
same = (pipeline.revision, schema) == (REVISION, SCHEMA_SHA256)
print("The same pipeline." if same else "The pipeline has changed since: results may differ.")"""

_SUBMIT = """\
submission = client.submit(SHEET, PIPELINE, folder=FOLDER).wait()
submission"""

_COMPARE = """\
import pandas as pd

rows = [
    {"sample_id": row["sample_id"], "sample": row["sample"], "number": name, "first": value}
    for row in ORIGINAL
    for name, value in row["values"].items()
]
first = pd.DataFrame(rows, columns=["sample_id", "sample", "number", "first"])
numbers = submission.metrics().drop(columns=["run_id", "row_number", "status"])
now = numbers.melt(["sample_id", "sample"], var_name="number", value_name="now").dropna()
both = first.merge(now, how="outer", on=["sample_id", "sample", "number"])
differ = both[~(both["first"] - both["now"]).abs().le(1e-9 * both["first"].abs())]
print(f"{len(both):,} numbers compared, {len(differ):,} differ.")
differ"""


def rerun_notebook(
    sheet: SubmissionSheet, pipeline: Pipeline, numbers: Sequence[MetricsRow], submitted_at: str
) -> dict[str, Any]:
    """Return the notebook, as nbformat 4 has it.

    Parameters
    ----------
    sheet : as it was sent
    pipeline : as it is now, which is what the first time is taken to have been
    numbers : what was found in the results
    submitted_at : for people
    """
    schema = json.dumps(pipeline.schema_, sort_keys=True)
    original = [row.model_dump(include={"sample_id", "sample", "values"}) for row in numbers]
    pins = {
        "PIPELINE": pipeline.name,
        "REVISION": pipeline.revision,
        "SCHEMA_SHA256": sha256(schema.encode()).hexdigest(),
        "FOLDER": sheet.folder,
    }
    revision = f", revision {pipeline.revision}" if pipeline.revision else ""
    name = f" `{sheet.filename}`" if sheet.filename else ""
    cells = [
        _markdown(
            f"# {pipeline.title}, once more\n\nThe sheet{name}, submitted on {submitted_at} to "
            f"**{pipeline.name}**{revision}. Run all cells: the same sheet is submitted again, "
            "under your own account, and its numbers are compared with those of the first time.\n\n"
            "The files that the sheet names must be there."
            + (f" Relative paths start at `{sheet.folder}`." if sheet.folder else "")
        ),
        _code(
            "from hashlib import sha256\n\n"
            + "\n".join(f"{name} = {value!r}" for name, value in pins.items())
            + f"\nSHEET = {_text(sheet.content)}\n\n"
            + f'assert sha256(SHEET.encode()).hexdigest() == "{_hash(sheet.content)}"'
        ),
        _code(_CONNECT),
        _code(_SAME_PIPELINE),
        _code(_SUBMIT),
        _markdown("## The numbers of the first time, and those of today"),
        _code(f"ORIGINAL = {pformat(original, width=96, sort_dicts=False)}"),
        _code(_COMPARE),
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
    if plain and "\\" not in content and '"""' not in content and not content.endswith('"'):
        return f'"""\\\n{content}"""'
    return repr(content)


def _hash(content: str) -> str:
    return sha256(content.encode("utf-8", "surrogatepass")).hexdigest()
