from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from omnidomain_jupyter.metrics import parse_report
from omnidomain_jupyter.pipelines.command import build_command
from omnidomain_jupyter.pipelines.registry import BUILTIN, PipelineRegistry
from omnidomain_jupyter.samplesheet.reader import read_sheet
from omnidomain_jupyter.samplesheet.validator import SheetValidator

BESIDE = Path(sys.executable).parent
NAMES = ["FungalFlow", "NextAMR", "PhytoFlow", "ReadQC"]
BASE = {
    "FungalFlow": {"sample_id": "s", "longreads": "a.fq"},
    "NextAMR": {"sample_id": "s", "illumina_r1": "a.fq"},
    "PhytoFlow": {"sample_id": "s", "genome_type": "nuclear", "hifi_reads": "a.fq.gz"},
    "ReadQC": {"sample_id": "s", "reads_1": "a.fq"},
}


@pytest.fixture(scope="module")
def registry():
    return PipelineRegistry()


def valid(registry, name, **cells):
    row = {key: value for key, value in {**BASE[name], **cells}.items() if value is not None}
    return Draft202012Validator(registry.get(name).schema).is_valid([row])


@pytest.mark.parametrize("name", NAMES)
def test_the_schema_is_json_schema_and_its_own_file(name, registry):
    pipeline = registry.get(name)

    Draft202012Validator.check_schema(pipeline.schema)

    assert json.loads((BUILTIN / name / "schema_input.json").read_text()) == pipeline.schema
    assert pipeline.schema["uniqueEntries"] == ["sample_id"]


@pytest.mark.parametrize("name", NAMES)
def test_every_column_is_described(name, registry):
    assert all(column.description for column in registry.get(name).columns)


def test_the_columns_are_those_that_users_know(registry):
    columns = {name: [each.name for each in registry.get(name).columns] for name in NAMES}

    assert columns == {
        "FungalFlow": [
            *("sample_id", "shortreads_r1", "shortreads_r2", "longreads"),
            *("rnaseq_bam", "protein_hints"),
        ],
        "NextAMR": ["sample_id", "illumina_r1", "illumina_r2", "ont_reads"],
        "PhytoFlow": [
            *("sample_id", "genome_type", "hifi_reads", "reference", "proteins", "hic_map")
        ],
        "ReadQC": ["sample_id", "reads_1", "reads_2"],
    }
    assert registry.get("PhytoFlow").columns[1].allowed_values == ["organelle", "nuclear"]


@pytest.mark.parametrize("name", NAMES)
def test_the_example_sheet_has_two_rows_that_pass_the_schema(name, registry):
    pipeline = registry.get(name)
    sheet = read_sheet(pipeline.example_sheet, filename="example.tsv")

    report = SheetValidator(pipeline.schema).validate(sheet)

    assert (report.errors, report.warnings) == ((), ())
    assert list(sheet.columns) == [column.name for column in pipeline.columns]
    assert len({row.cells["sample_id"] for row in report.rows}) == 2


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("sample", ["S1", "0", "a.b-c_d", "001", "10E8", "x" * 128])
def test_a_sample_name_of_letters_digits_and_the_like_is_accepted(name, sample, registry):
    assert valid(registry, name, sample_id=sample)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "sample",
    [
        *("", " S1", "S 1", "../x", "a..b", "a/b", "-x", "_x", ".x", "S1\n", "a'b", 'a"b'),
        *("$(x)", "a;b", "a`b", "ä", "x" * 129, "a\0", "a\\b", "{outdir}"),
    ],
)
def test_a_sample_name_that_could_do_harm_is_refused(name, sample, registry):
    assert not valid(registry, name, sample_id=sample)


@pytest.mark.parametrize(
    ("name", "column"),
    [
        *(("ReadQC", "reads_1"), ("ReadQC", "reads_2"), ("FungalFlow", "longreads")),
        *(("FungalFlow", "shortreads_r1"), ("NextAMR", "illumina_r1"), ("NextAMR", "ont_reads")),
    ],
)
def test_reads_have_one_of_four_endings(name, column, registry):
    for good in ("a.fastq.gz", "x/a.fq.gz", "/x y/a.fastq", "s3://bucket/key/a.fq", "-a.fq"):
        assert valid(registry, name, **{column: good}), good
    for bad in ("a.bam", "a.fastq.bz2", "a.fastq.gz.", "fastq", "a.fastq.gz\n", "a.FASTQX", ".gz"):
        assert not valid(registry, name, **{column: bad}), bad


def test_hifi_reads_are_gzipped(registry):
    assert valid(registry, "PhytoFlow", hifi_reads="s3://b/a.fastq.gz")
    assert not valid(registry, "PhytoFlow", hifi_reads="a.fastq")


def test_readqc_takes_local_files_and_s3_only(registry):
    assert valid(registry, "ReadQC", reads_1="s3://bucket/a.fastq.gz")
    assert not valid(registry, "ReadQC", reads_1="https://example.org/a.fastq.gz")
    assert not valid(registry, "ReadQC", reads_1="file:///etc/a.fastq.gz")


def test_every_row_needs_reads(registry):
    assert not valid(registry, "ReadQC", reads_1=None)
    assert not valid(registry, "FungalFlow", longreads=None)
    assert not valid(registry, "PhytoFlow", hifi_reads=None)
    assert not valid(registry, "NextAMR", illumina_r1=None)
    assert not valid(registry, "NextAMR", illumina_r1=None, ont_reads="a.fq")
    assert valid(registry, "FungalFlow", longreads=None, shortreads_r1="a.fq")


def test_read_2_needs_read_1(registry):
    assert not valid(registry, "ReadQC", reads_1=None, reads_2="b.fq")
    assert not valid(registry, "FungalFlow", shortreads_r2="b.fq")
    assert not valid(registry, "NextAMR", illumina_r1=None, illumina_r2="b.fq")
    assert valid(registry, "FungalFlow", shortreads_r1="a.fq", shortreads_r2="b.fq")


def test_the_genome_type_is_one_of_two(registry):
    assert valid(registry, "PhytoFlow", genome_type="organelle")
    assert not valid(registry, "PhytoFlow", genome_type="nuclar")
    assert not valid(registry, "PhytoFlow", genome_type=None)


@pytest.mark.parametrize(
    ("name", "cells", "expected"),
    [
        ("FungalFlow", {"shortreads_r1": "a", "shortreads_r2": "b"}, (5, 15)),
        ("FungalFlow", {"longreads": "a"}, (8, 20)),
        ("FungalFlow", {"longreads": "a", "shortreads_r1": "b"}, (10, 25)),
        ("PhytoFlow", {"genome_type": "organelle"}, (2, 5)),
        ("PhytoFlow", {"genome_type": "nuclear"}, (20, 50)),
        ("NextAMR", {"illumina_r1": "a"}, (0.5, 2)),
        ("NextAMR", {"illumina_r1": "a", "ont_reads": "b"}, (1, 4)),
        ("NextAMR", {"illumina_r1": "a", "ont_reads": ""}, (0.5, 2)),
        ("ReadQC", {"reads_1": "a"}, (0, 0)),
    ],
)
def test_the_cost_depends_on_what_the_row_holds(name, cells, expected, registry):
    assert registry.get(name).cost_range(cells) == expected


def test_the_widest_cost_spans_all_kinds_of_rows(registry):
    assert registry.get("FungalFlow").widest_cost_range == (5, 25)


def test_readqc_counts_the_real_reads(shared_data, tmp_path, registry):
    reads = shared_data / "reads"
    command = build_command(
        registry.get("ReadQC"),
        {
            "sample_id": "gut",
            "reads_1": str(reads / "ggal_gut_1.fastq.gz"),
            "reads_2": str(reads / "ggal_gut_2.fastq.gz"),
        },
        sample_id="gut",
        run_id="r1",
        output_directory=str(tmp_path / "out put"),
        work_directory=str(tmp_path / "work"),
    )

    subprocess.run([BESIDE / command[0], *command[1:]], check=True, capture_output=True, env={})

    assert sorted(path.name for path in (tmp_path / "out put").iterdir()) == [
        *("gut.sequali.html", "gut.sequali.json")
    ]
    content = (tmp_path / "out put" / "gut.sequali.json").read_bytes()
    first, second = parse_report("gut.sequali.json", content).reads
    assert (first.file, second.file) == ("ggal_gut_1.fastq.gz", "ggal_gut_2.fastq.gz")
    assert (first.reads, first.bases, first.gc_bases) == (2937, 308_324, 139_421)
    assert (first.q20_reads, round(first.mean_length, 2)) == (2696, 104.98)
    assert (second.reads, second.bases, second.q20_reads) == (2937, 308_385, 2639)
    # The figures in the data's own README say the same.
    known = (shared_data / "README.md").read_text()
    assert re.search(r"read 1: 2,937 reads, 308,324 bases, mean length 104\.98, 139,421 G", known)


def test_readqc_takes_a_single_file_too(shared_data, tmp_path, registry):
    command = build_command(
        registry.get("ReadQC"),
        {"sample_id": "one", "reads_1": str(shared_data / "reads" / "ggal_gut_1.fastq.gz")},
        sample_id="one",
        run_id="r1",
        output_directory=str(tmp_path),
        work_directory=str(tmp_path),
    )

    subprocess.run([BESIDE / command[0], *command[1:]], check=True, capture_output=True)

    content = (tmp_path / "one.sequali.json").read_bytes()
    (metrics,) = parse_report("one.sequali.json", content).reads
    assert (metrics.reads, metrics.q20_reads) == (2937, 2696)
    assert 0.2 < metrics.adapter_share < 0.3
