"""The client against a real server."""

from __future__ import annotations

import pandas as pd
import pytest
from client.live_server import LiveServer

from omnidomain_jupyter.client import (
    Client,
    RejectedSheetError,
    ServerAwayError,
    ServerRefusedError,
    StillRunningError,
    connect,
)
from omnidomain_jupyter.errors import (
    ConflictError,
    InvalidInputError,
    NotFoundError,
    NotSignedInError,
    OmniDomainError,
)
from omnidomain_jupyter.status import RunStatus

BROKEN = "sample_id\treads_1\ngut 02\tmissing.fastq.gz\n"


def test_a_sheet_becomes_results(client: Client, sheet: str):
    submission = client.submit(sheet, "ReadQC").wait(120, progress=False)

    assert submission.progress == 1
    runs = submission.runs()
    assert list(runs["sample_id"]) == ["gut_01", "gut_02"]
    assert set(runs["status"]) == {"COMPLETED"}
    run = client.run(runs["run_id"][0])
    assert run.status == RunStatus.COMPLETED
    assert list(run.history["status"]) == ["CREATED", "SUBMITTED", "RUNNING", "COMPLETED"]
    assert run.row["sample_id"] == "gut_01"
    assert list(run.metrics()["reads"]) == [40]
    assert "sequali" in run.command()
    report, numbers = sorted(run.results()["path"])
    assert "<html" in run.read(report)
    assert isinstance(run.read(numbers), dict)
    assert isinstance(run.logs(), list)


def test_a_run_is_waited_for(client: Client, sheet: str):
    runs = client.submit(sheet, "ReadQC").runs()

    run = client.run(runs["run_id"][0]).wait(120)

    assert run.ended


def test_waiting_has_an_end(client: Client, sheet: str):
    run = client.run(client.submit(sheet, "ReadQC").runs()["run_id"][0])

    with pytest.raises(StillRunningError, match="goes on"):
        run.wait(0, progress=False)


def test_a_run_is_cancelled(client: Client, server: LiveServer, sheet: str):
    runs = client.submit(sheet, "ReadQC").runs()
    for run_id in runs["run_id"]:
        try:
            client.run(run_id).cancel()
        except ConflictError:
            continue  # it was faster

    assert client.run(runs["run_id"][1]).wait(60, progress=False).ended


def test_runs_are_filtered(client: Client, sheet: str):
    submission = client.submit(sheet, "ReadQC").wait(120, progress=False)

    assert list(client.runs(q="gut_02")["sample_id"]) == ["gut_02"]
    assert len(client.runs(status="COMPLETED")) == 2
    assert client.runs(status=["FAILED", "CANCELLED"]).empty
    assert len(client.runs(submission_id=submission.submission_id, limit=1)) == 1
    assert isinstance(client.runs()["created_at"].dtype, pd.DatetimeTZDtype)


def test_runs_have_their_columns_when_there_are_none(client: Client):
    runs = client.runs()

    assert runs.empty
    assert {"sample_id", "status", "run_id", "duration_s"} <= set(runs.columns)


def test_a_data_frame_is_a_sheet(client: Client, sheet_folder):
    frame = pd.DataFrame({"sample_id": ["001"], "reads_1": [f"{sheet_folder}/reads.fastq.gz"]})

    assert client.validate(frame, "ReadQC")
    assert list(client.submit(frame, "ReadQC").runs()["sample_id"]) == ["001"]


def test_a_rejected_sheet_names_its_cells(client: Client):
    with pytest.raises(RejectedSheetError) as caught:
        client.submit(BROKEN, "ReadQC")

    assert "line 2, sample_id: " in str(caught.value)
    assert "Suggestion: gut_02" in str(caught.value)
    assert caught.value.issues[0].column == "sample_id"
    assert client.runs().empty


def test_a_report_shows_the_sheet_with_its_bad_cells(client: Client):
    report = client.validate(BROKEN.replace("gut 02", "<b>&"), "ReadQC")

    assert not report
    assert report.to_frame()["line"].eq(2).all()
    assert "&lt;b&gt;&amp; ▪" in report._repr_html_()
    assert "<b>&" not in report._repr_html_()


def test_the_same_key_gives_the_same_submission(client: Client, sheet: str):
    first, second = (client.submit(sheet, "ReadQC", key="again") for _ in range(2))

    assert first.submission_id == second.submission_id
    assert len(client.runs()) == 2


def test_pipelines_are_listed(client: Client):
    assert "ReadQC" in set(client.pipelines()["name"])
    assert client.pipeline("ReadQC").columns[0].name == "sample_id"


def test_what_is_not_there_says_so(client: Client):
    with pytest.raises(NotFoundError, match="no such run"):
        client.run("nothing")
    with pytest.raises(InvalidInputError, match="There are: "):
        client.validate(BROKEN, "ReedQC")


def test_somebody_who_is_not_signed_in_is_told_how(server: LiveServer):
    client = connect(server.url, server.token)

    with pytest.raises(NotSignedInError, match=r"client\.sign_in"):
        client.me()
    client.close()


@pytest.mark.parametrize("fault", ["expired", "forged"])
def test_the_sign_in_renews_itself(client: Client, fault: str):
    login = client._transport._login
    assert login is not None
    email, token = login.user.email, login.access_token
    if fault == "expired":
        login.expires_at = login.user.created_at
    else:
        login.access_token = "not.a.token"

    assert client.me().email == email
    assert client._transport._login is not login
    assert token


def test_no_token_is_shown(client: Client, server: LiveServer, sheet: str):
    login = client._transport._login
    assert login is not None
    submission = client.submit(sheet, "ReadQC")
    run = client.run(submission.runs()["run_id"][0])
    shown = [client, client._transport, client._transport.connection, submission, run]
    texts = [repr(each) for each in shown]
    texts += [submission._repr_html_(), run._repr_html_()]

    for secret in (server.token, login.access_token):
        assert not any(secret in text for text in texts)


def test_a_wrong_jupyter_token_is_told_without_being_shown(server: LiveServer):
    client = connect(server.url, "wrong-token")

    with pytest.raises(ServerRefusedError, match="does not accept this token") as caught:
        client.sign_in("ada@example.org")
    assert "wrong-token" not in str(caught.value)
    client.close()


def test_a_server_that_is_gone_is_told(server: LiveServer):
    client = connect("http://127.0.0.1:9/", "planted-token")

    with pytest.raises(ServerAwayError, match="does not answer") as caught:
        client.sign_in("ada@example.org")
    assert isinstance(caught.value, OmniDomainError)
    assert "planted-token" not in str(caught.value)
    client.close()
