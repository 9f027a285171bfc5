"""A starter sheet for any schema: the header and two believable rows that pass it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .schema import Column, properties_of

_SAMPLES = ("sample_01", "sample_02")
_EXTENSIONS = (
    *(".fastq.gz", ".fasta.gz", ".fa.gz", ".fasta", ".fa", ".fna", ".faa", ".fq.gz", ".fastq"),
    *(".bam", ".bai", ".cram", ".crai", ".vcf.gz", ".vcf", ".tbi", ".bed", ".bed.gz", ".gff"),
    *(".gff3", ".gtf", ".gbk", ".gbff", ".csv", ".tsv", ".txt", ".json", ".yml", ".h5ad", ".h5"),
    *(".mzML", ".raw", ".d", ".tif", ".tiff", ".ome.tif", ".png", ".fast5", ".pod5", ".pdb"),
    *(".hmm", ".zip", ".tar.gz", ".gz", ".bw", ".bigwig", ".narrowPeak", ".sf", ".rds", ".fq"),
)
_WORDS = (
    *("{sample}", "{letters}", "{letters}{number}", "1", "{number}", "group_1", "control", "F"),
    *("XX", "lane_1", "L001", "GRCh38", "2.8m", "0.5", "10", "100", "A", "a", "true"),
    "2024-01-31",
)
_NUMBERS = ("{number}", "0.5", "2.8m")
_USUAL = ("ILLUMINA", "illumina", "auto")


def example_sheet(
    schema: Mapping[str, Any],
    columns: Sequence[Column],
    sample_column: str,
    examples: Sequence[Mapping[str, str]] = (),
) -> str:
    """Return the starter sheet as TSV.

    The definition's own examples are taken where there are any. Else the rows are made from
    the schema: all columns where that passes, else only the required ones. When no row can
    be made that passes, the header stands alone.
    """
    header = [column.name for column in columns]
    rows = list(examples) or _made_rows(schema, columns, sample_column)
    lines = [header, *([row.get(name, "") for name in header] for row in rows)]
    return "".join("\t".join(line) + "\n" for line in lines)


def _made_rows(
    schema: Mapping[str, Any], columns: Sequence[Column], sample_column: str
) -> list[dict[str, str]]:
    from jsonschema import Draft202012Validator
    from jsonschema.validators import validator_for

    validator = validator_for(schema, default=Draft202012Validator)(schema)
    made = [_typed_row(validator, schema, columns, sample_column, number) for number in (0, 1)]
    required = {column.name for column in columns if column.required} | {sample_column}
    least = [{key: value for key, value in row.items() if key in required} for row in made]
    for rows in (made, least, *_one_more(made, least)):
        if validator.is_valid(rows):
            return [{name: _as_text(value) for name, value in row.items()} for row in rows]
    return []


def _one_more(
    made: list[dict[str, Any]], least: list[dict[str, Any]]
) -> Iterator[list[dict[str, Any]]]:
    """Yield the required cells with each of the others in turn, for rules such as `anyOf`."""
    for name in made[0]:
        yield [
            {key: row[key] for key in row if key in small or key == name}
            for row, small in zip(made, least, strict=True)
            if name in row
        ]


def _typed_row(
    validator: Any,
    schema: Mapping[str, Any],
    columns: Sequence[Column],
    sample_column: str,
    number: int,
) -> dict[str, Any]:
    properties = properties_of(schema)
    row: dict[str, Any] = {}
    for column in columns:
        about = properties[column.name]
        checks = [validator.evolve(schema=part) for part in (about, _narrowest(about))]
        candidates = _candidates(column, about, sample_column, number)
        value = next((each for each in candidates if all(c.is_valid(each) for c in checks)), None)
        if value is not None:
            row[column.name] = value
    return row


def _candidates(
    column: Column, about: Mapping[str, Any], sample_column: str, number: int
) -> Iterator[Any]:
    """Yield values that the cell may have, the most believable first."""
    sample = _SAMPLES[number]
    if column.name == sample_column:
        yield from (sample, f"sample{'ab'[number]}", number + 1)
    if column.allowed_values:
        yield from (value for value in _USUAL if value in column.allowed_values)
        yield from column.allowed_values
        yield from _narrowest(about).get("enum", ())
    examples = about.get("examples")
    yield from examples if isinstance(examples, list) else ()
    if "default" in about:
        yield about["default"]
    if column.is_file or r"\." in str(_narrowest(about).get("pattern")):
        end = re.search(r"(?<![a-z])(?:r|read|reads|fastq|fq)?_?([12])$", column.name.lower())
        mate = f"_R{end.group(1)}" if end else f"_{re.sub(r'[^A-Za-z0-9]+', '_', column.name)}"
        yield from (f"reads/{sample}{mate}{extension}" for extension in _EXTENSIONS)
        yield f"/data/{sample}"
    words = {"sample": sample, "letters": "ab"[number], "number": str(number + 1)}
    if column.required or column.name == sample_column:
        yield from (word.format(**words) for word in _WORDS)
    elif not re.search(str(_narrowest(about).get("pattern", "")), sample):
        yield from (word.format(**words) for word in _NUMBERS)
    elif about.get("type") not in ("number", "integer", "boolean"):
        return  # free text that nobody needs: an empty cell says more than a made-up one
    lowest = about.get("minimum", about.get("exclusiveMinimum", 0))
    yield from (number + 1, lowest, lowest + 1 if isinstance(lowest, int | float) else 1, 0.5, True)


def _narrowest(about: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the alternative that says most of the cell: nf-core adds one for empty cells."""
    alternatives = [
        part
        for keyword in ("anyOf", "oneOf", "allOf")
        for part in about.get(keyword) or ()
        if isinstance(part, dict) and ("pattern" in part or "enum" in part)
    ]
    return next(iter(alternatives), about)


def _as_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
