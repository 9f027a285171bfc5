from __future__ import annotations

import os

import pytest

from omnidomain_jupyter.errors import NotFoundError
from omnidomain_jupyter.pipelines.registry import PipelineRegistry

BUILT_IN = ["FungalFlow", "NextAMR", "PhytoFlow", "ReadQC"]
MINE = 'name = "{}"\ntitle = "{}"\nengine = "nextflow"\nsource = "me/mine"\n'


def names(registry):
    return [pipeline.name for pipeline in registry.list()]


def later(path):
    """Moves a file's time on: a second write may fall into the same tick of the clock."""
    status = path.stat()
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns + 1_000_000_000))


def test_the_built_in_pipelines_are_there():
    registry = PipelineRegistry()

    assert names(registry) == BUILT_IN
    assert registry.broken == ()
    assert registry.notes == ()
    assert registry.get("ReadQC").title == "Read quality"


def test_an_unknown_pipeline_is_said_with_the_nearest_name():
    with pytest.raises(NotFoundError, match=r"no pipeline 'readqc'. Did you mean 'ReadQC'\?"):
        PipelineRegistry().get("readqc")
    with pytest.raises(NotFoundError, match=r"no pipeline '\.\./\.\./etc'"):
        PipelineRegistry().get("../../etc")


def test_a_folder_dropped_in_is_found_and_one_taken_away_is_gone(write_pipeline, tmp_path):
    registry = PipelineRegistry([tmp_path])
    assert names(registry) == BUILT_IN

    folder = write_pipeline(MINE.format("mine", "Mine"))
    assert registry.get("mine").directory == folder

    (folder / "pipeline.toml").unlink()
    (folder / "schema_input.json").unlink()
    assert names(registry) == BUILT_IN


def test_a_changed_definition_is_read_again_and_an_unchanged_one_is_not(write_pipeline, tmp_path):
    registry = PipelineRegistry([tmp_path])
    folder = write_pipeline(MINE.format("mine", "First"))
    first = registry.get("mine")
    assert registry.get("mine") is first

    write_pipeline(MINE.format("mine", "Second"))
    later(folder / "pipeline.toml")
    assert registry.get("mine").title == "Second"

    (folder / "schema_input.json").write_text('{"items": {"properties": {"sample_id": {}}}}')
    later(folder / "schema_input.json")
    assert [column.name for column in registry.get("mine").columns] == ["sample_id"]


def test_a_broken_definition_is_reported_and_the_others_work(write_pipeline, tmp_path):
    write_pipeline(MINE.format("good", "Good"), folder="good")
    write_pipeline('name = "bad"\nengine = "x"', folder="bad")
    registry = PipelineRegistry([tmp_path])

    assert names(registry) == sorted([*BUILT_IN, "good"], key=str.casefold)
    ((name, message),) = registry.broken
    assert name == "bad"
    assert "pipeline.toml: engine: 'x' is not one of" in message
    with pytest.raises(NotFoundError, match=r"The pipeline 'bad' cannot be used: .*engine"):
        registry.get("bad")


@pytest.mark.parametrize("rest", ['engine = "x"', "engine = "])
def test_a_broken_definition_goes_by_its_name_and_not_by_its_folders(
    write_pipeline, tmp_path, rest
):
    write_pipeline(f'title = "T"\nname = "good"\n{rest}', folder="nf-core-good")
    registry = PipelineRegistry([tmp_path])

    assert [name for name, _ in registry.broken] == ["good"]
    with pytest.raises(NotFoundError, match=r"The pipeline 'good' cannot be used"):
        registry.get("good")


def test_the_built_in_pipeline_does_not_stand_in_for_a_broken_one(write_pipeline, tmp_path):
    write_pipeline('name = "FungalFlow"\nengine = "nextflwo"', folder="ours")
    registry = PipelineRegistry([tmp_path])

    assert "FungalFlow" not in names(registry)
    with pytest.raises(NotFoundError, match=r"FungalFlow' cannot be used: .*nextflwo"):
        registry.get("FungalFlow")


def test_a_broken_copy_takes_nothing_from_the_one_beside_it(write_pipeline, tmp_path):
    write_pipeline('name = "mine"\nengine = "x"', folder="a_copy")
    folder = write_pipeline(MINE.format("mine", "Mine"))

    assert PipelineRegistry([tmp_path]).get("mine").directory == folder


def test_a_repaired_definition_works(write_pipeline, tmp_path):
    registry = PipelineRegistry([tmp_path])
    folder = write_pipeline("name = ")
    assert len(registry.broken) == 1

    write_pipeline(MINE.format("mine", "Mine"))
    later(folder / "pipeline.toml")

    assert registry.broken == ()
    assert registry.get("mine").title == "Mine"


def test_a_configured_pipeline_goes_before_a_built_in_one_of_its_name(write_pipeline, tmp_path):
    folder = write_pipeline(MINE.format("ReadQC", "Ours"))
    registry = PipelineRegistry([tmp_path])

    assert registry.get("ReadQC").title == "Ours"
    assert registry.notes == (
        ("ReadQC", f"ReadQC: {folder} is used instead of the built-in pipeline"),
    )
    assert registry.broken == ()


def test_the_earlier_of_two_configured_folders_wins(write_pipeline, tmp_path):
    write_pipeline(MINE.format("mine", "First"), folder="one")
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    (tmp_path / "one").rename(tmp_path / "a" / "one")
    write_pipeline(MINE.format("mine", "Second"), folder="two")
    (tmp_path / "two").rename(tmp_path / "b" / "two")

    registry = PipelineRegistry([tmp_path / "a", tmp_path / "b"])

    assert registry.get("mine").title == "First"
    assert registry.notes[0][0] == "mine"


def test_a_configured_folder_that_is_not_there_is_reported(tmp_path):
    registry = PipelineRegistry([tmp_path / "nowhere"])

    assert names(registry) == BUILT_IN
    ((name, message),) = registry.broken
    assert name == str(tmp_path / "nowhere")
    assert "No such file or directory" in message


def test_other_files_and_folders_are_nobodys_business(tmp_path):
    (tmp_path / "README.md").write_text("hello")
    (tmp_path / "notes").mkdir()
    (tmp_path / ".git").mkdir()

    registry = PipelineRegistry([tmp_path])

    assert names(registry) == BUILT_IN
    assert registry.broken == ()


def test_a_schema_without_its_toml_is_reported(write_pipeline, tmp_path):
    (write_pipeline() / "pipeline.toml").unlink()

    ((name, message),) = PipelineRegistry([tmp_path]).broken

    assert name == "mine"
    assert "pipeline.toml: the file is missing" in message
