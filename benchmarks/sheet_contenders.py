"""Different ways to judge one FungalFlow sheet, each with the reader that is natural to it.

Every function takes the path of a sheet and returns a callable that reads the file, judges it
and returns how many faults it found. What can be prepared once (a compiled schema) is prepared
before; what is done per sheet is inside. All judge the same: the form of every cell, which
cells must be filled together, and that no sample's name is there twice.

Run as a program it measures one contender once, in a process of its own, and prints JSON.
"""

from __future__ import annotations

import csv
import gc
import json
import logging
import resource
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

Judge = Callable[[Path], int]

COLUMNS = (
    "sample_id",
    *("shortreads_r1", "shortreads_r2", "longreads"),
    *("rnaseq_bam", "protein_hints"),
)
READS = COLUMNS[1:4]
UNSET = {"", "-", "none", "nan", "na"}
UNSET_FORMS = ["", "-", "none", "None", "nan", "NaN", "NA"]
SAMPLE = r"^(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9._-]{0,127}$"
PATTERNS = {
    "sample_id": SAMPLE,
    **dict.fromkeys(READS, r"^.+\.(?:fastq|fq)(?:\.gz)?$"),
    "rnaseq_bam": r"^.*\.bam$",
    "protein_hints": r"^.*\.(?:fasta|fas|faa|fa|pep|gff3?|gtf)(?:\.gz)?$",
}


def read_csv() -> Judge:
    """`pandas.read_csv`, which judges nothing: the measure of all others."""
    import pandas as pd

    def judge(path: Path) -> int:
        pd.read_csv(path, sep="\t", dtype=str)
        return 0

    return judge


def omnidomain() -> Judge:
    """The bytes of the file to the finished report."""
    from omnidomain_jupyter.samplesheet.reader import read_sheet
    from omnidomain_jupyter.samplesheet.validator import SheetValidator

    validator = SheetValidator(_schema())

    def judge(path: Path) -> int:
        sheet = read_sheet(path.read_bytes(), filename=path.name)
        return validator.validate(sheet).error_count

    return judge


def jsonschema() -> Judge:
    """The usual library; all errors of each row."""
    from jsonschema import Draft202012Validator

    validator = Draft202012Validator(_schema()["items"])

    def judge(path: Path) -> int:
        found = []
        for line, row in _rows(path):
            found += [(line, tuple(each.path), each.message) for each in validator.iter_errors(row)]
        return len(found) + _repeated(path)

    return judge


def jsonschema_rs() -> Judge:
    """The same in Rust; all errors of each row."""
    import jsonschema_rs as library

    validator = library.Draft202012Validator(_schema()["items"])

    def judge(path: Path) -> int:
        found = []
        for line, row in _rows(path):
            if not validator.is_valid(row):
                found += [
                    (line, tuple(each.instance_path), each.message)
                    for each in validator.iter_errors(row)
                ]
        return len(found) + _repeated(path)

    return judge


def fastjsonschema() -> Judge:
    """Compiled to Python; it stops at the first error of each row."""
    import fastjsonschema as library

    schema = _schema()["items"]
    # It knows the drafts up to 7, where `dependencies` was the word.
    schema["dependencies"] = schema.pop("dependentRequired")
    check = library.compile(schema)

    def judge(path: Path) -> int:
        found = []
        for line, row in _rows(path):
            try:
                check(row)
            except library.JsonSchemaValueException as error:
                found.append((line, error.path, error.message))
        return len(found) + _repeated(path)

    return judge


def pandera() -> Judge:
    """Checks of whole columns of a DataFrame; all errors (`lazy`)."""
    import pandas as pd
    import pandera.pandas as pa

    def column(name: str) -> pa.Column:
        required = name == "sample_id"
        check = pa.Check.str_matches(PATTERNS[name])
        return pa.Column(str, check, nullable=not required, unique=required)

    schema = pa.DataFrameSchema(
        {name: column(name) for name in COLUMNS},
        checks=[
            pa.Check(lambda frame: frame[list(READS)].notna().any(axis=1), ignore_na=False),
            pa.Check(
                lambda frame: frame["shortreads_r2"].isna() | frame["shortreads_r1"].notna(),
                ignore_na=False,
            ),
        ],
    )

    def judge(path: Path) -> int:
        frame = pd.read_csv(path, sep="\t", dtype=str, keep_default_na=False, na_values=UNSET_FORMS)
        try:
            schema.validate(frame, lazy=True)
        except pa.errors.SchemaErrors as errors:
            cases = errors.failure_cases  # for a check of whole rows: one line for each cell
            whole = cases["schema_context"] == "DataFrameSchema"
            return int((~whole).sum() + len(cases[whole].groupby(["check_number", "index"])))
        return 0

    return judge


def frictionless() -> Judge:
    """Table Schema; all errors."""
    from frictionless import Checklist, Dialect, Resource, Schema, checks

    schema = Schema.from_descriptor(
        {
            "missingValues": UNSET_FORMS,
            "fields": [
                {
                    "name": name,
                    "type": "string",
                    "constraints": {
                        # It adds the anchors itself.
                        "pattern": PATTERNS[name].removeprefix("^").removesuffix("$"),
                        **({"required": True, "unique": True} if name == "sample_id" else {}),
                    },
                }
                for name in COLUMNS
            ],
        }
    )
    rules = [
        checks.row_constraint(formula=" or ".join(READS)),
        checks.row_constraint(formula="shortreads_r1 or not shortreads_r2"),
    ]
    most = 10_000_000

    def judge(path: Path) -> int:
        resource = Resource(
            path=path.name,
            basepath=str(path.parent),
            schema=schema,
            dialect=Dialect.from_descriptor({"csv": {"delimiter": "\t"}}),
        )
        report = resource.validate(Checklist(checks=rules), limit_errors=most)
        return int(report.stats["errors"])

    return judge


CONTENDERS: dict[str, Callable[[], Judge]] = {
    "pandas.read_csv": read_csv,
    "omnidomain": omnidomain,
    "jsonschema-rs": jsonschema_rs,
    "pandera": pandera,
    "fastjsonschema": fastjsonschema,
    "jsonschema": jsonschema,
    "frictionless": frictionless,
}


def _schema() -> dict[str, object]:
    import omnidomain_jupyter

    folder = Path(omnidomain_jupyter.__file__).parent / "pipelines" / "builtin" / "FungalFlow"
    return json.loads((folder / "schema_input.json").read_text())


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the rows with their lines, without their unset cells."""
    with path.open(newline="", encoding="utf-8-sig") as file:
        for line, row in enumerate(csv.DictReader(file, delimiter="\t"), start=2):
            yield line, {name: cell for name, cell in row.items() if cell.lower() not in UNSET}


def _repeated(path: Path) -> int:
    """Return how many samples are there again; `uniqueEntries` is no word of JSON Schema."""
    with path.open(newline="", encoding="utf-8-sig") as file:
        seen: set[str] = set()
        again = [
            line
            for line, row in enumerate(csv.reader(file, delimiter="\t"), start=1)
            if row[0] in seen or seen.add(row[0])
        ]
    return len(again)


def _peak_mb() -> float:
    """Return the most memory that this process ever had, its libraries included."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def main(name: str, sheet: str, warm_up: str) -> None:
    warnings.simplefilter("ignore")
    logging.disable()
    try:
        judge = CONTENDERS[name]()
    except ImportError as error:
        print(json.dumps({"missing": error.name}))
        return
    judge(Path(warm_up))  # what is loaded on first use is loaded now
    gc.collect()
    before = _peak_mb()
    start = time.perf_counter()
    errors = judge(Path(sheet))
    seconds = time.perf_counter() - start
    peak = _peak_mb()
    answer = {"seconds": seconds, "peak": peak, "growth": peak - before, "errors": errors}
    print(json.dumps(answer))


if __name__ == "__main__":
    main(*sys.argv[1:])
