"""Files are found by their names, for any pipeline."""

from __future__ import annotations

import json
import time

import pytest

from omnidomain_jupyter.pipelines.registry import PipelineRegistry
from omnidomain_jupyter.samplesheet.label_matching import FileName, takers
from omnidomain_jupyter.samplesheet.matching import match_files, sheet_text
from omnidomain_jupyter.samplesheet.reader import read_sheet
from omnidomain_jupyter.samplesheet.validator import SheetValidator
from omnidomain_jupyter.services.matching import _accepts

DEFINITION = """
name = "Own"
engine = "nextflow"
source = "nf-core/own"
sample_column = "sample"
"""
FASTQ = {"type": "string", "format": "file-path", "pattern": r"^\S+\.f(ast)?q\.gz$"}
FILE = {"type": "string", "format": "file-path"}


def pipeline(name):
    return PipelineRegistry().get(name)


def own(tmp_path, **columns):
    folder = tmp_path / "Own"
    folder.mkdir(parents=True)
    (folder / "pipeline.toml").write_text(DEFINITION)
    properties = {"sample": {"type": "string"}, **columns}
    schema = {"type": "array", "items": {"type": "object", "properties": properties}}
    (folder / "schema_input.json").write_text(json.dumps(schema))
    return PipelineRegistry([tmp_path]).get("Own")


def match(definition, names, samples=None, suffixes=None):
    columns = [c.name for c in definition.columns if c.is_file]
    found = takers(columns, _accepts(definition), suffixes)
    return match_files(found, [f"reads/{name}" for name in names.split()], samples)


def rows(found):
    return {
        s: {c: p.removeprefix("reads/") for c, p in row.items()} for s, row in found.rows.items()
    }


def nothing_else(found):
    return not (found.ambiguous or found.unused or found.missing_mates or found.unmatched)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("_R1.fastq.gz", "_R2.fastq.gz"),
        ("_1.fastq.gz", "_2.fastq.gz"),
        ("_R1_001.fastq.gz", "_R2_001.fastq.gz"),
        ("_S1_L001_R1_001.fastq.gz", "_S1_L001_R2_001.fastq.gz"),
        ("_S12_R1_001.fastq.gz", "_S12_R2_001.fastq.gz"),
        ("_L004_R1.fq.gz", "_L004_R2.fq.gz"),
        (".R1.fq", ".R2.fq"),
        ("-read1.fastq", "-read2.fastq"),
        ("_forward.fastq.gz", "_reverse.fastq.gz"),
        ("_illumina_R1.fastq.gz", "_illumina_R2.fastq.gz"),
        ("_r1.FASTQ.GZ", "_r2.FASTQ.GZ"),
    ],
)
@pytest.mark.parametrize("sample", ["gut", "gut_01", "S1", "a.b-c_2x", "001"])
@pytest.mark.parametrize("given", [True, False])
def test_pairs_as_they_are_usually_called(one, two, sample, given):
    columns = {
        "ReadQC": ("reads_1", "reads_2"),
        "NextAMR": ("illumina_r1", "illumina_r2"),
        "FungalFlow": ("shortreads_r1", "shortreads_r2"),
    }
    for name, (forward, reverse) in columns.items():
        found = match(pipeline(name), f"{sample}{two} {sample}{one}", [sample] if given else None)

        assert rows(found) == {sample: {forward: sample + one, reverse: sample + two}}
        assert nothing_else(found)


def test_every_kind_of_file_finds_its_column():
    fungal = match(
        pipeline("FungalFlow"),
        "a_R1.fastq.gz a_R2.fastq.gz a_ont.fastq.gz a_rnaseq.bam a_proteins.faa "
        "b_nanopore.fq b.bam",
    )
    phyto = match(
        pipeline("PhytoFlow"),
        "x_hifi.fastq.gz x_ref.fna x_proteins.faa x_hic.bam y.fastq.gz y.fna y.faa y_hic_map.pairs",
    )
    amr = match(pipeline("NextAMR"), "e_1.fq.gz e_2.fq.gz e_ont.fastq.gz")

    assert rows(fungal) == {
        "a": {
            "shortreads_r1": "a_R1.fastq.gz",
            "shortreads_r2": "a_R2.fastq.gz",
            "longreads": "a_ont.fastq.gz",
            "rnaseq_bam": "a_rnaseq.bam",
            "protein_hints": "a_proteins.faa",
        },
        "b": {"longreads": "b_nanopore.fq", "rnaseq_bam": "b.bam"},
    }
    assert rows(phyto) == {
        "x": {
            "hifi_reads": "x_hifi.fastq.gz",
            "reference": "x_ref.fna",
            "proteins": "x_proteins.faa",
            "hic_map": "x_hic.bam",
        },
        "y": {
            "hifi_reads": "y.fastq.gz",
            "reference": "y.fna",
            "proteins": "y.faa",
            "hic_map": "y_hic_map.pairs",
        },
    }
    assert rows(amr) == {
        "e": {
            "illumina_r1": "e_1.fq.gz",
            "illumina_r2": "e_2.fq.gz",
            "ont_reads": "e_ont.fastq.gz",
        }
    }
    assert all(nothing_else(found) for found in (fungal, phyto, amr))


def test_a_sample_does_not_take_the_files_of_another_whose_name_begins_alike():
    found = match(pipeline("ReadQC"), "S10_R1.fq S10_R2.fq S1_R1.fq S1_R2.fq S1x_R1.fq", ["S1"])

    assert rows(found) == {"S1": {"reads_1": "S1_R1.fq", "reads_2": "S1_R2.fq"}}
    assert found.unused == ("reads/S10_R1.fq", "reads/S10_R2.fq", "reads/S1x_R1.fq")


def test_samples_with_nothing_keep_their_row():
    found = match(pipeline("ReadQC"), "a_R1.fq a_R2.fq", ["b", "a"])

    assert found.unmatched == ("b",)
    text = sheet_text(["sample_id", "reads_1", "reads_2"], "sample_id", found)
    assert text == "sample_id\treads_1\treads_2\nb\t\t\na\treads/a_R1.fq\treads/a_R2.fq\n"


def test_half_a_pair_is_said_and_a_single_file_is_not():
    found = match(pipeline("ReadQC"), "a_R1.fq b_R2.fq c.fq")

    assert rows(found) == {
        "a": {"reads_1": "a_R1.fq"},
        "b": {"reads_2": "b_R2.fq"},
        "c": {"reads_1": "c.fq"},
    }
    assert [(m.sample_id, m.column, m.file) for m in found.missing_mates] == [
        ("a", "reads_2", "reads/a_R1.fq"),
        ("b", "reads_1", "reads/b_R2.fq"),
    ]
    assert found.missing_mates[0].message == "Sample “a” has reads_1, but no file for reads_2."


def test_lanes_are_listed_and_none_is_chosen():
    found = match(
        pipeline("ReadQC"), "g_S1_L001_R1_001.fq.gz g_S1_L002_R1_001.fq.gz g_S1_L001_R2_001.fq.gz"
    )

    assert rows(found) == {"g": {"reads_2": "g_S1_L001_R2_001.fq.gz"}}
    (cell,) = found.ambiguous
    assert (cell.sample_id, cell.column) == ("g", "reads_1")
    assert cell.candidates == (
        "reads/g_S1_L001_R1_001.fq.gz",
        "reads/g_S1_L002_R1_001.fq.gz",
    )
    assert "L001 and L002" in cell.message
    assert not found.unused
    assert not found.missing_mates


def test_two_files_for_one_cell_are_listed():
    found = match(pipeline("ReadQC"), "g_R1.fq g_1.fq.gz", ["g"])

    assert rows(found) == {"g": {}}
    assert "2 files fit reads_1 of sample “g”" in found.ambiguous[0].message
    assert not found.unmatched


def test_of_two_files_the_one_that_the_pipeline_accepts_is_taken():
    found = match(pipeline("PhytoFlow"), "a_hifi.fastq a_hifi.fastq.gz", ["a"])

    assert rows(found) == {"a": {"hifi_reads": "a_hifi.fastq.gz"}}


def test_a_file_that_may_be_of_two_samples_is_given_to_none():
    found = match(pipeline("ReadQC"), "gut_1.fq gut_2.fq", ["gut", "gut_1"])

    assert rows(found) == {"gut": {"reads_2": "gut_2.fq"}, "gut_1": {}}
    assert {cell.sample_id for cell in found.ambiguous} == {"gut", "gut_1"}
    assert "“gut_1” as well" in found.ambiguous[0].message


def test_a_longer_name_of_a_sample_wins():
    found = match(pipeline("ReadQC"), "gut_S2_R1.fq gut_R1.fq", ["gut", "gut_S2"])

    assert rows(found) == {
        "gut": {"reads_1": "gut_R1.fq"},
        "gut_S2": {"reads_1": "gut_S2_R1.fq"},
    }


def test_numbered_samples_are_no_pair():
    found = match(pipeline("ReadQC"), "gut_1.fq gut_2.fq gut_3.fq gut_10.fq")

    assert list(rows(found)) == ["gut_1", "gut_2", "gut_3", "gut_10"]
    assert nothing_else(found)


def test_capitals_that_differ_are_taken_and_said():
    found = match(pipeline("ReadQC"), "Gut_R1.fq gut_R2.fq", ["GUT"])

    assert rows(found) == {"GUT": {"reads_1": "Gut_R1.fq", "reads_2": "gut_R2.fq"}}
    assert found.notes == (
        "Files of “Gut” and “gut” were taken for sample “GUT”: capitals differ.",
    )


def test_samples_that_differ_only_in_capitals_keep_their_own_files():
    found = match(pipeline("ReadQC"), "S1_R1.fq s1_R1.fq", ["S1", "s1"])

    assert rows(found) == {"S1": {"reads_1": "S1_R1.fq"}, "s1": {"reads_1": "s1_R1.fq"}}
    assert not found.notes


def test_files_that_belong_nowhere_are_left_over():
    names = "Undetermined_S0_L001_R1_001.fastq.gz a_R1.fq a_R2.fq a_I1.fq README.txt a_R1.fq.md5"
    found = match(pipeline("ReadQC"), names)

    assert list(rows(found)) == ["a"]
    assert len(found.unused) == 4


def test_where_reads_are_of_several_kinds_one_without_a_label_is_left_over():
    found = match(pipeline("FungalFlow"), "a.fastq.gz", ["a"])

    assert rows(found) == {"a": {}}
    assert found.unused == ("reads/a.fastq.gz",)


def test_a_schema_of_nf_core(tmp_path):
    taxprofiler = own(
        tmp_path,
        run_accession={"type": "string"},
        fastq_1=FASTQ,
        fastq_2=FASTQ,
        fasta={**FILE, "pattern": r"^\S+\.fn?a(sta)?(\.gz)?$"},
    )
    found = match(taxprofiler, "a_1.fastq.gz a_2.fastq.gz b.fastq.gz c.fna c_R1.bam")

    assert rows(found) == {
        "a": {"fastq_1": "a_1.fastq.gz", "fastq_2": "a_2.fastq.gz"},
        "b": {"fastq_1": "b.fastq.gz"},
    }
    assert rows(match(taxprofiler, "c.fna", ["c"])) == {"c": {"fasta": "c.fna"}}


@pytest.mark.parametrize(
    ("forward", "reverse"),
    [("R1", "R2"), ("forwardReads", "reverseReads"), ("short_reads_1", "short_reads_2")],
)
def test_columns_by_other_names(tmp_path, forward, reverse):
    definition = own(tmp_path, **{forward: FASTQ, reverse: FASTQ, "long_reads": FASTQ})
    found = match(definition, "a_R1.fastq.gz a_R2.fastq.gz a_ont.fastq.gz b_R1.fastq.gz")

    assert rows(found)["a"] == {
        forward: "a_R1.fastq.gz",
        reverse: "a_R2.fastq.gz",
        "long_reads": "a_ont.fastq.gz",
    }
    assert [(each.sample_id, each.column) for each in found.missing_mates] == [("b", reverse)]


def test_two_pairs_are_told_apart_by_the_names_of_their_columns(tmp_path):
    definition = own(tmp_path, dna_1=FASTQ, dna_2=FASTQ, rna_1=FASTQ, rna_2=FASTQ)
    found = match(
        definition,
        "a_dna_1.fastq.gz a_dna_2.fastq.gz a_rna_R1.fastq.gz a_rna_R2.fastq.gz a_R1.fastq.gz",
        ["a"],
    )

    assert rows(found)["a"] == {
        "dna_1": "a_dna_1.fastq.gz",
        "dna_2": "a_dna_2.fastq.gz",
        "rna_1": "a_rna_R1.fastq.gz",
        "rna_2": "a_rna_R2.fastq.gz",
    }
    assert found.unused == ("reads/a_R1.fastq.gz",)


def test_any_column_takes_its_own_name(tmp_path):
    definition = own(tmp_path, spectra=FILE, bam=FILE, bai=FILE)
    found = match(definition, "a_spectra.mzML a.bam a.txt", ["a"])

    assert rows(found) == {"a": {"spectra": "a_spectra.mzML", "bam": "a.bam"}}


def test_a_pipeline_may_name_the_endings_itself():
    found = match(
        pipeline("ReadQC"),
        "a_left.fq.gz a_right.fq.gz a_R1.fq",
        ["a"],
        {"reads_1": ["_left.fq.gz"], "reads_2": ["_right.fq.gz", "_R2.fq"]},
    )

    assert rows(found) == {"a": {"reads_1": "a_left.fq.gz", "reads_2": "a_right.fq.gz"}}
    assert found.unused == ("reads/a_R1.fq",)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("s3://b/x/a.v2_R1.fastq.gz", ("a.v2_R1", ".fastq.gz")),
        ("a.bam.bai", ("a", ".bam.bai")),
        ("a.vcf.gz.tbi", ("a", ".vcf.gz.tbi")),
        ("a.FASTQ.GZ", ("a", ".fastq.gz")),
        ("noending", ("noending", "")),
        ("a.", ("a.", "")),
    ],
)
def test_names_are_taken_apart(name, parts):
    file = FileName.of(name)

    assert (file.stem, file.ending) == parts


def test_the_sheet_is_one_that_the_pipeline_accepts():
    definition = pipeline("NextAMR")
    found = match(definition, "e_1.fq.gz e_2.fq.gz k_1.fq.gz k_2.fq.gz k_ont.fastq.gz")

    text = sheet_text([column.name for column in definition.columns], "sample_id", found)
    assert SheetValidator(dict(definition.schema)).validate(read_sheet(text)).valid


def test_ten_thousand_files_in_a_moment():
    names = " ".join(f"S{n}_S{n}_L001_R{mate}_001.fastq.gz" for n in range(5000) for mate in (1, 2))
    begin = time.process_time()
    found = match(pipeline("FungalFlow"), names)
    took = time.process_time() - begin

    assert len(found.rows) == 5000
    assert nothing_else(found)
    assert took < 10
