"""From a row to its result, over HTTP."""

from __future__ import annotations

import asyncio
import json
import shlex
from datetime import datetime, timedelta, timezone
from uuid import UUID, uuid4

import pytest
from api import signed_in
from rows import ended, row

from omnidomain_jupyter.events import RUN_STATUS_SCHEMA_ID


@pytest.mark.usefixtures("whole_reads")
async def test_a_run_from_post_to_report(api):
    body = row("gut_01", reads_2="reads/ggal_gut_2.fastq.gz")
    created = await api.post("runs", body)
    assert created.code == 201, created.body
    run = created.data
    assert run["status"] == "SUBMITTED"
    assert run["job_id"]
    assert run["run_id"] in run["job_name"]
    assert created.headers["Location"].endswith(f"/omnidomain/runs/{run['run_id']}")

    finished = await ended(api, run["run_id"])
    assert finished["status"] == "COMPLETED", finished
    assert finished["exit_code"] == 0
    assert finished["tsv_row"] == body["tsv_row"]
    history = finished["status_history"]
    assert [change["status"] for change in history] == [
        "CREATED",
        "SUBMITTED",
        "RUNNING",
        "COMPLETED",
    ]
    assert [change["at"] for change in history] == sorted(change["at"] for change in history)

    read_1, read_2 = (await api.get(f"runs/{run['run_id']}/metrics")).data["reads"]
    assert (read_1["reads"], read_1["bases"], read_1["q20_reads"]) == (2937, 308324, 2696)
    assert (read_2["reads"], read_2["bases"], read_2["q20_reads"]) == (2937, 308385, 2639)
    assert read_1["gc_bases"] == 139421

    results = (await api.get(f"runs/{run['run_id']}/results")).data["results"]
    report = next(file for file in results if file["path"].endswith(".html"))
    response = await api.get(f"runs/{run['run_id']}/results/{report['path']}")
    assert len(response.body) == report["size_bytes"]
    assert response.headers["Content-Type"] == "text/html"
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert "allow-same-origin" not in response.headers["Content-Security-Policy"]
    assert (await api.get(f"runs/{run['run_id']}/files")).data == {
        "run_id": run["run_id"],
        "files": [],
    }


async def test_the_command_of_a_run_can_be_read_and_typed(api, reads_row):
    run = (await api.post("runs", reads_row)).data
    told = (await api.get(f"runs/{run['run_id']}/command")).data
    assert told["run_id"] == run["run_id"]
    assert shlex.split(told["shell"]) == told["command"]
    assert any("sequali" in argument for argument in told["command"])
    assert any(reads_row["tsv_row"]["reads_1"] in argument for argument in told["command"])
    await ended(api, run["run_id"])
    assert (await api.get(f"runs/{uuid4()}/command")).code == 404


async def test_every_answer_tells_where_the_outputs_are_below_the_root(
    api, jp_root_dir, tmp_path, slow_pipeline
):
    body = {**row("oak"), "pipeline": "Slow", "tsv_row": {"sample_id": "oak"}}
    run = (await api.post("runs", body)).data
    path = f"runs/{run['run_id']}"
    answers = [
        run,
        (await api.get(path)).data,
        (await api.get("runs")).data["runs"][0],
        (await api.post(f"{path}/cancel")).data,
    ]
    await ended(api, run["run_id"])
    again = (await api.post(f"{path}/resume")).data
    assert {answer["output_folder"] for answer in answers} == {
        f"omnidomain-results/oak_{run['run_id']}"
    }
    assert again["output_folder"] == f"omnidomain-results/oak_{again['run_id']}"
    assert again["outdir"] == str(jp_root_dir / again["output_folder"])
    elsewhere = (await api.post("runs", {**body, "base_outdir": str(tmp_path / "out")})).data
    assert elsewhere["output_folder"] is None
    for each in (again, elsewhere):
        await api.post(f"runs/{each['run_id']}/cancel")


async def test_what_the_program_prints_can_be_followed(api, reads_row):
    run_id = (await api.post("runs", reads_row)).data["run_id"]
    await ended(api, run_id)
    first = (await api.get(f"runs/{run_id}/logs")).data
    assert any("ggal_gut_1.fastq.gz" in line for line in first["lines"])
    rest = await api.get(f"runs/{run_id}/logs", params={"cursor": first["next_cursor"]})
    assert rest.data["lines"] == []
    bad = await api.get(f"runs/{run_id}/logs", params={"cursor": "../../etc/passwd"})
    assert bad.code == 422


async def test_reads_that_are_none_make_a_failed_run_that_says_why(api, jp_root_dir):
    (jp_root_dir / "bad.fastq").write_text("this is no FASTQ file\n")
    body = row("bad", reads_1="bad.fastq", reads_2="-")
    created = await api.post("runs", body)
    assert created.code == 201, created.body
    run = await ended(api, created.data["run_id"])
    assert run["status"] == "FAILED"
    assert run["exit_code"] != 0
    assert str(run["exit_code"]) in run["status_reason"]
    assert (await api.get(f"runs/{run['run_id']}/logs")).data["lines"]


async def test_pages_and_filters(api, jp_fetch, reads):
    ids = []
    for number in range(5):
        created = await api.post("runs", row(f"gut_{number}"))
        assert created.code == 201, created.body
        ids.append(created.data["run_id"])
    seen, cursor = [], None
    while True:
        params = {"limit": 2, **({"cursor": cursor} if cursor else {})}
        page = (await api.get("runs", params=params)).data
        assert len(page["runs"]) <= 2
        seen += [run["run_id"] for run in page["runs"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == ids[::-1]
    found = (await api.get("runs", params={"q": "GUT_3"})).data["runs"]
    assert [run["sample_id"] for run in found] == ["gut_3"]
    both = "runs?status=CREATED&status=SUBMITTED&status=RUNNING&status=COMPLETED&limit=500"
    assert both  # `jp_fetch` quotes the path: repeated parameters are in `test_repeated_status`
    assert (await api.get("runs", params={"status": "FAILED"})).data["runs"] == []
    assert (await api.get("runs", params={"pipeline": "NextAMR"})).data["runs"] == []
    assert (await api.get("runs", params={"submission_id": str(uuid4())})).data["runs"] == []
    eve = await signed_in(jp_fetch, "eve@example.org")
    assert (await eve.get("runs")).data == {"runs": [], "next_cursor": None}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("limit", "0"),
        ("limit", "501"),
        ("limit", "many"),
        ("status", "DONE"),
        ("cursor", "!!!"),
        ("cursor", "aGVsbG8"),
        ("submission_id", "1; DROP TABLE runs"),
        ("since", "yesterday"),
        ("since", "2026-05-04"),
        ("since", "2026-05-04T12:00:00"),
        ("since", "1700000000"),
        ("until", "2026-05-04T12:00:00 02:00"),
        ("until", "2026-02-30T00:00:00Z"),
        ("until", "0001-01-01T00:00:00+14:00"),
    ],
)
async def test_a_bad_query_names_its_parameter(api, name, value):
    response = await api.get("runs", params={name: value})
    assert response.code == 422
    assert response.data["errors"][0]["column"].split(".")[0] == name
    assert (await api.get("runs")).code == 200


async def test_runs_of_a_stretch_of_time(api, slow_pipeline):
    runs = []
    for name in ("one", "two", "three"):
        created = await api.post("runs", {"pipeline": "Slow", **sample(name)})
        runs.append(created.data)
    _, second, third = (run["created_at"] for run in runs)
    local = datetime.fromisoformat(third).astimezone(timezone(timedelta(hours=9))).isoformat()

    async def found(**params):
        page = (await api.get("runs", params=params)).data
        return [run["sample_id"] for run in page["runs"]]

    assert await found(since=second) == ["three", "two"]
    assert await found(until=second) == ["one"]
    assert await found(since=second, until=local) == ["two"]
    assert await found(since="0001-01-01T00:00:00Z", until="9999-12-31T23:59:59Z", limit=1) == [
        "three"
    ]
    told = (await api.get("runs", params={"since": "2026-05-04"})).data["message"]
    assert told.startswith("since: it must be a time with its time zone, such as 2026")
    for run in runs:
        await api.post(f"runs/{run['run_id']}/cancel")


async def test_jupyters_own_parameters_are_let_through(api):
    assert (await api.get("runs", params={"no_track_activity": "1", "_": "17"})).code == 200


async def test_a_run_is_cancelled(api, slow_pipeline):
    created = await api.post("runs", {"pipeline": "Slow", **sample("slow_1")})
    assert created.code == 201, created.body
    run_id = created.data["run_id"]
    async with asyncio.timeout(30):
        while (await api.get(f"runs/{run_id}")).data["status"] != "RUNNING":
            await asyncio.sleep(0.05)
    assert (await api.post(f"runs/{run_id}/cancel")).code == 202
    run = await ended(api, run_id, within_s=30)
    assert run["status"] == "CANCELLED"
    assert "ada@example.org" in run["status_reason"]
    assert (await api.post(f"runs/{run_id}/cancel")).code == 202, "asking twice is no error"


async def test_a_finished_run_cannot_be_cancelled(api, reads_row):
    run_id = (await api.post("runs", reads_row)).data["run_id"]
    await ended(api, run_id)
    response = await api.post(f"runs/{run_id}/cancel")
    assert response.code == 409
    assert "COMPLETED" in response.data["message"]


async def test_a_program_that_is_missing_leaves_no_run(api, missing_program):
    response = await api.post("runs", {"pipeline": "Missing", **sample("one")})
    assert response.code == 502
    assert "no-such-program is not installed" in response.data["message"]
    assert (await api.get("runs")).data["runs"] == []


async def test_every_change_is_announced_and_says_nothing_more(
    api, jp_serverapp, reads_row, jp_ws_fetch
):
    socket = await jp_ws_fetch("api", "events", "subscribe")
    run_id = (await api.post("runs", reads_row)).data["run_id"]
    statuses = []
    async with asyncio.timeout(60):
        while "COMPLETED" not in statuses:
            event = json.loads(await socket.read_message())
            if event["schema_id"] == RUN_STATUS_SCHEMA_ID:
                data = {key: value for key, value in event.items() if not key.startswith("__")}
                assert set(data) == {"schema_id", "run_id", "status", "updated_at"}
                assert UUID(event["run_id"]) == UUID(run_id)
                statuses.append(event["status"])
    socket.close()
    assert statuses == ["SUBMITTED", "RUNNING", "COMPLETED"]


def sample(sample_id: str) -> dict[str, object]:
    return {"sample_id": sample_id, "tsv_row": {"sample_id": sample_id}}
