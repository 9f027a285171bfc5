from __future__ import annotations

import json
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from omnidomain_jupyter.pipelines.errors import PipelineDefinitionError
from omnidomain_jupyter.pipelines.registry import PipelineRegistry
from omnidomain_jupyter.samplesheet.reader import UNSET, read_dataframe, read_sheet
from omnidomain_jupyter.samplesheet.validator import SheetValidator

PIPELINES = PipelineRegistry()
JARGON = re.compile(
    r"\^|\$|\\S|\(\?|\[a-z|regex|regular expression|JSON|schema|pattern|enum|anyOf|oneOf|minLength"
    r"|maxLength|null|string|integer|boolean|object|array|instance|propert|dependentRequired",
    re.IGNORECASE,
)
DRAFT_7 = "http://json-schema.org/draft-07/schema#"


def builtin(name):
    return SheetValidator(dict(PIPELINES.get(name).schema))


def rows_of(properties, **more):
    """Return a schema for rows with these columns; further keywords are the row's."""
    whole = {key: more.pop(key) for key in ("uniqueEntries", "allOf_", "$schema") if key in more}
    items = {"type": "object", "properties": properties, **more}
    return {"type": "array", "items": items, **whole}


def judged(schema, text, **options):
    report = SheetValidator(schema, sample_column="id").validate(read_sheet(text), **options)
    assert report.valid == (report.error_count == 0)
    return report


def found(report):
    return [(each.line, each.column, each.code) for each in report.errors]


def nf_core(shared_data):
    for schema in sorted((shared_data / "samplesheets").glob("*/schema_input.json")):
        yield schema.parent, json.loads(schema.read_text())


def test_every_valid_sheet_passes(shared_data):
    count = 0
    for folder, schema in nf_core(shared_data):
        for path in (folder / "valid").iterdir():
            sheet = read_sheet(path.read_bytes(), filename=path.name)
            report = SheetValidator(schema).validate(sheet)
            assert (path.name, report.errors, len(report.rows) > 0) == (path.name, (), True)
            count += 1
    assert count >= 9


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("funcscan/broken/samplesheet_missing_fasta.csv", [(1, "fasta", "missing_column")]),
        ("funcscan/broken/samplesheet_nonunique.csv", [(3, "sample", "not_unique")]),
        (
            "funcscan/broken/samplesheet_preannotated_missinggbk.csv",
            [(3, "gbk", "dependent_required")],
        ),
        (
            "taxprofiler/broken/test_samplesheet_duplicate_fastq.csv",
            [(4, "fastq_1", "not_unique"), (4, "fastq_2", "not_unique")],
        ),
        (
            "taxprofiler/broken/test_samplesheet_missing_run_accession.csv",
            [(2, "run_accession", "required")],
        ),
        (
            "taxprofiler/broken/test_samplesheet_sample_with_space.csv",
            [(2, "sample", "pattern")],
        ),
    ],
)
def test_every_broken_sheet_fails_at_its_cell(shared_data, name, expected):
    path = shared_data / "samplesheets" / name
    schema = json.loads((path.parent.parent / "schema_input.json").read_text())
    validator = SheetValidator(schema, sample_column="sample")

    report = validator.validate(read_sheet(path.read_bytes(), filename=path.name))

    assert found(report) == expected
    assert not any(JARGON.search(each.message) for each in report.errors)


def test_no_broken_sheet_is_left_out(shared_data):
    assert len(list((shared_data / "samplesheets").glob("*/broken/*"))) == 6


ROW_SCHEMAS = {
    **{name: PIPELINES.get(name).schema for name in ("FungalFlow", "PhytoFlow", "ReadQC")},
    "presence": rows_of(
        {"id": {"type": "string", "enum": ["a", "b"]}, "x": {"maxLength": 2}, "y": {}},
        oneOf=[{"required": ["x"]}, {"required": ["y"]}],
        allOf=[{"properties": {"id": {"const": "a"}}}, {"$ref": "#/$defs/more"}],
        **{"if": {"required": ["y"]}, "then": {"required": ["id"]}},
    )
    | {"$defs": {"more": {"not": {"required": ["z"]}, "properties": {"x": {"pattern": "^[ax]"}}}}},
    "values": rows_of(
        {"id": {"type": "string"}, "x": {"type": "string"}},
        **{"if": {"properties": {"id": {"const": "a"}}}, "then": {"required": ["x"]}},
    ),
    "closed": rows_of({"id": {"pattern": "a"}, "x": {"minLength": 2}}, additionalProperties=False),
}
COLUMNS = ["id", "x", "y", "z", "sample_id", "shortreads_r1", "shortreads_r2", "longreads"]
COLUMNS += ["genome_type", "hifi_reads", "reads_1", "reads_2"]
VALUES = ["", "a", "b", "ax", "b c", "a.fastq.gz", "nuclear", "-", "a.fq", "axx"]


@settings(max_examples=300)
@given(
    name=st.sampled_from(sorted(ROW_SCHEMAS)),
    table=st.lists(
        st.dictionaries(st.sampled_from(COLUMNS), st.sampled_from(VALUES), max_size=5), max_size=12
    ),
)
def test_the_verdict_on_every_row_is_that_of_jsonschema(name, table):
    schema = ROW_SCHEMAS[name]
    oracle = Draft202012Validator({**schema["items"], "$defs": schema.get("$defs", {})})
    validator = SheetValidator(dict(schema))

    for cells in [*table, *table]:  # the second time most rows are known
        instance = {key: value for key, value in cells.items() if value not in UNSET}
        assert validator.validate_row(cells).valid == oracle.is_valid(instance), instance


def test_rows_that_are_surely_right_are_not_asked_about_again(monkeypatch):
    validator = builtin("FungalFlow")
    text = "sample_id\tlongreads\n" + "".join(f"s{i}\t{i}.fq\n" for i in range(50))
    asked = []
    inner = validator._validator
    spy = type(
        "Spy", (), {"iter_errors": lambda _, row: asked.append(row) or inner.iter_errors(row)}
    )
    monkeypatch.setattr(validator, "_validator", spy())

    assert validator.validate(read_sheet(text)).valid
    assert len(asked) == 1


def test_ten_thousand_rows_take_no_more_than_a_second_or_two():
    line = "s{0}\ts{0}_R1.fastq.gz\ts{0}_R2.fastq.gz\t\n"
    text = "sample_id\tshortreads_r1\tshortreads_r2\tlongreads\n"
    good, bad = (
        text + "".join(form.format(i) for i in range(10_000))
        for form in (line, line.replace("_R1.fastq.gz", " R1.fastq.gz.").replace("s{0}\t", "s 1\t"))
    )
    for content, count in ((good, 0), (bad, 29_999)):
        start = time.process_time()
        report = builtin("FungalFlow").validate(read_sheet(content))
        assert time.process_time() - start < 8
        assert (report.error_count, len(report.errors)) == (count, min(count, 1000))


def test_errors_are_told_at_the_physical_line():
    text = 'sample_id,longreads,rnaseq_bam\na,"x\n.fq",\n\n# note\nb,"y\r\nz.fq",\nb b,z.fq,\n'

    report = builtin("FungalFlow").validate(read_sheet(text))

    assert (8, "sample_id", "pattern") in found(report)
    assert [row.line for row in report.rows] == [2, 6, 8]


def test_missing_columns_are_told_once_with_the_near_one():
    text = "Sample_ID\tgenome_typ\n" + "a\tnuclear\n" * 50

    report = builtin("PhytoFlow").validate(read_sheet(text))

    assert found(report) == [
        (1, "hifi_reads", "missing_column"),
        (1, "Sample_ID", "missing_column"),
        (1, "genome_typ", "missing_column"),
    ]
    assert [each.suggestion for each in report.errors] == [None, "sample_id", "genome_type"]
    assert report.warnings == ()  # that these columns are not known has been said


def test_columns_of_which_one_is_needed_are_told_once():
    text = "sample_id\tLong Reads\n" + "a\tx.fq\n" * 2 + "b\ty.fq\n" * 30

    report = builtin("FungalFlow").validate(read_sheet(text))

    assert found(report)[0] == (1, "Long Reads", "missing_column")
    assert report.errors[0].suggestion == "longreads"
    assert {code for _, _, code in found(report)[1:]} == {"not_unique"}
    assert "one of the columns" in report.errors[0].message


def test_a_row_without_reads_is_told_at_its_line():
    text = "sample_id\tlongreads\tshortreads_r1\na\tx.fq\t\nb\t\t-\n"

    report = builtin("FungalFlow").validate(read_sheet(text))

    assert found(report) == [(3, "shortreads_r1", "any_of")]
    assert "A row needs reads" in report.errors[0].message


def test_read_2_without_read_1():
    text = "sample_id\tshortreads_r1\tshortreads_r2\na\t\tb.fq\n"

    assert found(builtin("FungalFlow").validate(read_sheet(text))) == [
        (2, "shortreads_r1", "dependent_required")
    ]


def test_unknown_columns_are_warnings_with_a_suggestion():
    text = "sample_id\thifi_reads\tgenome_type\tReferenc\tnotes\na\tb.fq.gz\tnuclear\tx\ty\n"

    report = builtin("PhytoFlow").validate(read_sheet(text))

    assert report.valid
    assert [(each.code, each.line, each.column, each.suggestion) for each in report.warnings] == [
        ("unknown_column", 1, "Referenc", "reference"),
        ("unknown_column", 1, "notes", None),
    ]


@pytest.mark.parametrize(
    ("column", "value", "suggestion"),
    [
        ("genome_type", "nuclar", "nuclear"),
        ("genome_type", "Organelle", "organelle"),
        ("genome_type", "“nuclear”", "nuclear"),
        ("hifi_reads", "a.fastq.gz.", "a.fastq.gz"),
        ("hifi_reads", "“a.fastq.gz”", "a.fastq.gz"),
        ("hifi_reads", "C:\\data\\a.fastq.gz.", "/data/a.fastq.gz"),
        ("hifi_reads", "a.bam", None),
        ("sample_id", "two words", "two_words"),
        ("sample_id", "two\u00a0words", "two_words"),
        ("sample_id", "\u2018S1\u2019", "S1"),
        ("sample_id", "ß", None),
    ],
)
def test_a_suggestion_is_given_and_is_itself_acceptable(column, value, suggestion):
    validator = builtin("PhytoFlow")
    cells = {"sample_id": "s", "genome_type": "nuclear", "hifi_reads": "a.fq.gz", column: value}

    (error,) = validator.validate_row(cells).errors

    assert (error.column, error.value, error.suggestion) == (column, value, suggestion)
    if suggestion:
        assert validator.validate_row({**cells, column: suggestion}).valid


def test_a_windows_path_that_the_pattern_lets_through_is_a_warning():
    report = builtin("ReadQC").validate(read_sheet("sample_id\treads_1\na\tC:\\d\\x.fastq.gz\n"))

    (warning,) = report.warnings
    assert (warning.code, warning.line, warning.column) == ("windows_path", 2, "reads_1")
    assert warning.suggestion == "/d/x.fastq.gz"


TYPES = {
    "id": {"type": "string"},
    "n": {"type": "integer", "minimum": 1},
    "x": {"type": "number", "maximum": 100},
    "b": {"type": "boolean"},
    "either": {"anyOf": [{"type": "integer", "minimum": 5}, {"enum": ["auto", "none_at_all"]}]},
    "level": {"enum": [1, 2]},
    "free": {"type": ["string", "integer"]},
    "maybe": {"type": ["integer", "null"]},
}


@pytest.mark.parametrize(
    ("column", "value", "valid"),
    [
        *(("id", "001", True), ("id", "10E8", True), ("id", "true", True)),
        *(("n", "1", True), ("n", "+7", True), ("n", "0", False), ("n", "1.5", False)),
        *(("n", "1_0", False), ("n", "٣", False), ("n", "x", False), ("n", "9" * 5000, False)),
        *(("x", "1.5", True), ("x", "1e1", True), ("x", "inf", False), ("x", "1_0", False)),
        *(("x", "101", False), ("x", "1e999", False), ("x", ".5", True), ("x", "0,5", False)),
        *(("b", "TRUE", True), ("b", "false", True), ("b", "yes", False)),
        *(("either", "7", True), ("either", "auto", True), ("either", "4", False)),
        *(("either", "aut", False), ("level", "2", True), ("level", "3", False)),
        *(("free", "001", True), ("free", "x", True), ("maybe", "3", True), ("maybe", "x", False)),
    ],
)
def test_cells_are_typed_by_the_schema(column, value, valid):
    report = SheetValidator(rows_of(TYPES)).validate_row({"id": "s", column: value})

    assert report.valid is valid, report.errors
    assert report.rows[0].cells[column] == value
    if not valid:
        assert report.errors[0].column == column
        assert JARGON.search(report.errors[0].message) is None


@pytest.mark.parametrize(
    ("column", "value", "message", "suggestion"),
    [
        ("n", "1.5", "“1.5” in column n is not a whole number.", None),
        ("n", "5.0", "“5.0” in column n is not a whole number.", "5"),
        ("n", "0", "“0” in column n must be 1 or more.", None),
        ("x", "0,5", "“0,5” in column x is not a number.", "0.5"),
        ("b", "yes", "“yes” in column b is not true or false.", "true"),
        ("level", "3", "“3” in column level is not “1” or “2”.", None),
        ("maybe", "x", "“x” in column maybe is not a whole number.", None),
        (
            "either",
            "aut",
            "“aut” in column either is not a whole number, and is not “auto” or “none_at_all”.",
            "auto",
        ),
    ],
)
def test_messages_are_for_the_bench(column, value, message, suggestion):
    (error,) = SheetValidator(rows_of(TYPES)).validate_row({column: value}).errors

    assert (error.message, error.suggestion) == (message, suggestion)


@pytest.mark.parametrize(
    ("about", "value", "words"),
    [
        ({"pattern": r"^\S+\.f(ast)?q\.gz$"}, "a.bam", "must end in .fastq.gz or .fq.gz"),
        ({"pattern": r"^\S+$"}, "a b", "contains a blank"),
        ({"pattern": r"^[^\s]+$"}, "a b", "contains a blank"),
        ({"pattern": "^[0-9]{4}$"}, "x", "does not have the form"),
        ({"const": "x"}, "y", "must be “x”"),
        ({"minLength": 3}, "ab", "at least 3 characters"),
        ({"maxLength": 1}, "ab", "at most 1 characters"),
        ({"enum": []}, "ab", "left empty"),
        ({"type": "null"}, "ab", "left empty"),
        ({"not": {"const": "ab"}}, "ab", "not accepted"),
        (False, "ab", "must be empty here"),
        ({"enum": [f"c{i}" for i in range(300)]}, "zz", "one of 290 others"),
        (
            {"anyOf": [{"pattern": r"\.bam$"}, {"type": "string", "maxLength": 0}]},
            "x.sam",
            "must end in .bam",
        ),
    ],
)
def test_each_rule_has_its_own_words(about, value, words):
    schema = rows_of({"id": {"type": "string"}, "c": about})

    (error,) = SheetValidator(schema).validate_row({"id": "s", "c": value}).errors

    assert words in error.message
    assert JARGON.search(error.message) is None
    assert len(error.message) < 300


def test_the_authors_own_message_is_used_without_its_expressions():
    about = {"pattern": "^[a-z]+$", "errorMessage": "Must be letters; Regex: '^[a-z]+$'"}

    (error,) = SheetValidator(rows_of({"c": about})).validate_row({"c": "7"}).errors

    assert error.message == "c, “7”: Must be letters."


def test_the_authors_own_message_is_put_in_plain_words():
    about = {"pattern": "^[a-z]+$", "errorMessage": "Must be a string or an integer"}

    (error,) = SheetValidator(rows_of({"c": about})).validate_row({"c": "7"}).errors

    assert error.message == "c, “7”: Must be text or a whole number."


def test_an_authors_message_beside_a_reference_is_used():
    schema = rows_of({"c": {"$ref": "#/$defs/word", "errorMessage": "A word, please"}})
    schema["$defs"] = {"word": {"type": "string", "pattern": "^[a-z]+$"}}

    (error,) = SheetValidator(schema).validate_row({"c": "7"}).errors

    assert (error.code, error.message) == ("pattern", "c, “7”: A word, please.")


@pytest.mark.parametrize("items", [{"$ref": "#/$defs/row"}, {"allOf": [{"$ref": "#/$defs/row"}]}])
def test_references_inside_the_file_are_followed(items):
    schema = {
        "items": items,
        "$defs": {
            "row": {"properties": {"id": {"$ref": "#/$defs/name"}}, "required": ["id"]},
            "name": {"type": "integer"},
        },
    }

    assert found(judged(schema, "id\tx\na\t1\n\t2\n3\t3\n")) == [
        (2, "id", "type"),
        (3, "id", "required"),
    ]


@pytest.mark.parametrize("reference", ["#/$defs/nowhere", "https://example.org/other.json"])
def test_other_references_are_refused_and_never_fetched(reference):
    with pytest.raises(PipelineDefinitionError, match=r"\$ref"):
        SheetValidator(rows_of({"id": {"$ref": reference}}))


def test_one_of_says_only_one():
    schema = rows_of({"id": {}, "a": {}, "b": {}}, oneOf=[{"required": ["a"]}, {"required": ["b"]}])

    report = judged(schema, "id\ta\tb\n1\tx\ty\n2\t\t\n3\tx\t\n")

    assert found(report) == [(2, "b", "one_of"), (3, "a", "any_of")]
    assert report.errors[0].message == "Only one of these may be filled: a or b."
    assert report.errors[1].message == "Exactly one of these must be filled: a or b."


def test_alternatives_of_rows_say_what_each_misses():
    paired = {"properties": {"kind": {"const": "paired"}}, "required": ["r2"]}
    single = {"properties": {"kind": {"const": "single"}}}
    schema = rows_of({"kind": {}, "r2": {}}, anyOf=[paired, single])

    (error,) = judged(schema, "kind\tr2\nsingle\t\npaired\t\n").errors

    assert (error.line, error.code) == (3, "any_of")
    assert "The cell r2 is empty" in error.message
    assert "“single”" in error.message


def test_cells_that_exclude_each_other():
    schema = rows_of({"id": {}, "a": {}, "b": {}}, **{"not": {"required": ["a", "b"]}})

    (error,) = judged(schema, "id\ta\tb\n1\tx\ty\n").errors

    assert (error.line, error.column) == (2, "b")
    assert error.message == "a and b may not be filled in the same row."


def test_if_then_else():
    schema = rows_of(
        {"id": {}, "kind": {}, "r2": {}},
        **{
            "if": {"properties": {"kind": {"const": "paired"}}, "required": ["kind"]},
            "then": {"required": ["r2"]},
            "else": {"properties": {"r2": False}},
        },
    )

    report = judged(schema, "id\tkind\tr2\n1\tpaired\t\n2\tsingle\tx\n3\tsingle\t\n")

    assert found(report) == [(2, "r2", "required"), (3, "r2", "must_be_empty")]


def test_columns_that_are_forbidden_are_told_once():
    schema = rows_of({"id": {}, "reads": {}}, additionalProperties=False)

    report = judged(schema, "id\tReads\n" + "a\tb\n" * 20)

    assert found(report) == [(1, "Reads", "unknown_column")]
    assert (report.errors[0].suggestion, report.warnings) == ("reads", ())


def test_draft_7_dependencies_and_nf_validations_keywords():
    schema = rows_of(
        {
            "id": {"unique": ["lane"]},
            "lane": {},
            "r1": {"unique": True},
            "r2": {"dependentRequired": ["r1"]},
            "bam": {},
        },
        dependencies={"bam": ["lane"], "lane": {"required": ["r1"]}},
        **{"$schema": DRAFT_7},
    )

    report = judged(
        schema,
        "id\tlane\tr1\tr2\tbam\na\t1\tx\t\t\na\t1\ty\t\t\nb\t\tx\t\t\nc\t\t\tz\t\nd\t\t\t\tm\ne\t2\t\t\t\n",
    )

    assert found(report) == [
        (3, "id", "not_unique"),
        (4, "r1", "not_unique"),
        (5, "r1", "dependent_required"),
        (6, "lane", "dependent_required"),
        (7, "r1", "required"),
    ]


def test_outdated_columns():
    schema = rows_of({"id": {}, "old": {"deprecated": True, "errorMessage": "Use new"}})

    report = judged(schema, "id\told\na\t\nb\tx\n")

    assert found(report) == [(3, "old", "deprecated")]
    assert "Use new." in report.errors[0].message
    assert [(each.code, each.column) for each in report.warnings] == [("deprecated", "old")]
    assert [each.code for each in judged(schema, "id\told\na\t\n").errors] == []


def test_unique_combinations_name_a_column_and_the_other_line():
    schema = rows_of({"id": {}, "lane": {}}, uniqueEntries=["id", "lane"])

    report = judged(schema, "id\tlane\na\t1\na\t2\n\na\t1\nb\t\nb\t\n\t\n")

    assert found(report) == [(5, "lane", "not_unique"), (7, "id", "not_unique")]
    assert "line 2" in report.errors[0].message


def test_the_same_row_twice_names_the_sample():
    report = judged(
        {**rows_of({"x": {}, "id": {}}), "uniqueItems": True}, "x\tid\n1\ta\n1\ta\n1\tb\n"
    )

    assert found(report) == [(3, "id", "not_unique")]
    assert report.errors[0].value == "a"


def test_a_data_frame_has_rows_and_no_lines():
    import pandas as pd

    frame = pd.DataFrame({"sample_id": ["a", "a"], "reads_1": ["x.fq", "y.bam"]})

    report = builtin("ReadQC").validate(read_dataframe(frame))

    assert [(each.line, each.row, each.code) for each in report.errors] == [
        (None, 2, "not_unique"),
        (None, 2, "pattern"),
    ]
    assert "row 1" in report.errors[0].message


@pytest.mark.parametrize(
    ("limits", "rows", "expected"),
    [
        ({}, 0, "no_rows"),
        ({"minItems": 2}, 1, "too_few_rows"),
        ({"maxItems": 1}, 2, "too_many_rows"),
        ({"minItems": 1, "maxItems": 2}, 2, None),
    ],
)
def test_the_number_of_rows(limits, rows, expected):
    report = judged({**rows_of({"id": {}}), **limits}, "id\n" + "a\n" * rows)

    assert found(report) == ([(1, None, expected)] if expected else [])


def test_all_errors_are_counted_and_the_first_returned_in_order():
    text = "sample_id\treads_1\n" + "a b\tx.bam\n" * 10

    report = builtin("ReadQC").validate(read_sheet(text), max_errors=5)

    assert (report.error_count, len(report.errors)) == (29, 5)
    assert [each.line for each in report.errors] == [2, 2, 3, 3, 3]
    assert report.errors[0].suggestion == "a_b"


def test_a_sheets_own_errors_come_at_their_lines():
    text = "sample_id\treads_1\na b\tx.fq\nb\ty.fq\tsurplus\nc d\tz.fq\n"

    report = builtin("ReadQC").validate(read_sheet(text))

    assert [(line, code) for line, _, code in found(report)] == [
        (2, "pattern"),
        (3, "ragged_row"),
        (4, "pattern"),
    ]


def test_a_single_row_is_judged_without_lines():
    validator = builtin("ReadQC")

    report = validator.validate_row({" sample_id ": " a b ", "reads_2": "NA", "x": "1", "y": None})

    assert [(each.line, each.row, each.column, each.code) for each in report.errors] == [
        (None, 1, "sample_id", "pattern"),
        (None, 1, "reads_1", "required"),
    ]
    assert [(each.code, each.column) for each in report.warnings] == [("unknown_column", "x")]
    assert report.rows[0].cells == {"sample_id": "a b", "x": "1"}


def test_which_columns_name_files_and_of_which_kind():
    schema = rows_of(
        {
            "id": {"type": "string"},
            "reads": {"type": "string", "format": "file-path", "exists": True},
            "folder": {"anyOf": [{"format": "directory-path"}], "format": "directory-path"},
            "new": {"format": "file-path", "exists": False},
            "referred": {"$ref": "#/$defs/path"},
        }
    )
    schema["$defs"] = {"path": {"format": "path"}}

    assert SheetValidator(schema).file_columns == {
        "reads": "file-path",
        "folder": "directory-path",
        "referred": "path",
    }


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("sample_id|reads_1|reads_2\na|x.fq|y.fq\n", "separated by “|”. Separate columns by tabs"),
        ("sample_id reads_1  reads_2\na x.fq y.fq\n", "separated by blanks"),
        ("Sample ID | Forward | Anything\na | x.fq | y\n", "separated by “|”"),
        ("sample_id:reads_1\na:x.fq\n", "separated by “:”"),
        ("sample_id,reads_1;reads_2\na,x.fq;y.fq\n", "“reads_1;reads_2” holds several names, sep"),
        ("sample_id\treads_1,reads_2\na\tx.fq,y.fq\n", "separated by commas, where other cells a"),
    ],
)
def test_a_wrong_separator_is_the_only_error(text, says):
    report = builtin("ReadQC").validate(read_sheet(text))

    (error,) = report.errors
    assert (error.code, error.line, report.valid, report.error_count) == ("separator", 1, False, 1)
    assert says in error.message


@pytest.mark.parametrize("header", ["Sample ID\treads_1", "sample_id\tread file 1", "nothing"])
def test_a_name_of_several_words_is_no_wrong_separator(header):
    report = builtin("ReadQC").validate(read_sheet(f"{header}\na\tx.fq\n"))

    assert "separator" not in [error.code for error in report.errors]
