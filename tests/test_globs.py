"""Which paths a pattern names."""

from __future__ import annotations

import pytest

from omnidomain_jupyter.globs import has_wildcards, matches, with_any_name

PATHS = ["t.tsv", "qc/t.tsv", "qc/deep/t.tsv", "qc/deep/x.tsv", "q[c]/t.tsv"]


@pytest.mark.parametrize(
    ("pattern", "named"),
    [
        ("t.tsv", ["t.tsv"]),
        ("*", ["t.tsv"]),
        ("*/*", ["qc/t.tsv", "q[c]/t.tsv"]),
        ("**", PATHS),
        ("**/**/t.tsv", ["t.tsv", "qc/t.tsv", "qc/deep/t.tsv", "q[c]/t.tsv"]),
        ("qc/**", ["qc/t.tsv", "qc/deep/t.tsv", "qc/deep/x.tsv"]),
        ("qc/**/t.tsv", ["qc/t.tsv", "qc/deep/t.tsv"]),
        ("**/deep/**", ["qc/deep/t.tsv", "qc/deep/x.tsv"]),
        ("q**v", []),
        ("q*c*/?.t?v", ["qc/t.tsv", "q[c]/t.tsv"]),
        ("q[c]/*", ["q[c]/t.tsv"]),
        ("*.tsv*", ["t.tsv"]),
        ("/t.tsv", []),
        ("qc/", []),
        ("", []),
    ],
)
def test_a_pattern_names_paths(pattern: str, named: list[str]):
    assert [path for path in PATHS if matches(pattern, path)] == named


def test_a_star_takes_as_much_as_the_rest_leaves():
    assert matches("*ab*ba", "aababbababba")
    assert not matches("*ab*ba", "aababbababb")


@pytest.mark.parametrize("pattern", ["*a" * 200 + "b", "**/*a/" * 60 + "b", "**/" * 300 + "b"])
def test_no_pattern_takes_long(pattern: str):
    for _ in range(100):
        assert not matches(pattern, "/".join(["a" * 100] * 20))


def test_only_stars_and_question_marks_make_a_pattern():
    assert has_wildcards("a/*.tsv")
    assert has_wildcards("?.tsv")
    assert not has_wildcards("a[1]/{b}.tsv")


@pytest.mark.parametrize(
    ("path", "name", "pattern"),
    [
        ("quast/report.tsv", "gut_01", "quast/report.tsv"),
        ("quast/gut_01/gut_01_R1.tsv", "gut_01", "quast/*/*_R1.tsv"),
        ("quast/gut_01/of_gut_01.tsv", "gut_01", "quast/*/of_gut_01.tsv"),
        ("gut_010/gut_01.tsv", "gut_01", "gut_010/*.tsv"),
        ("1/report_01.tsv", "1", "*/report_01.tsv"),
        ("reads/1_1.tsv", "1", "reads/*_1.tsv"),
        ("1/variants_1.tsv", "1", "*/variants_1.tsv"),
        ("a.b/axb.tsv", "a.b", "*/axb.tsv"),
        ("qc/t.tsv", "", "qc/t.tsv"),
    ],
)
def test_a_pattern_of_any_sample(path, name, pattern):
    assert with_any_name(path, name) == pattern
    assert matches(pattern, path)
