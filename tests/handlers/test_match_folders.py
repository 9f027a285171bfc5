"""`POST samplesheets/match`: a folder becomes a sheet."""

from __future__ import annotations

import os

import boto3
import pytest
from moto_account import moto_account


async def match(api, folder, **more):
    return await api.post("samplesheets/match", {"pipeline": "ReadQC", "folder": folder, **more})


@pytest.fixture
def lane(jp_root_dir):
    """A folder with pairs, half a pair, two lanes and a file of nobody's."""
    folder = jp_root_dir / "lane 1"
    folder.mkdir()
    for name in (
        *("a_R1.fastq.gz", "a_R2.fastq.gz", "half_R1.fastq.gz", ".hidden_R1.fastq.gz"),
        *("g_S1_L001_R1_001.fastq.gz", "g_S1_L002_R1_001.fastq.gz", "notes.txt"),
    ):
        (folder / name).write_bytes(b"@r\nA\n+\nI\n")
    return folder


async def test_a_folder_becomes_a_sheet_that_can_be_checked(api, reads):
    for name in ("ggal_gut_1.fastq.gz", "ggal_gut_2.fastq.gz"):
        assert (reads / name).is_file()

    found = await match(api, "reads")

    assert found.code == 200, found.body
    assert found.data["rows"] == [
        {
            "sample_id": "ggal_gut",
            "files": {
                "reads_1": "reads/ggal_gut_1.fastq.gz",
                "reads_2": "reads/ggal_gut_2.fastq.gz",
            },
        }
    ]
    assert found.data["unused_files"] == []
    checked = await api.post(
        "samplesheets/validate", {"pipeline": "ReadQC", "content": found.data["sheet"]}
    )
    assert checked.data["valid"], checked.body
    assert checked.data["rows"] == 1


async def test_everything_that_is_not_sure_is_said(api, lane):
    found = await match(api, "lane 1/", sample_ids=["g", "a", "half", "nobody"])

    assert found.code == 200, found.body
    answer = found.data
    assert [row["sample_id"] for row in answer["rows"]] == ["g", "a", "half", "nobody"]
    assert answer["unmatched_samples"] == ["nobody"]
    assert [(each["sample_id"], each["column"]) for each in answer["missing_mates"]] == [
        ("half", "reads_2")
    ]
    (cell,) = answer["ambiguous"]
    assert cell["candidates"] == [f"lane 1/g_S1_L00{number}_R1_001.fastq.gz" for number in (1, 2)]
    assert (answer["unused_files"], answer["unused_count"]) == (["lane 1/notes.txt"], 1)
    assert answer["sheet"].splitlines()[2] == ("a\tlane 1/a_R1.fastq.gz\tlane 1/a_R2.fastq.gz")


async def test_folders_inside_are_looked_into_when_the_folder_has_nothing(api, jp_root_dir):
    for number in (1, 2):
        for sample in ("x", "y"):
            inner = jp_root_dir / "run" / sample / "raw"
            inner.mkdir(parents=True, exist_ok=True)
            (inner / f"{sample}_R{number}.fq").touch()
    (jp_root_dir / "run" / "round").symlink_to(jp_root_dir)

    found = await match(api, "run")

    assert [row["files"]["reads_1"] for row in found.data["rows"]] == [
        "run/x/raw/x_R1.fq",
        "run/y/raw/y_R1.fq",
    ]
    assert found.data["ambiguous"] == []


async def test_the_root_itself_is_a_folder(api, jp_root_dir):
    (jp_root_dir / "a.fq").touch()

    found = await match(api, "")

    assert found.data["rows"] == [{"sample_id": "a", "files": {"reads_1": "a.fq"}}]


async def test_a_folder_without_reads_gives_the_header(api, jp_root_dir):
    (jp_root_dir / "empty").mkdir()

    found = await match(api, "empty")

    assert (found.code, found.data["rows"]) == (200, [])
    assert found.data["sheet"] == "sample_id\treads_1\treads_2\n"


@pytest.mark.parametrize(
    "folder", ["no/such", "..", "../..", "run/../..", "/etc", "lane 1/notes.txt", ".ssh"]
)
async def test_a_folder_that_cannot_be_looked_into_is_a_422(api, lane, jp_root_dir, folder):
    (jp_root_dir / ".ssh").mkdir()

    found = await match(api, folder)

    assert found.code == 422, found.body
    assert found.data["errors"][0]["column"] == "folder"
    assert "The folder" in found.data["message"]


@pytest.mark.parametrize(
    ("body", "column"),
    [
        ({"pipeline": "No", "folder": ""}, "pipeline"),
        ({"folder": ""}, "pipeline"),
        ({"pipeline": "ReadQC"}, "folder"),
        ({"pipeline": "ReadQC", "folder": "", "sample_ids": [""]}, "sample_ids.0"),
        ({"pipeline": "ReadQC", "folder": "", "sample_ids": ["a\tb"]}, "sample_ids.0"),
        ({"pipeline": "ReadQC", "folder": "", "sample_ids": [1]}, "sample_ids.0"),
        ({"pipeline": "ReadQC", "folder": "", "more": 1}, "more"),
        ({"pipeline": "ReadQC", "folder": "a\0b"}, "folder"),
    ],
)
async def test_bad_requests_name_their_field(api, body, column):
    found = await api.post("samplesheets/match", body)

    assert found.code == 422, found.body
    assert found.data["errors"][0]["column"] == column


async def test_names_that_no_sheet_can_hold_are_counted(api, jp_root_dir):
    folder = jp_root_dir / "odd"
    folder.mkdir()
    (folder / "a.fq").touch()
    (folder / os.fsdecode(b"b\xff_R1.fq")).touch()
    (folder / "c\nd.fq").touch()

    found = await match(api, "odd")

    assert found.code == 200, found.body
    assert [row["sample_id"] for row in found.data["rows"]] == ["a"]
    assert "2 files have names" in found.data["notes"][0]


class TestOnS3:
    """A folder on S3, over HTTP."""

    @pytest.fixture
    def bucket(self, monkeypatch):
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        with moto_account() as url:
            monkeypatch.setenv("AWS_ENDPOINT_URL", url)
            client = boto3.client("s3", region_name="us-east-1")
            client.create_bucket(Bucket="reads")
            for key in ("run7/a_R1.fq.gz", "run7/a_R2.fq.gz", "deep/x/b_R1.fq.gz"):
                client.put_object(Bucket="reads", Key=key, Body=b"x")
            client.close()
            yield "reads"

    async def test_becomes_a_sheet(self, api, bucket):
        found = await match(api, f"s3://{bucket}/run7")
        deep = await match(api, f"s3://{bucket}/deep/")
        wrong = await match(api, "s3://no-such-bucket-1/deep/")

        assert found.code == 200, found.body
        assert found.data["sheet"].splitlines()[1] == (
            "a\ts3://reads/run7/a_R1.fq.gz\ts3://reads/run7/a_R2.fq.gz"
        )
        assert deep.data["rows"][0]["files"] == {"reads_1": "s3://reads/deep/x/b_R1.fq.gz"}
        assert wrong.code == 422
        assert "no bucket" in wrong.data["message"]
