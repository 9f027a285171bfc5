"""Reports of the field's tools, as these write them."""

from __future__ import annotations

import json
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnidomain_jupyter.metrics import (
    Number,
    Report,
    is_report,
    parse_report,
    without_doubles,
)

NAMES = [
    *("multiqc_general_stats.txt", "multiqc_data.json", "report.tsv", "transposed_report.tsv"),
    *("short_summary.specific.bacteria_odb10.a.txt", "short_summary.a.json", "a.sequali.json"),
]

QUAST = (
    "Assembly\ta\tb's best\n# contigs (>= 0 bp)\t632\t7\nGC (%)\t62.55\t-\n"
    "# unaligned contigs\t6 + 0 part\t0 + 1 part\nN50\t89985\t1200\n"
)
TRANSPOSED = (
    "Assembly\t# contigs (>= 0 bp)\tGC (%)\t# unaligned contigs\tN50\n"
    "a\t632\t62.55\t6 + 0 part\t89985\nb's best\t7\t-\t0 + 1 part\t1200\n"
)
BUSCO = """# BUSCO version is: 5.8.1
# The lineage dataset is: diptera_odb10 (Creation date: 2024-01-08, number of BUSCOs: 3285)
# Summarized benchmarking in BUSCO notation for file /data/GCF_000001215.4 genomic.fna
# BUSCO was run in mode: euk_genome_min

\t***** Results: *****

\tC:99.7%[S:99.5%,D:0.3%],F:0.2%,M:0.1%,n:3285,E:2.0%\t
\t3276\tComplete BUSCOs (C)\t(of which 64 contain internal stop codons)
"""


def numbers(name: str, text: str) -> list[Number]:
    return list(parse_report(f"some/folder/{name}", text.encode()).numbers)


@pytest.mark.parametrize(
    ("name", "text"), [("report.tsv", QUAST), ("transposed_report.tsv", TRANSPOSED)]
)
def test_quast(name, text):
    assert {(each.sample, each.name): each.value for each in numbers(name, text)} == {
        ("a", "# contigs (>= 0 bp)"): 632,
        ("a", "GC (%)"): 62.55,
        ("a", "N50"): 89985,
        ("b's best", "# contigs (>= 0 bp)"): 7,
        ("b's best", "N50"): 1200,
    }
    assert {each.tool for each in numbers(name, text)} == {"quast"}


def test_a_wide_header_of_quast_s_costs_no_memory_for_each_row():
    header = "\t".join(["Assembly", *(f"n{number}" for number in range(3000))])
    text = header + "\na\t1" * 3000
    tracemalloc.start()
    try:
        assert len(numbers("transposed_report.tsv", text)) == 3000
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_busco_as_text_and_as_json():
    expected = {
        "Complete (%)": 99.7,
        "Single copy (%)": 99.5,
        "Duplicated (%)": 0.3,
        "Fragmented (%)": 0.2,
        "Missing (%)": 0.1,
        "Markers": 3285,
    }
    content = json.dumps(
        {
            "parameters": {"mode": "euk_genome_min", "in": "/data/GCF_000001215.4 genomic.fna"},
            "results": {"one_line_summary": "C:99.7%[S:99.5%,D:0.3%],F:0.2%,M:0.1%,n:3285,E:2.0%"},
        },
        indent=4,
    )
    for name, text in (("short_summary.specific.x.txt", BUSCO), ("short_summary.x.json", content)):
        found = numbers(name, text)
        assert {each.sample for each in found} == {"GCF_000001215.4 genomic.fna"}
        assert {each.name: each.value for each in found} == expected


def test_busco_3_named_its_file_in_the_same_way():
    text = (
        "# Summarized benchmarking in BUSCO notation for file combined.cds\n"
        "        C:86.3%[S:56.9%,D:29.4%],F:8.9%,M:4.8%,n:978\n"
    )
    assert numbers("short_summary_x.txt", text)[0] == (
        "busco",
        "combined.cds",
        "Complete (%)",
        86.3,
    )


@pytest.mark.parametrize("prefix", ["FastQC_mqc-generalstats-fastqc-", "fastqc-"])
def test_multiqc_as_a_table(prefix):
    text = f"Sample\t{prefix}percent_gc\t{prefix}status\tother\ns1\t48.0\tpass\t\ns2\t\tpass\t1e3\n"
    assert numbers("multiqc_general_stats.txt", text) == [
        ("multiqc", "s1", "fastqc-percent_gc", 48.0),
        ("multiqc", "s2", "other", 1000.0),
    ]


def test_multiqc_as_json_old_and_new():
    module = {"s1": {"percent_gc": 48.0, "status": "pass", "bad": None, "flag": True}}
    old = json.dumps({"report_general_stats_data": [module]})
    new = json.dumps({"report_general_stats_data": {"FastQC": module}})
    assert numbers("multiqc_data.json", old) == [("multiqc", "s1", "percent_gc", 48.0)]
    assert numbers("multiqc_data.json", new) == [("multiqc", "s1", "fastqc-percent_gc", 48.0)]


def test_of_two_files_that_say_the_same_one_is_read():
    paths = [
        "a/multiqc_data.json",
        "a/multiqc_general_stats.txt",
        "b/multiqc_data.json",
        "quast/report.tsv",
        "quast/transposed_report.tsv",
        "transposed_report.tsv",
    ]
    assert without_doubles(paths) == [
        "a/multiqc_general_stats.txt",
        "b/multiqc_data.json",
        "quast/report.tsv",
        "transposed_report.tsv",
    ]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("text", ["", "{", "[]", "null", "[[]]", "Assembly", "\t\n", "Sample\n"])
def test_what_is_broken_or_of_another_kind_holds_no_numbers(name, text):
    assert is_report(name)
    assert numbers(name, text) == []


@given(st.sampled_from(NAMES), st.binary(max_size=300))
def test_any_bytes_are_no_error(name, content):
    assert parse_report(name, content).reads == ()


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "1_000e", "x"])
def test_only_finite_numbers_count(value):
    assert numbers("report.tsv", f"Assembly\ta\nN50\t{value}\n") == []


@pytest.mark.parametrize("digits", [20, 400])
def test_a_count_that_no_file_has_makes_a_report_a_broken_one(digits):
    summary = dict.fromkeys(("total_reads", "total_bases", "q20_reads", "total_gc_bases"), 5)
    meta = {"sequali_version": "1.0.2", "filename": "a.fastq"}
    text = json.dumps({"meta": meta, "summary": {**summary, "total_bases": 10**digits}})
    assert parse_report("a.json", text.encode()) == Report()


def test_a_curve_of_counts_that_are_too_large_is_left_out():
    summary = dict.fromkeys(("total_reads", "total_bases", "q20_reads", "total_gc_bases"), 5)
    content = {
        "meta": {"sequali_version": "1.0.2", "filename": "a.fastq"},
        "summary": summary,
        "sequence_length_distribution": {"length_ranges": ["1-5"], "counts": [10**400]},
    }
    found = parse_report("a.json", json.dumps(content).encode())
    assert (found.reads[0].reads, found.profiles) == (5, ())


def test_busco_s_number_of_markers_is_finite():
    assert numbers("short_summary.x.txt", BUSCO.replace("n:3285", f"n:{'9' * 400}")) == []


def test_half_a_character_in_a_name_is_replaced():
    module = {"s\ud800": {"gc\ud800": 48.0}}
    text = json.dumps({"report_general_stats_data": [module]})
    assert numbers("multiqc_data.json", text) == [("multiqc", "s?", "gc?", 48.0)]


def test_unknown_names_are_no_reports():
    for name in ("report.txt", "summary.tsv", "a.html", "multiqc_report.html"):
        assert not is_report(name)
