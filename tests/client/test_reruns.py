"""What a script does with runs that did not go well, and what it is told of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from client.live_server import live_server

import omnidomain_jupyter
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
REFUSED = FAILING.replace("Failing", "Refused").replace('"false"', '"no-such-program"')
SCHEMA = '{"type": "array", "items": {"properties": {"sample_id": {"type": "string"}}}}'


@pytest.fixture(scope="module")
def failing(tmp_path_factory):
    home = tmp_path_factory.mktemp("failing")
    for name, text in (("Failing", FAILING), ("Refused", REFUSED)):
        folder = home / "pipelines" / name
        folder.mkdir(parents=True)
        (folder / "pipeline.toml").write_text(text)
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


def test_refused_rows_are_told(failing: Client):
    # A program that is not installed: the backend on this machine refuses the job.
    submission = failing.submit("sample_id\ne\nf\n", "Refused")
    with pytest.warns(UserWarning, match="2 rows were refused. Line 2, e: .*no-such-program"):
        submission.wait(60, progress=False)
    assert list(submission.rejected["sample_id"]) == ["e", "f"]
    assert list(submission.rejected["line"]) == [2, 3]
    assert submission.rejected["reason"].str.contains("no-such-program").all()
    assert submission.progress == 1
    assert submission.runs().empty
    assert "of 2 runs: 2 not accepted" in repr(submission)
    html = submission._repr_html_()
    assert "2 not accepted" in html
    assert "line 3, f: " in html
    again = submission.resubmit()
    assert again.total == 2
    with pytest.warns(UserWarning, match="see `rejected`"):
        again.wait(60, progress=False)


def test_of_many_refused_rows_some_are_shown_and_all_are_counted(client: Client, sheet: str):
    submission = client.submit(sheet, "ReadQC").wait(120, progress=False)
    rows = [{"row": n, "line": n, "sample_id": f"<s{n}>", "reason": "No."} for n in range(12)]
    fields = submission.model.model_dump() | {"rejected": rows}
    submission.model = SubmissionModel.model_validate(fields)
    html = submission._repr_html_()
    assert "12 not accepted" in html
    assert "… and 7 more: see rejected" in html
    assert "&lt;s4&gt;" in html
    assert "<s4>" not in html
    assert len(submission.rejected) == 12


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
