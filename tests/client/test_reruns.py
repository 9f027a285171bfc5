"""What a script does with runs that did not go well, and what it is told of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from client.live_server import live_server

import omnidomain_jupyter
from omnidomain_jupyter._submission import Submission
from omnidomain_jupyter.client import Client, RejectedSheetError, connect
from omnidomain_jupyter.errors import ConflictError
from omnidomain_jupyter.schemas import Submission as SubmissionModel
from omnidomain_jupyter.status import RunStatus

FAILING = """
name = "Failing"
title = "Fails"
engine = "command"
command = ["false", "{sample_id}"]
"""
SCHEMA = '{"type": "array", "items": {"properties": {"sample_id": {"type": "string"}}}}'


@pytest.fixture(scope="module")
def failing(tmp_path_factory):
    home = tmp_path_factory.mktemp("failing")
    folder = home / "pipelines" / "Failing"
    folder.mkdir(parents=True)
    (folder / "pipeline.toml").write_text(FAILING)
    (folder / "schema_input.json").write_text(SCHEMA)
    broken = home / "pipelines" / "Broken"
    broken.mkdir()
    (broken / "pipeline.toml").write_text("name = 3\n")
    path = f"--OmniDomainApp.pipelines_path={home / 'pipelines'}"
    with live_server(home, path) as server:
        yield connect(server.url, server.token, "ada@example.org")


def test_a_failed_run_is_resumed(failing: Client):
    submission = failing.submit("sample_id\na\nb\n", "Failing").wait(60, progress=False)
    run = failing.run(submission.runs()["run_id"][0])
    assert run.status is RunStatus.FAILED
    resumed = run.resume()
    assert resumed.run_id != run.run_id
    assert str(resumed.model.parent_run_id) == run.run_id
    assert resumed.wait(60, progress=False).status is RunStatus.FAILED


def test_the_failed_rows_of_a_sheet_are_submitted_again(failing: Client):
    first = failing.submit("sample_id\nc\nd\n", "Failing").wait(60, progress=False)
    second = first.resubmit()
    assert second.submission_id != first.submission_id
    assert second.total == 2
    assert second.wait(60, progress=False).progress == 1


def test_a_sheet_is_cancelled(client: Client, sheet: str):
    submission = client.submit(sheet, "ReadQC")
    assert submission.cancel().submission_id == submission.submission_id
    submission.wait(60, progress=False)
    with_nothing_failed = {"COMPLETED", "CANCELLED"}
    assert set(submission.runs()["status"]) <= with_nothing_failed


def test_what_went_well_is_not_run_again(client: Client, sheet: str):
    submission = client.submit(sheet, "ReadQC").wait(120, progress=False)
    with pytest.raises(ConflictError, match="nothing to resume"):
        client.run(submission.runs()["run_id"][0]).resume()
    with pytest.raises(ConflictError, match="No row"):
        submission.resubmit()


def test_refused_rows_are_told(client: Client, sheet: str):
    # The backend that runs here refuses nothing: its answer is made up.
    submission = client.submit(sheet, "ReadQC").wait(120, progress=False)
    assert submission.rejected.empty
    rows = [{"row": 2, "line": 3, "sample_id": "b", "reason": "The queue is closed."}]
    fields = submission.model.model_dump() | {"rejected": rows}
    told = Submission(
        client._transport,
        client.hints,
        SubmissionModel.model_validate(fields),
        client._of_submission,
    )
    assert list(told.rejected["reason"]) == ["The queue is closed."]
    assert "1 not accepted" in repr(told)
    assert "The queue is closed." in told._repr_html_()
    assert "Line 3, b: The queue is closed." in told._refusals()


def test_broken_pipelines_are_listed_with_the_reason(failing: Client):
    found = failing.pipelines().set_index("name")["broken"]
    assert found["ReadQC"] == ""
    assert "name" in found["Broken"]


def test_a_misspelt_pipeline_is_recognised(client: Client):
    with pytest.raises(RejectedSheetError, match="Did you mean 'ReadQC'"):
        client.submit("sample_id\treads_1\na\tb\n", "redqc")


def test_a_hidden_sheet_is_told_as_what_it_is(client: Client, sheet: str):
    hidden = Path(sheet).parent / ".hidden.tsv"
    with pytest.raises(RejectedSheetError, match="hidden"):
        client.submit(str(hidden), "ReadQC")


def test_public_names_are_seen_before_they_are_imported():
    assert {"Client", "RunPanel", "connect"} <= set(dir(omnidomain_jupyter))


def test_one_run_is_not_runs(client: Client, sheet: str):
    text = Path(sheet).read_text().splitlines()
    folder = Path(sheet).parent
    (folder / "one.tsv").write_text("\n".join(text[:2]) + "\n")
    submission = client.submit(str(folder / "one.tsv"), "ReadQC")
    assert "of 1 run:" in repr(submission)
    submission.wait(60, progress=False)
