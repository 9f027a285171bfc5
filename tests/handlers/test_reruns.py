"""Resuming a run, and ending or repeating what a sheet has started."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from api import signed_in
from dropped_pipelines import add_pipeline
from rows import ended

# Fails the first time that it runs in its directory, and succeeds from then on.
SECOND_TIME = (
    "import pathlib, sys; mark = pathlib.Path('mark'); seen = mark.exists(); "
    "mark.touch(); print('again' if seen else 'first'); sys.exit(0 if seen else 3)"
)
# Fails for samples that are called bad, unless a file of that name is there.
FAILS_FOR_BAD = "import os, sys; sys.exit('bad' in sys.argv[1] and not os.path.exists(sys.argv[2]))"


@pytest.fixture
def second_time(pipelines_path: Path) -> None:
    add_pipeline(pipelines_path, "SecondTime", ["python3", "-c", SECOND_TIME])


@pytest.fixture
def fails_for_bad(pipelines_path: Path, tmp_path: Path) -> Path:
    mended = tmp_path / "mended"
    command = ["python3", "-c", FAILS_FOR_BAD, "{sample_id}", str(mended)]
    add_pipeline(pipelines_path, "FailsForBad", command)
    return mended


async def submitted(api, pipeline: str, sample: str = "one") -> str:
    body = {"pipeline": pipeline, "sample_id": sample, "tsv_row": {"sample_id": sample}}
    created = await api.post("runs", body)
    assert created.code == 201, created.body
    return created.data["run_id"]


async def all_ended(api, submission_id: str) -> dict[str, int]:
    async with asyncio.timeout(60):
        while True:
            counts = (await api.get(f"submissions/{submission_id}")).data["counts"]
            if not {"CREATED", "SUBMITTED", "RUNNING"} & {name for name, n in counts.items() if n}:
                return counts
            await asyncio.sleep(0.1)


async def test_a_failed_run_goes_on_in_its_work_directory(api, second_time):
    first = await submitted(api, "SecondTime")
    assert (await ended(api, first))["status"] == "FAILED"

    resumed = await api.post(f"runs/{first}/resume")
    assert resumed.code == 201, resumed.body
    run_id = resumed.data["run_id"]
    assert resumed.data["parent_run_id"] == first
    assert resumed.data["resume"] is True
    assert resumed.headers["Location"].endswith(f"runs/{run_id}")
    assert (await ended(api, run_id))["status"] == "COMPLETED"
    assert (await api.get(f"runs/{run_id}/logs")).data["lines"] == ["again"]
    assert (await api.get(f"runs/{first}")).data["status"] == "FAILED", "it stays what it was"

    again = await api.post(f"runs/{run_id}/resume")
    assert again.code == 409
    assert "succeeded" in again.data["message"]


async def test_a_run_is_not_resumed_twice_at_a_time(api, slow_pipeline):
    first = await submitted(api, "Slow")
    running = await api.post(f"runs/{first}/resume")
    assert running.code == 409
    await api.post(f"runs/{first}/cancel")
    await ended(api, first)
    answers = await asyncio.gather(*(api.post(f"runs/{first}/resume") for _ in range(4)))
    assert sorted(answer.code for answer in answers) == [201, 409, 409, 409]
    (resumed,) = (answer.data["run_id"] for answer in answers if answer.code == 201)
    await api.post(f"runs/{resumed}/cancel")
    await ended(api, resumed)


async def test_somebody_elses_runs_and_sheets_are_not_there(api, jp_fetch, second_time):
    run_id = await submitted(api, "SecondTime")
    sheet = {"pipeline": "SecondTime", "content": "sample_id\na\n"}
    submission = (await api.post("submissions", sheet)).data["submission_id"]
    eve = await signed_in(jp_fetch, "eve@example.org")
    assert (await eve.post(f"runs/{run_id}/resume")).code == 404
    assert (await eve.post(f"submissions/{submission}/cancel")).code == 404
    assert (await eve.post(f"submissions/{submission}/resubmit")).code == 404
    await all_ended(api, submission)


async def test_a_whole_sheet_is_cancelled(api, slow_pipeline):
    sheet = "sample_id\n" + "".join(f"s{number}\n" for number in range(20))
    created = await api.post("submissions", {"pipeline": "Slow", "content": sheet})
    submission = created.data["submission_id"]
    answer = await api.post(f"submissions/{submission}/cancel")
    assert answer.code == 202, answer.body
    assert await all_ended(api, submission) == {"CANCELLED": 20}


async def test_the_rows_that_failed_are_sent_again_alone(api, fails_for_bad):
    sheet = "sample_id\ngood_1\nbad_1\ngood_2\nbad_2\n"
    created = await api.post("submissions", {"pipeline": "FailsForBad", "content": sheet})
    submission = created.data["submission_id"]
    assert await all_ended(api, submission) == {"COMPLETED": 2, "FAILED": 2}

    fails_for_bad.touch()
    key = {"Idempotency-Key": "again"}
    again = await api.post(f"submissions/{submission}/resubmit", headers=key)
    assert again.code == 202, again.body
    assert again.data["total"] == 2
    twice = await api.post(f"submissions/{submission}/resubmit", headers=key)
    assert twice.data["submission_id"] == again.data["submission_id"]
    assert await all_ended(api, again.data["submission_id"]) == {"COMPLETED": 2}
    runs = await api.get("runs", params={"submission_id": again.data["submission_id"]})
    assert [run["sample_id"] for run in runs.data["runs"]] == ["bad_1", "bad_2"]

    done = await api.post(f"submissions/{again.data['submission_id']}/resubmit")
    assert done.code == 409
