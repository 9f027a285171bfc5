"""What is given wrongly is told in words, before anything is sent where that is possible."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from client.live_server import LiveServer

import omnidomain_jupyter
from omnidomain_jupyter._arguments import moment
from omnidomain_jupyter.client import Client, NoServerError, RejectedSheetError, connect
from omnidomain_jupyter.errors import InvalidInputError, NotFoundError


@pytest.mark.parametrize("email", ["ada", "ada@@x"])
def test_a_bad_email_is_told_with_an_example(server: LiveServer, email: str):
    with pytest.raises(InvalidInputError, match=r"you@example\.org") as caught:
        connect(server.url, server.token, email)
    assert str(caught.value).startswith(f"'{email}' is not an email address")
    assert not isinstance(caught.value, RejectedSheetError)


def test_an_email_in_the_place_of_the_address_is_recognised():
    with pytest.raises(NoServerError, match=r'connect\(email="ada@example\.org"\)'):
        connect("ada@example.org")


@pytest.mark.parametrize(
    "url", ["http://[half/", "http://host:port/", "http://a b/", "nothing://x"]
)
def test_an_address_that_is_none_is_told(url: str):
    with pytest.raises(NoServerError, match="no server's address"):
        connect(url)


def test_an_unknown_pipeline_is_told_with_those_that_there_are(client: Client):
    for name in ("redqc", "readqc"):
        with pytest.raises(NotFoundError, match=r"Did you mean 'ReadQC'\? There are: .*PhytoFlow"):
            client.pipeline(name)
    for name in ("zzz", "", "../runs", "a/b"):
        with pytest.raises(NotFoundError, match="There are: "):
            client.starter_sheet(name)


@pytest.mark.parametrize("sheet", [3, None, b"sample_id\n", [{"sample_id": "a"}], {"a": [1]}])
def test_what_is_no_sheet_is_told(client: Client, sheet):
    with pytest.raises(TypeError, match="A sheet is a path, its text, or a DataFrame, and not"):
        client.submit(sheet, "ReadQC")


def test_what_is_no_pipeline_is_told(client: Client, sheet: str):
    with pytest.raises(TypeError, match=r"client\.pipelines\(\) lists them"):
        client.validate(sheet, pd.DataFrame())  # type: ignore[arg-type]
    with pytest.raises(InvalidInputError, match="The sheet comes first"):
        client.submit("ReadQC", sheet)


def test_statuses_are_told_apart_from_words_that_are_none(client: Client):
    assert client.runs(status="failed").empty
    with pytest.raises(InvalidInputError, match=r"'COMPLETE'\. Did you mean COMPLETED\?"):
        client.runs(status=["FAILED", "COMPLETE"])


ZONES = ["UTC", "Asia/Tokyo", "America/St_Johns"]


@pytest.fixture(params=ZONES)
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[ZoneInfo]:
    """The time zone of this machine."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield ZoneInfo(request.param)
    monkeypatch.undo()
    time.tzset()


def test_a_day_is_as_long_as_it_is_here(zone: ZoneInfo):
    begin, end = datetime(2026, 3, 8, tzinfo=zone), datetime(2026, 3, 9, tzinfo=zone)
    for day in ("2026-03-08", date(2026, 3, 8)):
        assert datetime.fromisoformat(moment(day, "since") or "") == begin
        assert datetime.fromisoformat(moment(day, "until") or "") == end


def test_a_time_is_taken_as_it_is_written(zone: ZoneInfo):
    noon = datetime(2026, 5, 4, 12, tzinfo=zone)
    for given in (
        noon,
        noon.replace(tzinfo=None),
        "2026-05-04T12:00",
        noon.astimezone(UTC).isoformat(),
        pd.Timestamp(noon),
        pd.Timestamp(noon).tz_localize(None),
    ):
        for name in ("since", "until"):
            assert datetime.fromisoformat(moment(given, name) or "") == noon


@pytest.mark.parametrize("given", ["soon", "2026-02-30", "", date.max, pd.NaT])
def test_what_is_no_time_is_told(client: Client, given):
    with pytest.raises(InvalidInputError, match="until is no time"):
        client.runs(until=given)
    with pytest.raises(TypeError, match=r"since is a datetime.* and not int"):
        client.iter_runs(since=5)  # type: ignore[arg-type]


def test_runs_of_a_stretch_of_time(client: Client, sheet: str):
    submission = client.submit(sheet, "Notes")
    first, *_ = submission.runs()["created_at"].sort_values()
    here = {"submission_id": submission, "q": None}
    assert len(client.runs(since=first, **here)) == 2
    assert client.runs(until=first, **here).empty
    assert len(client.runs(since=first.date(), **here)) == 2
    assert client.runs(since="2999-01-01", **here).empty
    assert client.runs_page(until=first).next_cursor is None
    submission.cancel()


def test_limits(client: Client):
    assert client.runs(limit=0).empty
    with pytest.raises(InvalidInputError, match="limit"):
        client.runs(limit=-1)
    with pytest.raises(TypeError, match="limit"):
        client.runs(limit="3")  # type: ignore[arg-type]


@pytest.mark.parametrize("given", ["", "nothing", "../runs", None, "gut_01"])
def test_what_is_no_id_is_told(client: Client, given):
    with pytest.raises(NotFoundError, match="no such run"):
        client.run(given)
    with pytest.raises(NotFoundError, match="no such submission"):
        client.submission(given)


def test_objects_stand_for_their_ids(client: Client, sheet: str):
    submission = client.submit(sheet, "Notes")
    assert client.submission(submission).submission_id == submission.submission_id
    runs = client.runs(submission_id=submission)
    run = client.run(runs["run_id"][0])
    assert client.run(run).run_id == run.run_id
    submission.wait(60, progress=False)


@pytest.mark.parametrize("key", ["", "  ", "a\nb", "ü€", "a" * 256])
def test_a_key_that_no_request_can_carry_is_told(client: Client, sheet: str, key: str):
    with pytest.raises(InvalidInputError, match="A key has"):
        client.submit(sheet, "Notes", key=key)
    # and it is not in the way of what comes next
    assert client.submit(sheet, "Notes").wait(60, progress=False).progress == 1


def test_a_timeout_is_a_number(client: Client, sheet: str):
    submission = client.submit(sheet, "Notes")
    with pytest.raises(TypeError, match="number of seconds"):
        submission.wait("10")  # type: ignore[arg-type]
    submission.wait(60, progress=False)


def test_a_name_of_the_package_that_is_misspelt_is_recognised():
    with pytest.raises(AttributeError) as caught:
        omnidomain_jupyter.conect  # noqa: B018
    assert (caught.value.name, caught.value.obj) == ("conect", omnidomain_jupyter)
    public = {name for name in dir(omnidomain_jupyter) if not name.startswith("_")}
    assert public == {"Client", "RunPanel", "connect"}


def test_an_error_says_a_thing_once(client: Client, sheet_folder: Path):
    reads = f"{sheet_folder}/reads.fastq.gz"
    frame = pd.DataFrame({"sample_id": ["a", None], "reads_1": [reads, reads]})
    with pytest.raises(RejectedSheetError) as caught:
        client.submit(frame, "ReadQC")
    assert str(caught.value) == "line 3: The cell sample_id is empty; it must be filled."
