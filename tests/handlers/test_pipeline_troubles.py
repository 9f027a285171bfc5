"""Pipelines that cannot be used, or not everywhere, and what a lab sets for all of its runs."""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path

import pytest
from api import signed_in
from dropped_pipelines import add_pipeline
from rows import ended

from omnidomain_jupyter.pipelines.registry import PipelineRegistry
from omnidomain_jupyter.services.jobs import JobPlanner

SHEET = "sample_id\tshortreads_r1\ns1\treads/ggal_gut_1.fastq.gz\n"


@pytest.fixture
def broken(pipelines_path: Path) -> None:
    folder = pipelines_path / "Broken"
    folder.mkdir()
    (folder / "pipeline.toml").write_text('name = "Broken"\n')


async def test_a_broken_definition_is_told_to_who_submits_to_it(broken, jp_fetch, caplog):
    with caplog.at_level(logging.WARNING):
        api = await signed_in(jp_fetch, "ada@example.org")
    listed = (await api.get("pipelines")).data
    assert [each["name"] for each in listed["broken"]] == ["Broken"]
    assert "ReadQC" in [each["name"] for each in listed["pipelines"]]
    assert "the pipeline Broken cannot be used" in caplog.text
    for route in ("submissions", "samplesheets/validate"):
        refused = await api.post(route, {"pipeline": "Broken", "content": "sample_id\na\n"})
        assert refused.code == 422
        assert refused.data["errors"][0]["code"] == "broken_pipeline"
        assert "engine" in refused.data["message"]


async def test_a_program_that_is_not_installed_is_told_before_it_is_needed(
    api, reads, monkeypatch, tmp_path
):
    monkeypatch.setenv("PATH", str(tmp_path))
    body = {"pipeline": "FungalFlow", "content": SHEET}
    report = (await api.post("samplesheets/validate", body)).data
    assert report["valid"]
    (warning,) = report["warnings"]
    assert warning["code"] == "program_missing"
    assert "nextflow is not installed" in warning["message"]


@pytest.fixture
def nextflow(tmp_path: Path, monkeypatch) -> None:
    """A program of that name which prints its arguments."""
    program = tmp_path / "bin" / "nextflow"
    program.parent.mkdir()
    program.write_text(f"#!{sys.executable}\nimport json, sys\nprint(json.dumps(sys.argv[1:]))\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent))


@pytest.fixture
def databases(jp_server_config):
    """A server whose administrator has set where a reference database lies."""
    parameters = {"FungalFlow": {"busco_db": "/databases/busco 5"}}
    jp_server_config["OmniDomainApp"]["pipeline_parameters"] = parameters
    return jp_server_config


async def test_reference_databases_come_from_the_configuration(databases, nextflow, api, reads):
    created = await api.post("submissions", {"pipeline": "FungalFlow", "content": SHEET})
    assert created.code == 202, created.body
    page = await api.get("runs", params={"submission_id": created.data["submission_id"]})
    run = await ended(api, page.data["runs"][0]["run_id"])
    assert run["status"] == "COMPLETED", run
    arguments = json.loads((await api.get(f"runs/{run['run_id']}/logs")).data["lines"][0])
    assert arguments[arguments.index("--busco_db") + 1] == "/databases/busco 5"


NEEDY = """
name = "needy"
title = "Needy"
engine = "nextflow"
source = "me/needy"
required_parameters = ["kraken_db"]
[environment_parameters]
kraken_db = "LAB_KRAKEN_DB"
"""


@pytest.fixture
def needy(pipelines_path: Path) -> None:
    """A pipeline that cannot run without a database."""
    add_pipeline(pipelines_path, "needy", ["true"])
    (pipelines_path / "needy" / "pipeline.toml").write_text(NEEDY)


async def test_a_database_that_nobody_has_set_is_told_before_anything_is_stored(
    needy, nextflow, api, monkeypatch
):
    body = {"pipeline": "needy", "content": "sample_id\na\n"}
    report = (await api.post("samplesheets/validate", body)).data
    (error,) = report["errors"]
    assert (report["valid"], error["code"]) == (False, "parameter_missing")
    assert "kraken_db (or the environment variable LAB_KRAKEN_DB)" in error["message"]
    assert "c.OmniDomainApp.pipeline_parameters" in error["message"]

    row = {"pipeline": "needy", "sample_id": "a", "tsv_row": {"sample_id": "a"}}
    for refused in (await api.post("submissions", body), await api.post("runs", row)):
        assert refused.code == 422, refused.body
        assert refused.data["message"] == error["message"]
    assert (await api.get("runs")).data["runs"] == []

    monkeypatch.setenv("LAB_KRAKEN_DB", "/databases/kraken")
    created = await api.post("runs", row)
    assert created.code == 201, created.body
    run = await ended(api, created.data["run_id"])
    arguments = json.loads((await api.get(f"runs/{run['run_id']}/logs")).data["lines"][0])
    assert arguments[arguments.index("--kraken_db") + 1] == "/databases/kraken"


@pytest.fixture
def mistyped(jp_server_config):
    """A server whose administrator has mistyped a pipeline's name."""
    jp_server_config["OmniDomainApp"]["pipeline_parameters"] = {"FungalFow": {"db": "/db"}}
    return jp_server_config


async def test_a_parameter_of_a_pipeline_that_is_not_there_is_told_in_the_log(
    mistyped, jp_fetch, caplog
):
    with caplog.at_level(logging.WARNING):
        await signed_in(jp_fetch, "ada@example.org")
    assert "'FungalFow', and there is no such pipeline. Did you mean 'FungalFlow'?" in caplog.text


async def test_a_schema_that_refers_to_nothing_is_a_broken_pipeline(pipelines_path, api):
    add_pipeline(pipelines_path, "Torn", ["true"])
    schema = {"type": "array", "items": {"properties": {"sample_id": {"$ref": "#/$defs/no"}}}}
    (pipelines_path / "Torn" / "schema_input.json").write_text(json.dumps(schema))
    refused = await api.post("samplesheets/validate", {"pipeline": "Torn", "content": "sample_id"})
    assert (refused.code, refused.data["errors"][0]["code"]) == (422, "broken_pipeline")
    assert "items/properties/sample_id/$ref: there is no '#/$defs/no'" in refused.data["message"]


async def test_a_sample_without_a_name_or_with_too_long_a_name_is_an_error(pipelines_path, api):
    add_pipeline(pipelines_path, "Loose", ["true"])
    schema = {"type": "array", "items": {"properties": {"sample_id": {}, "x": {}}}}
    (pipelines_path / "Loose" / "schema_input.json").write_text(json.dumps(schema))
    content = f"sample_id\tx\n{'a' * 256}\t1\n\t2\n"
    refused = await api.post("submissions", {"pipeline": "Loose", "content": content})
    assert refused.code == 422, refused.body
    found = [(each["line"], each["code"]) for each in refused.data["errors"]]
    assert found == [(2, "too_long"), (3, "required")]

    for pipeline, header in (("Loose", "x"), ("ReadQC", "reads_1"), ("ReadQC", "sampel_id")):
        body = {"pipeline": pipeline, "content": f"{header}\n1\n2\n", "check_files": False}
        refused = await api.post("submissions", body)
        about = [each for each in refused.data["errors"] if "sample_id" in each["message"]]
        assert [each["code"] for each in about] == ["missing_column"], refused.data


def test_what_is_no_parameter_is_refused_by_its_name(tmp_path):
    with pytest.raises(ValueError, match=r"--resume.*FungalFlow"):
        JobPlanner(PipelineRegistry(), tmp_path, {"FungalFlow": {"--resume": "x"}})
