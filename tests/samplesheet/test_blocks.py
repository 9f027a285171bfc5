"""Reading by blocks and judging by columns give what reading by lines and judging by rows does."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from omnidomain_jupyter.pipelines.registry import PipelineRegistry
from omnidomain_jupyter.samplesheet import blocks, validator
from omnidomain_jupyter.samplesheet.reader import SheetError, read_sheet
from omnidomain_jupyter.samplesheet.validator import SheetValidator

PIPELINES = PipelineRegistry()
PATCHED = settings(
    max_examples=400,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
TEXTS = st.one_of(
    st.text('ab1#\t\t\t,;" \n\n\r\u200b\xa0\x1cé-', max_size=80),
    st.lists(
        st.lists(
            st.sampled_from(["", "a", "b c", " d", "e\xa0", "\u200b", "#f", '"g"', '"h\ti"', "-"]),
            max_size=4,
        ),
        max_size=12,
    ).flatmap(
        lambda rows: st.tuples(st.sampled_from("\t,;"), st.sampled_from(["\n", "\r\n", "\r"])).map(
            lambda ends: ends[1].join(map(ends[0].join, rows))
        )
    ),
)


def outcome(text):
    try:
        sheet = read_sheet(text, filename="x.tsv")
    except SheetError as error:
        return error.message, error.issues
    rows = list(sheet.rows())
    return sheet.columns, sheet.header_line, rows, list(sheet.lines), sheet.errors, sheet.warnings


def refuse(*_):
    raise blocks.NotByLinesError


@PATCHED
@given(text=TEXTS, size=st.integers(0, 40))
@example(text="a\tb\n1\t2\t\n3\t4\tx\n \t\t\n5\t6\t\n", size=4)
@example(text='"a\nb"\tc\n1\t2\n', size=0)
@example(text='a\tb\n"1\n2"\t3\n', size=0)
@example(text="a\n\n  \n\u200b\n x\n", size=0)
@example(text="a\tb\n" + "x \ty\n#\nz\n" * 30, size=9)
def test_blocks_give_what_lines_do(monkeypatch, text, size):
    monkeypatch.setattr(blocks, "_BLOCK", size)
    by_blocks = outcome(text)
    with monkeypatch.context() as patch:
        patch.setattr(blocks.Blocks, "read", refuse)
        assert outcome(text) == by_blocks


def test_most_sheets_need_not_be_read_by_lines(monkeypatch):
    body = "1\t2\n\n# told\n3\n4\t5\t6\n 7\t8\n" + '"9\t""10"""\t11\n'
    expected = outcome("a\tb\n" + body * 50)
    monkeypatch.setattr("omnidomain_jupyter.samplesheet.reader.columns_of_rows", refuse)

    assert outcome("a\tb\n" + body * 50) == expected
    assert outcome(("a\tb\n" + body * 50).replace("\n", "\r\n")) == expected


def test_a_cell_beyond_measure_is_refused_at_its_line():
    with pytest.raises(SheetError) as caught:
        read_sheet("a\tb\n1\t2\n3\t" + "x" * 200_000 + "\n")

    assert [(issue.code, issue.line) for issue in caught.value.issues] == [("quoting", 3)]


def rows_of(properties, **more):
    whole = {
        key: more.pop(key)
        for key in ("uniqueEntries", "uniqueItems", "$schema", "$defs")
        if key in more
    }
    return {"items": {"type": "object", "properties": properties, **more}, **whole}


DRAFT_7 = "http://json-schema.org/draft-07/schema#"
FILE = {"type": "string", "format": "file-path", "pattern": r"^\S+\.fq$", "errorMessage": "A .fq"}
NAME = {"type": "string", "pattern": "^[A-Za-z]+$", "maxLength": 3}
SCHEMAS = {
    **{name: PIPELINES.get(name).schema for name in ("FungalFlow", "PhytoFlow", "ReadQC")},
    "types": rows_of(
        {
            "id": {**NAME, "minLength": 2},
            "n": {"type": "integer", "minimum": 1},
            "b": {"type": "boolean"},
            "level": {"enum": ["a", "b", 3]},
            "x": {"anyOf": [FILE, {"type": "string", "maxLength": 0}]},
        },
        required=["id", "n"],
        uniqueEntries=["id", "n"],
    ),
    "presence": rows_of(
        {"id": NAME, "x": {"maxLength": 2}, "n": {}, "b": {"const": "a"}},
        oneOf=[{"required": ["x"]}, {"required": ["n"]}],
        dependentRequired={"b": ["level"]},
        allOf=[{"properties": {"id": {"enum": ["ab", "a"]}}}, {"$ref": "#/$defs/more"}],
        **{"not": {"required": ["x", "b"]}, "$defs": {"more": {"properties": {"x": FILE}}}},
        uniqueItems=True,
    ),
    "values": rows_of(
        {"id": NAME, "x": FILE},
        **{"if": {"properties": {"id": {"const": "ab"}}}, "then": {"required": ["x"]}},
    ),
    "closed": rows_of({"id": NAME, "x": {"not": {"const": "a"}}}, additionalProperties=False),
    "old": rows_of(
        {
            "id": {**NAME, "unique": ["n"]},
            "x": {"unique": True, "dependentRequired": ["n"]},
            "b": {"deprecated": True},
        },
        **{"$schema": DRAFT_7},
    ),
}
COLUMNS = ["id", "n", "b", "level", "x", "sample_id", "shortreads_r1", "shortreads_r2"]
COLUMNS += ["longreads", "genome_type", "hifi_reads", "reads_1", "reads_2", "more"]
VALUES = ["", "", "-", "NA", "None", "a", "ab", "abcd", "1", "0", "true", "3", "a.fq", "b.fq"]
VALUES += ["a b", "nuclear", "b.fastq.gz", "c\\d.fq", "x.fq.", "é"]


@st.composite
def sheets(draw):
    name = draw(st.sampled_from(sorted(SCHEMAS)))
    known = sorted(SCHEMAS[name]["items"]["properties"])
    names = st.sampled_from([*known, *known, *COLUMNS])
    header = draw(st.lists(names, min_size=1, max_size=10, unique=draw(st.integers(0, 9)) > 0))
    values = st.sampled_from(draw(st.lists(st.sampled_from(VALUES), min_size=1, max_size=6)))
    rows = draw(st.lists(st.lists(values, max_size=len(header) + 1), max_size=15))
    return name, "\n".join("\t".join(cells) for cells in [header, *rows])


@PATCHED
@given(sheet=sheets(), most=st.sampled_from([3, 1000]), size=st.integers(1, 4))
def test_columns_are_judged_as_their_rows_are(monkeypatch, sheet, most, size):
    name, text = sheet
    monkeypatch.setattr("omnidomain_jupyter.samplesheet.suspects._SAMPLE", size)
    by_columns = SheetValidator(SCHEMAS[name]).validate(read_sheet(text), max_errors=most)
    with monkeypatch.context() as patch:
        patch.setattr(validator, "suspects", lambda _table, count, *_: range(count))
        by_rows = SheetValidator(SCHEMAS[name]).validate(read_sheet(text), max_errors=most)

    assert (by_columns.errors, by_columns.error_count) == (by_rows.errors, by_rows.error_count)
    assert (by_columns.warnings, by_columns.valid) == (by_rows.warnings, by_rows.valid)
    assert list(by_columns.rows) == list(by_rows.rows)
