from __future__ import annotations

import shutil

import pytest

from omnidomain_jupyter.pipelines.definition import PipelineDefinitionError, load_definition

MINIMAL = 'name = "mine"\ntitle = "Mine"\nengine = "nextflow"\nsource = "me/mine"\n'
COMMAND = 'name = "mine"\nengine = "command"\n'


def sheet_of(about):
    """Return the schema of a sheet with a column `x`."""
    properties = {"sample_id": {"type": "string"}, "x": about}
    return {"type": "array", "items": {"type": "object", "properties": properties}}


def test_the_smallest_definition_takes_an_nf_core_schema_as_it_is(shared_data, tmp_path):
    schema = shared_data / "samplesheets" / "taxprofiler" / "schema_input.json"
    shutil.copy(schema, tmp_path / "schema_input.json")
    (tmp_path / "pipeline.toml").write_text(
        'name = "taxprofiler"\n'
        'title = "nf-core/taxprofiler"\n'
        'engine = "nextflow"\n'
        'source = "nf-core/taxprofiler"\n'
        'revision = "1.2.0"\n'
        'granularity = "sheet"       # one job for the whole sheet; "row": one job per row\n'
        'sample_column = "sample"    # which column names the sample; default "sample_id"\n'
    )

    pipeline = load_definition(tmp_path)

    assert pipeline.name == "taxprofiler"
    assert pipeline.title == "nf-core/taxprofiler"
    assert pipeline.revision == "1.2.0"
    assert pipeline.granularity == "sheet"
    assert pipeline.sample_column == "sample"
    assert [column.name for column in pipeline.columns] == [
        *("sample", "run_accession", "instrument_platform", "fastq_1", "fastq_2", "fasta")
    ]
    assert [column.name for column in pipeline.columns if column.required] == [
        *("sample", "run_accession", "instrument_platform")
    ]
    assert pipeline.file_columns == {"fastq_1", "fastq_2", "fasta"}
    assert "ILLUMINA" in pipeline.columns[2].allowed_values
    assert pipeline.cost_range({"sample": "a"}) is None


def test_defaults(write_pipeline):
    pipeline = load_definition(write_pipeline())

    assert (pipeline.granularity, pipeline.sample_column) == ("row", "sample_id")
    assert (pipeline.revision, pipeline.profile, pipeline.description) == (None, None, "")
    assert pipeline.resources.cpus is None


def test_a_file_with_a_byte_order_mark_is_read(write_pipeline):
    assert load_definition(write_pipeline("\ufeff" + MINIMAL)).name == "mine"


@pytest.mark.parametrize(
    ("toml", "expected"),
    [
        ('title = "x"', "name: is missing"),
        (MINIMAL.replace('"mine"', '"my pipeline"', 1), "name: 'my pipeline'"),
        (MINIMAL.replace('"mine"', "5", 1), "name: must be a text in quotes, and is 5"),
        (MINIMAL.replace('"nextflow"', '"snakemake"'), "engine: 'snakemake' is not one of"),
        (MINIMAL.replace('"nextflow"', '"nextfow"'), "did you mean 'nextflow'?"),
        (MINIMAL.replace('source = "me/mine"', ""), "source: is missing"),
        (MINIMAL.replace('"me/mine"', '"-with-tower"'), "source: '-with-tower' would be"),
        (MINIMAL + 'revision = "-c"', "revision: '-c' would be taken for an option"),
        (MINIMAL + 'profile = "-c"', "profile: '-c' would be taken for an option"),
        (MINIMAL + "profile = 1", "profile: must be a text in quotes or a table"),
        (MINIMAL + 'granularity = "rows"', "did you mean 'row'?"),
        (MINIMAL + 'revison = "1"', "revison: there is no such key; did you mean 'revision'?"),
        (MINIMAL + 'sample_column = "sample"', "sample_column: the schema has no column 'sample'"),
        (MINIMAL + '[parameters]\nread = "x"', "parameters.read: the schema has no such column"),
        (MINIMAL + '[parameters]\nreads = "-x"', "parameters.reads: '-x' is not a parameter's"),
        (MINIMAL + "[parameters]\nreads = true", "parameters.reads: must be a parameter's name"),
        (MINIMAL + '[fixed_parameters]\n"a b" = 1', "fixed_parameters.a b: 'a b' is not"),
        (MINIMAL + 'required_parameters = ["--db"]', "required_parameters: '--db' is not a param"),
        (COMMAND + 'command = ["ls"]\nrequired_parameters = ["db"]', 'is for engine = "nextflow"'),
        (MINIMAL + "[environment_parameters]\ndb = 1", "environment_parameters.db: must be a text"),
        (MINIMAL + 'outdir_parameter = "a b"', "outdir_parameter: 'a b' is not a parameter's name"),
        (MINIMAL + "[[cost]]\nlow = 1", "cost[1].high: is missing"),
        (MINIMAL + "[[cost]]\nlow = 3\nhigh = 1", "cost[1].high: 1.0 is less than low, 3.0"),
        (MINIMAL + "[[cost]]\nlow = -1\nhigh = 1", "cost[1].low: must be a number of at least 0"),
        (MINIMAL + "[[cost]]\nlow = nan\nhigh = 1", "cost[1].low: must be a number"),
        (MINIMAL + '[[cost]]\nlow = 0\nhigh = 1\ncolumns = ["x"]', "cost[1].columns: the schema"),
        (MINIMAL + "[cost]\nlow = 0", "cost: must be a list"),
        (MINIMAL + "cost = [1]", "cost: must be written as [[cost]] tables"),
        (MINIMAL + '[resources]\ncpus = "2"', "resources.cpus: must be a whole number or a number"),
        (MINIMAL + "[resources]\ncpus = true", "resources.cpus: must be a whole number"),
        (MINIMAL + '[[example]]\nx = "1"', "example[1].x: the schema has no such column"),
        (MINIMAL + 'command = ["x"]', 'command: is for engine = "command" only'),
        (COMMAND, "command: is missing"),
        (COMMAND + "command = []", "command: is missing"),
        (COMMAND + 'command = "ls -l"', "command: must be a list"),
        (COMMAND + 'command = ["ls", 1]', "command: 1 is not a text"),
        (COMMAND + 'command = ["ls", []]', "command: [] is not a text"),
        (COMMAND + 'command = ["ls", "{raeds}"]', "there is no column or value called 'raeds'"),
        (COMMAND + 'command = ["ls", "{reads"]', "a single '{'; a brace is written '{{'"),
        (COMMAND + 'command = ["{reads}"]', "the program, may not hold a placeholder"),
        ("name = ", "this is not TOML"),
    ],
)
def test_a_fault_in_the_toml_is_said_with_file_and_key(write_pipeline, toml, expected):
    folder = write_pipeline(toml)

    with pytest.raises(PipelineDefinitionError) as caught:
        load_definition(folder)

    assert str(folder / "pipeline.toml") in caught.value.message
    assert expected in caught.value.message


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ("{", "this is not JSON"),
        ("[" * 100_000, "this is not JSON"),
        ("[]", "a schema is a JSON object"),
        (sheet_of({"$ref": "#/$defs/no"}), "items/properties/x/$ref: there is no '#/$defs/no'"),
        (sheet_of({"anyOf": [{"$ref": "https://example.org/a.json"}]}), "x/anyOf/0/$ref: there is"),
        (sheet_of({"$ref": "#/items/properties/x"}), "$ref: a reference leads back to itself"),
        ({"type": "array"}, "the schema names no columns"),
        ({"type": "arry", "items": {"properties": {"sample_id": {}}}}, "type: 'arry' is not valid"),
        (
            {"items": {"properties": {"sample_id": {"pattern": "("}}}},
            "items/properties/sample_id/pattern: '(' is not a regular expression",
        ),
        (
            {"items": {"properties": {"sample_id": {"pattern": "a{99999999999999999999}"}}}},
            "the repetition number is too large",
        ),
    ],
)
def test_a_fault_in_the_schema_is_said_with_file_and_place(write_pipeline, schema, expected):
    folder = write_pipeline(schema=schema)

    with pytest.raises(PipelineDefinitionError) as caught:
        load_definition(folder)

    assert str(folder / "schema_input.json") in caught.value.message
    assert expected in caught.value.message


@pytest.mark.parametrize("name", ["pipeline.toml", "schema_input.json"])
def test_a_file_that_is_missing_or_no_text_is_said(write_pipeline, name):
    folder = write_pipeline()
    (folder / name).write_bytes(b"\xff\xfe\x00junk")
    with pytest.raises(PipelineDefinitionError, match=f"{name}: the file cannot be read"):
        load_definition(folder)

    (folder / name).unlink()
    with pytest.raises(PipelineDefinitionError, match=f"{name}: the file is missing"):
        load_definition(folder)


def test_columns_are_found_through_references_and_combined_schemas(write_pipeline):
    folder = write_pipeline(
        schema={
            "$schema": "http://json-schema.org/draft-07/schema",
            "definitions": {
                "file": {"type": "string", "format": "file-path"},
                "row": {
                    "properties": {"sample_id": {}, "reads": {"$ref": "#/definitions/file"}},
                    "allOf": [{"properties": {"more": {"enum": ["a", 1]}}, "required": ["more"]}],
                },
            },
            "items": {"$ref": "#/definitions/row"},
        }
    )

    columns = load_definition(folder).columns

    assert [(each.name, each.required, each.is_file) for each in columns] == [
        *(("sample_id", False, False), ("reads", False, True), ("more", True, False))
    ]
    assert columns[2].allowed_values == ["a", "1"]
