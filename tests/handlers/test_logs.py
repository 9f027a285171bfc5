"""Logs over HTTP: their end, and why a run failed.

On this machine, and on AWS Batch with two stand-ins for CloudWatch Logs: our own, and moto's.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from batch_api import BatchApi
from batch_api.moto_logs import moto_logs
from dropped_pipelines import add_pipeline
from rows import ended

NEXTFLOW = """N E X T F L O W  ~  version 24.04.4
ERROR ~ Error executing process > 'ASSEMBLE (a)'

Caused by:
  Process `ASSEMBLE (a)` terminated with an error exit status (137)

Command executed:

  spades.py

Command exit status:
  137

Command error:
  Killed

Work dir:
  /work/ab/cdef

 -- Check '.nextflow.log' file for details
"""
PLAIN = "".join(f"line {number}\n" for number in range(100)) + "the genome is missing\n"
COLOURED = "\x1b[1;31mred\x1b[0m\tand a bar: 10%\x1b[A\n\x1b]0;a title\x07plain [0m\n"


@pytest.fixture(params=["local", "aws_batch", "moto"])
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def batch(kind, tmp_path, monkeypatch) -> Iterator[BatchApi | None]:
    if kind == "local":
        yield None
        return
    with BatchApi() as api, ExitStack() as stack:
        logs_url = api.url
        if kind == "moto":
            api.logs = stack.enter_context(moto_logs())
            logs_url = api.logs.url
        for name, value in {
            "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS": logs_url,
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": str(tmp_path / "none"),
            "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "none"),
        }.items():
            monkeypatch.setenv(name, value)
        yield api


@pytest.fixture
def jp_server_config(jp_server_config, pipelines_path: Path, tmp_path: Path, batch):
    for name, text in {"Workflow": NEXTFLOW, "Plain": PLAIN, "Coloured": COLOURED}.items():
        script = tmp_path / f"{name}.py"
        script.write_text(f"import sys\nprint({text!r}, end='')\nsys.exit(1)\n")
        add_pipeline(pipelines_path, name, [sys.executable, str(script)])
    if batch is not None:
        jp_server_config["OmniDomainApp"].update(
            compute_backend="aws_batch",
            batch_endpoint_url=batch.url,
            batch_job_queue="queue",
            batch_job_definition="definition",
            base_outdir="s3://lab/results",
        )
    return jp_server_config


async def failed(api, batch: BatchApi | None, pipeline: str, text: str, **end) -> dict:
    """Return a run that has printed a text and failed."""
    body = {"pipeline": pipeline, "sample_id": "a", "tsv_row": {"sample_id": "a"}}
    created = await api.post("runs", body)
    assert created.code == 201, created.body
    if batch is not None:
        job_id = created.data["job_id"]
        batch.jobs.move(job_id, "RUNNING")
        batch.logs.write(batch.jobs[job_id].log_stream, *text.splitlines())
        batch.jobs.end(job_id, **{"exit_code": 1, **end})
    return await ended(api, created.data["run_id"])


async def test_the_error_of_nextflow_is_the_reason(api, batch):
    run = await failed(api, batch, "Workflow", NEXTFLOW)
    assert run["status"] == "FAILED"
    assert run["status_reason"].startswith(
        "The step ASSEMBLE (a) failed. Exit code 137: ended by signal 9 (SIGKILL), most often "
        "because memory ran out. It said: Killed"
    )
    assert "Exit code 1." in run["status_reason"]
    assert ".nextflow.log" not in run["status_reason"]
    failure = (await api.get(f"runs/{run['run_id']}/failure")).data
    assert failure["process"] == "ASSEMBLE (a)"
    assert (failure["exit_status"], failure["work_directory"]) == (137, "/work/ab/cdef")
    assert (failure["exit_code"], failure["meaning"]) == (1, "Exit code 1.")
    assert failure["error_lines"][0] == "ERROR ~ Error executing process > 'ASSEMBLE (a)'"
    assert failure["error_lines"][-1].strip() == "/work/ab/cdef"
    assert failure["last_lines"][-1] == " -- Check '.nextflow.log' file for details"


async def test_the_last_words_of_any_other_program_are_the_reason(api, batch):
    run = await failed(api, batch, "Plain", PLAIN)
    assert run["status_reason"].startswith("Exit code 1.")
    assert run["status_reason"].endswith(
        "Its last words: the genome is missing (before: line 98 | line 99)"
    )
    assert run["status_reason"].count("the genome is missing") == 1
    failure = (await api.get(f"runs/{run['run_id']}/failure")).data
    assert (failure["summary"], failure["error_lines"]) == (None, [])
    assert failure["last_lines"] == PLAIN.splitlines()[-20:]


async def test_the_end_of_a_log(api, batch):
    run = await failed(api, batch, "Plain", PLAIN)
    route = f"runs/{run['run_id']}/logs"
    end = (await api.get(route, params={"tail": "3"})).data
    assert end["lines"] == ["line 98", "line 99", "the genome is missing"]
    assert (await api.get(route, params={"cursor": end["next_cursor"]})).data["lines"] == []
    first = (await api.get(route, params={"limit": "2"})).data
    assert first["lines"] == ["line 0", "line 1"]
    both = (await api.get(route, params={"tail": "3", "cursor": first["next_cursor"]})).data
    assert both["lines"][0] == "line 2", "a cursor says more than how much of the end is wanted"
    for bad in ("0", "-1", "10001", "x"):
        assert (await api.get(route, params={"tail": bad})).code == 422


async def test_what_was_for_a_terminal_is_left_out(api, batch):
    run = await failed(api, batch, "Coloured", COLOURED)
    lines = ["red\tand a bar: 10%", "plain [0m"]
    route = f"runs/{run['run_id']}/logs"
    assert (await api.get(route)).data["lines"] == lines
    assert (await api.get(route, params={"tail": "2"})).data["lines"] == lines
    assert (await api.get(f"runs/{run['run_id']}/failure")).data["last_lines"] == lines


async def test_a_run_that_has_not_failed_has_no_failure(api, batch, pipelines_path):
    add_pipeline(pipelines_path, "Fine", ["echo", "all is well"])
    body = {"pipeline": "Fine", "sample_id": "a", "tsv_row": {"sample_id": "a"}}
    created = (await api.post("runs", body)).data
    run_id = created["run_id"]
    if batch is not None:
        batch.jobs.move(created["job_id"], "RUNNING")
        batch.logs.write(batch.jobs[created["job_id"]].log_stream, "all is well")
        batch.jobs.end(created["job_id"])
    run = await ended(api, run_id)
    assert run["status"] == "COMPLETED"
    assert run["status_reason"] is None
    failure = (await api.get(f"runs/{run_id}/failure")).data
    assert (failure["meaning"], failure["summary"]) == (None, None)
    assert failure["last_lines"] == ["all is well"]


class TestOnBatch:
    """What only AWS Batch does."""

    @pytest.fixture(params=["aws_batch", "moto"])
    def kind(self, request):
        return request.param

    async def test_a_machine_that_was_taken_away(self, api, batch):
        run = await failed(
            api,
            batch,
            "Plain",
            "half-way\n",
            exit_code=None,
            status_reason="Host EC2 (instance i-0123456789abcdef0) terminated.",
        )
        assert run["status_reason"].startswith("AWS took the machine away")
        assert run["status_reason"].endswith("Its last words: half-way")

    async def test_out_of_memory(self, api, batch):
        run = await failed(api, batch, "Plain", "", exit_code=137)
        assert "memory ran out" in run["status_reason"]

    @pytest.mark.parametrize("prints", [True, False])
    async def test_a_job_died_of_what_its_last_attempt_died_of(self, api, batch, prints):
        body = {"pipeline": "Plain", "sample_id": "a", "tsv_row": {"sample_id": "a"}}
        created = (await api.post("runs", body)).data
        job = batch.jobs[created["job_id"]]
        job.request["retryStrategy"] = {"attempts": 2}
        batch.jobs.move(job.job_id, "RUNNING")
        batch.logs.write(job.log_stream, *NEXTFLOW.splitlines())
        batch.jobs.end(job.job_id, 1)
        if prints:
            batch.jobs.move(job.job_id, "RUNNING")
            batch.logs.write(job.log_stream, *NEXTFLOW.replace("ASSEMBLE", "ANNOTATE").splitlines())
            batch.jobs.end(job.job_id, 1)
        else:
            batch.jobs.end(job.job_id, None, reason="CannotPullContainerError: not found")
        run = await ended(api, created["run_id"])
        failure = (await api.get(f"runs/{run['run_id']}/failure")).data
        if prints:
            assert run["status_reason"].startswith("The step ANNOTATE (a) failed.")
            assert failure["process"] == "ANNOTATE (a)"
        else:
            assert "CannotPullContainerError" in run["status_reason"]
            assert (failure["process"], failure["last_lines"]) == (None, [])
        assert "ASSEMBLE" not in f"{run['status_reason']} {failure['error_lines']}"
        log = (await api.get(f"runs/{run['run_id']}/logs", params={"tail": "100"})).data
        assert any("ASSEMBLE" in line for line in log["lines"]), "the log has all attempts"

    async def test_the_log_of_a_run_that_batch_has_forgotten(self, api, batch):
        run = await failed(api, batch, "Plain", PLAIN)
        batch.jobs.forget(run["job_id"])
        route = f"runs/{run['run_id']}/logs"
        assert (await api.get(route)).data["lines"] == PLAIN.splitlines()
        end = (await api.get(route, params={"tail": "1"})).data
        assert end["lines"] == ["the genome is missing"]
        assert (await api.get(route, params={"cursor": end["next_cursor"]})).data["lines"] == []

    async def test_words_that_come_late_are_in_the_reason_too(self, api, batch, monkeypatch):
        monkeypatch.setattr("omnidomain_jupyter.services.last_words.ASK_AGAIN_S", (0.0, 0.5, 60.0))
        run = await failed(api, batch, "Workflow", "N E X T F L O W", exit_code=1)
        assert run["status_reason"] == "Exit code 1. Its last words: N E X T F L O W"
        stream = batch.jobs[run["job_id"]].log_stream
        batch.logs.write(stream, *NEXTFLOW.splitlines())
        async with asyncio.timeout(60):
            while "It said: Killed" not in run["status_reason"]:
                await asyncio.sleep(0.1)
                run = (await api.get(f"runs/{run['run_id']}")).data
        assert run["status_reason"].startswith("The step ASSEMBLE (a) failed. Exit code 137")

    async def test_a_log_that_cannot_be_read_hides_no_failure(self, api, batch, monkeypatch):
        monkeypatch.setenv("AWS_ENDPOINT_URL_CLOUDWATCH_LOGS", "http://127.0.0.1:9")
        run = await failed(api, batch, "Plain", PLAIN, exit_code=139)
        assert (run["status"], run["exit_code"]) == ("FAILED", 139)
        assert "the program crashed" in run["status_reason"]
