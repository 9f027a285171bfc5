"""A sheet becomes runs: all of them, once, with every error at its cell."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

HEADER = "sample_id\treads_1\treads_2\n"
READS = "reads/ggal_gut_1.fastq.gz\t\n"


def sheet(*samples: str) -> str:
    return HEADER + "".join(f"{sample}\t{READS}" for sample in samples)


def body(content: str, **more) -> dict[str, object]:
    return {"pipeline": "ReadQC", "content": content, **more}


async def settled(api, submission_id: str) -> dict[str, object]:
    """Wait until all rows of a submission have ended; return it."""
    async with asyncio.timeout(120):
        while True:
            found = (await api.get(f"submissions/{submission_id}")).data
            done = sum(found["counts"].get(state, 0) for state in ("COMPLETED", "FAILED"))
            if done + len(found["rejected"]) == found["total"]:
                return found
            await asyncio.sleep(0.1)


async def test_a_sheet_becomes_runs_in_its_order(api, reads):
    accepted = await api.post("submissions", body(sheet("a", "b", "c")))
    assert accepted.code == 202, accepted.body
    submission_id = accepted.data["submission_id"]
    assert accepted.data["total"] == 3
    assert accepted.headers["Location"].endswith(f"/omnidomain/submissions/{submission_id}")
    done = await settled(api, submission_id)
    assert done["counts"] == {"COMPLETED": 3}
    page = (await api.get("runs", params={"submission_id": submission_id})).data
    assert [(run["sample_id"], run["row_number"]) for run in page["runs"]] == [
        ("a", 1),
        ("b", 2),
        ("c", 3),
    ]


async def test_a_sheet_in_a_folder_names_files_beside_it(api, reads: Path, jp_root_dir: Path):
    (reads / "samples.tsv").write_text(HEADER + "a\tggal_gut_1.fastq.gz\t\n")
    report = await api.post(
        "samplesheets/validate", {"pipeline": "ReadQC", "path": "reads/samples.tsv"}
    )
    assert report.data["valid"], report.data
    accepted = await api.post("submissions", {"pipeline": "ReadQC", "path": "reads/samples.tsv"})
    assert accepted.code == 202, accepted.body
    assert accepted.data["filename"] == "reads/samples.tsv"
    assert (await settled(api, accepted.data["submission_id"]))["counts"] == {"COMPLETED": 1}


async def test_every_error_is_at_its_cell_and_nothing_is_stored(api, reads):
    content = (
        HEADER
        + f"a\t{READS}"
        + "\n"
        + "two words\treads/no.fastq.gz\t-\n"
        + f"a\t{READS}"
        + "b\t\treads/ggal_gut_2.fastq.gz\n"
    )
    response = await api.post("submissions", body(content))
    assert response.code == 422
    found = {(error["line"], error["column"], error["code"]) for error in response.data["errors"]}
    assert {
        (4, "sample_id", "pattern"),
        (4, "reads_1", "not_found"),
        (5, "sample_id", "not_unique"),
        (6, "reads_1", "required"),
    } <= found
    assert response.data["error_count"] == len(response.data["errors"])
    assert (await api.get("runs")).data["runs"] == []
    report = (await api.post("samplesheets/validate", body(content))).data
    assert report["valid"] is False
    assert report["errors"] == response.data["errors"]
    suggestion = next(e["suggestion"] for e in report["errors"] if e["code"] == "pattern")
    assert suggestion == "two_words"


async def test_a_sheet_without_rows_is_refused(api):
    response = await api.post("submissions", body(HEADER))
    assert response.code == 422
    assert "no rows" in response.data["message"]


async def test_files_are_checked_unless_told_otherwise(api, reads):
    content = HEADER + "a\tnowhere.fastq.gz\t-\n"
    assert (await api.post("samplesheets/validate", body(content))).data["error_count"] == 1
    unchecked = await api.post("samplesheets/validate", body(content, check_files=False))
    assert unchecked.data["valid"] is True


async def test_the_same_key_gives_the_same_submission(api, reads):
    key = {"Idempotency-Key": "today's sheet"}
    request = body(sheet("a", "b"))
    answers = await asyncio.gather(
        *(api.post("submissions", request, headers=dict(key)) for _ in range(8))
    )
    assert {answer.code for answer in answers} == {202}
    assert len({answer.data["submission_id"] for answer in answers}) == 1
    await settled(api, answers[0].data["submission_id"])
    again = await api.post("submissions", request, headers=dict(key))
    assert again.data["submission_id"] == answers[0].data["submission_id"]
    assert len((await api.get("runs")).data["runs"]) == 2
    other = await api.post("submissions", body(sheet("c")), headers=dict(key))
    assert other.code == 409
    assert len((await api.get("runs")).data["runs"]) == 2


@pytest.mark.parametrize("key", ["", "x" * 256])
async def test_a_key_that_is_none(api, reads, key):
    response = await api.post("submissions", body(sheet("a")), headers={"Idempotency-Key": key})
    assert response.code == 422


async def test_rows_that_the_backend_refuses_are_told_with_their_reason(api, missing_program):
    content = "sample_id\none\ntwo\n"
    accepted = await api.post("submissions", {"pipeline": "Missing", "content": content})
    assert accepted.code == 202
    done = await settled(api, accepted.data["submission_id"])
    assert [(row["row"], row["line"], row["sample_id"]) for row in done["rejected"]] == [
        (1, 2, "one"),
        (2, 3, "two"),
    ]
    assert "not installed" in done["rejected"][0]["reason"]
    assert (await api.get("runs")).data["runs"] == []
