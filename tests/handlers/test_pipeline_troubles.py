"""Pipelines that cannot be used, or not everywhere, and what a lab sets for all of its runs."""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path

import pytest
from api import signed_in
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


def test_what_is_no_parameter_is_refused_by_its_name(tmp_path):
    with pytest.raises(ValueError, match=r"--resume.*FungalFlow"):
        JobPlanner(PipelineRegistry(), tmp_path, {"FungalFlow": {"--resume": "x"}})
