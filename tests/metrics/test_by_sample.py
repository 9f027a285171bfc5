"""Numbers of several reports in one table."""

from __future__ import annotations

from omnidomain_jupyter.metrics import Number, by_sample


def test_a_tool_that_tells_of_one_sample_tells_of_the_run_s():
    table = by_sample(
        [
            ("quast/report.tsv", Number("quast", "a.contigs", "N50", 10)),
            ("a.json", Number("sequali", "a_1.fq", "reads", 5)),
            ("a.json", Number("sequali", "a_2.fq", "reads", 6)),
        ],
        "a",
    )
    assert table == {
        "a": {"quast.N50": 10},
        "a_1.fq": {"sequali.reads": 5},
        "a_2.fq": {"sequali.reads": 6},
    }


def busco(lineage: str, ending: str, complete: float, folder: str = "busco"):
    path = f"{folder}/short_summary.specific.{lineage}.a.{ending}"
    return [
        (path, Number("busco", "a.fna", "Complete (%)", complete)),
        (path, Number("busco", "a.fna", "Missing (%)", 1)),
    ]


def test_lineages_of_busco_stand_beside_each_other():
    found = [
        *busco("bacteria_odb10", "txt", 99.5),
        *busco("bacteria_odb10", "json", 99.5),
        *busco("fungi_odb10", "txt", 12.5),
    ]
    assert by_sample(found, "a") == {
        "a": {
            "busco.Complete (%) (bacteria_odb10)": 99.5,
            "busco.Missing (%) (bacteria_odb10)": 1,
            "busco.Complete (%) (fungi_odb10)": 12.5,
            "busco.Missing (%) (fungi_odb10)": 1,
        }
    }


def test_one_lineage_as_text_and_as_json_is_said_once():
    found = [*busco("fungi_odb10", "txt", 12.5), *busco("fungi_odb10", "json", 12.5)]
    assert by_sample(found, "a") == {"a": {"busco.Complete (%)": 12.5, "busco.Missing (%)": 1}}


def test_one_lineage_in_two_folders_names_both():
    found = [*busco("x_odb10", "txt", 1, "b/raw"), *busco("x_odb10", "txt", 2, "b/polished")]
    assert by_sample(found, "a")["a"] == {
        "busco.Complete (%) (x_odb10 raw)": 1,
        "busco.Missing (%) (x_odb10 raw)": 1,
        "busco.Complete (%) (x_odb10 polished)": 2,
        "busco.Missing (%) (x_odb10 polished)": 1,
    }


def test_reports_of_one_name_in_several_folders_are_told_apart_by_them():
    found = [
        ("raw/quast/report.tsv", Number("quast", "contigs", "N50", 10)),
        ("polished/quast/report.tsv", Number("quast", "contigs", "N50", 20)),
    ]
    assert by_sample(found, "a") == {"a": {"quast.N50 (raw)": 10, "quast.N50 (polished)": 20}}


def test_a_report_inside_another_ones_folder_is_told_apart():
    found = [
        ("quast/report.tsv", Number("quast", "contigs", "N50", 10)),
        ("quast/polished/report.tsv", Number("quast", "contigs", "N50", 20)),
    ]
    assert by_sample(found, "a") == {"a": {"quast.N50": 10, "quast.N50 (polished)": 20}}
