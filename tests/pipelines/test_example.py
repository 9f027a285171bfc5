from __future__ import annotations

import pytest

from omnidomain_jupyter.pipelines.definition import load_definition
from omnidomain_jupyter.samplesheet.reader import read_sheet
from omnidomain_jupyter.samplesheet.validator import SheetValidator

SAMPLE_COLUMNS = {"ampliseq": "sampleID", "bacass": "ID"}
NF_CORE = ["ampliseq", "bacass", "funcscan", "methylseq", "rnaseq", "taxprofiler"]


@pytest.mark.parametrize("name", NF_CORE)
def test_an_nf_core_schema_gives_a_starter_sheet_that_passes_it(name, shared_data, write_pipeline):
    schema = (shared_data / "samplesheets" / name / "schema_input.json").read_text()
    sample = SAMPLE_COLUMNS.get(name, "sample")
    pipeline = load_definition(
        write_pipeline(
            f'name = "{name}"\nengine = "nextflow"\nsource = "nf-core/{name}"\n'
            f'sample_column = "{sample}"\n',
            schema,
        )
    )

    sheet = read_sheet(pipeline.example_sheet, filename="example.tsv")

    report = SheetValidator(pipeline.schema, sample_column=sample).validate(sheet)

    assert (report.errors, report.warnings) == ((), ())
    assert [row.cells[sample] for row in report.rows] == ["sample_01", "sample_02"]
    assert list(sheet.columns) == [column.name for column in pipeline.columns]


def test_rules_between_columns_are_kept(write_pipeline):
    pipeline = load_definition(
        write_pipeline(
            schema={
                "type": "array",
                "items": {
                    "properties": {
                        "sample_id": {"type": "string"},
                        "fastq": {"type": "string", "format": "file-path", "pattern": r"\.fq$"},
                        "bam": {"type": "string", "format": "file-path", "pattern": r"\.bam$"},
                    },
                    "required": ["sample_id"],
                    "oneOf": [{"required": ["fastq"]}, {"required": ["bam"]}],
                },
            }
        )
    )

    assert pipeline.example_sheet == (
        "sample_id\tfastq\tbam\n"
        "sample_01\treads/sample_01_fastq.fq\t\n"
        "sample_02\treads/sample_02_fastq.fq\t\n"
    )


def test_a_schema_that_cannot_be_guessed_gives_the_header_alone(write_pipeline):
    schema = {
        "items": {
            "properties": {"sample_id": {}, "code": {"type": "string", "pattern": "^[0-9]{9}X$"}},
            "required": ["code"],
        }
    }

    assert load_definition(write_pipeline(schema=schema)).example_sheet == "sample_id\tcode\n"
