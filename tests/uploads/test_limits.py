"""What is told of files before anything is submitted: how much goes to S3, and what cannot."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from omnidomain_jupyter.compute.s3_parts import LARGEST_OBJECT

KIB = 1024
TIB = 1024**4


@pytest.fixture
def pipelines(tmp_path: Path) -> Path:
    """A directory with a pipeline `Assembly`, of Nextflow, which takes a folder, too."""
    folder = tmp_path / "pipelines" / "Assembly"
    folder.mkdir(parents=True)
    (folder / "pipeline.toml").write_text(
        'name = "Assembly"\ntitle = "Assembly"\nengine = "nextflow"\nsource = "lab/assembly"\n'
    )
    columns = {
        "sample_id": {"type": "string"},
        "reads": {"type": "string", "format": "file-path"},
        "database": {"type": "string", "format": "directory-path"},
    }
    item = {"type": "object", "properties": columns}
    (folder / "schema_input.json").write_text(json.dumps({"type": "array", "items": item}))
    return folder.parent


@pytest.fixture
def jp_server_config(jp_server_config, aws_environment, pipelines: Path):
    """Runs on AWS; nothing is submitted here."""
    jp_server_config["OmniDomainApp"] |= {
        "compute_backend": "aws_batch",
        "base_outdir": "s3://lab/results",
        "batch_region": "us-east-1",
        "batch_endpoint_url": "http://127.0.0.1:9",
        "pipelines_path": str(pipelines),
    }
    return jp_server_config


def written(path: Path, size: int) -> Path:
    """Write a file of that size, most of which is a hole."""
    path.write_bytes(b"\x1f\x8b" if path.suffix == ".gz" else b"@")
    os.truncate(path, size)
    return path


async def report(api, sheet: str, **more) -> dict:
    body = {"pipeline": "ReadQC", "content": sheet, **more}
    answer = await api.post("samplesheets/validate", body)
    assert answer.code == 200, answer.body
    return answer.data


async def test_what_is_to_be_uploaded_is_told_and_each_file_counts_once(api, jp_root_dir):
    one = written(jp_root_dir / "one.fastq.gz", 5000)
    written(jp_root_dir / "two.fastq.gz", 700)
    sheet = (
        "sample_id\treads_1\treads_2\n"
        "a\tone.fastq.gz\ttwo.fastq.gz\n"
        f"b\t{one}\t\n"
        "c\tnot there.fastq.gz\t\n"
    )
    found = await report(api, sheet)
    assert found["uploads"] == {"files": 2, "bytes": 5700}
    assert [error["code"] for error in found["errors"]] == ["not_found"]
    assert (await report(api, sheet, check_files=False))["uploads"] is None
    nothing = await report(api, "sample_id\treads_1\na\t\n")
    assert nothing["uploads"] == {"files": 0, "bytes": 0}


async def test_a_file_too_large_for_s3_is_an_error_at_each_of_its_cells(api, jp_root_dir):
    written(jp_root_dir / "huge.fastq.gz", LARGEST_OBJECT + 1)
    sheet = "sample_id\treads_1\na\thuge.fastq.gz\nb\thuge.fastq.gz\n"
    found = await report(api, sheet)
    where = [(error["line"], error["column"], error["code"]) for error in found["errors"]]
    assert where == [(2, "reads_1", "not_uploadable"), (3, "reads_1", "not_uploadable")]
    assert "S3 takes files of up to 5 TiB" in found["errors"][0]["message"]
    assert not found["valid"]
    refused = await api.post("submissions", {"pipeline": "ReadQC", "content": sheet})
    assert refused.code == 422
    assert refused.data["errors"] == found["errors"]


async def test_a_folder_is_an_error_at_its_cell(api, jp_root_dir):
    (jp_root_dir / "kraken").mkdir()
    written(jp_root_dir / "a.fastq.gz", 10)
    sheet = "sample_id\treads\tdatabase\na\ta.fastq.gz\tkraken\nb\tkraken\t\n"
    found = await report(api, sheet, pipeline="Assembly")
    where = [(error["line"], error["column"], error["code"]) for error in found["errors"]]
    assert where == [(2, "database", "not_uploadable"), (3, "reads", "is_directory")]
    assert "Copy it to S3 yourself" in found["errors"][0]["message"]


class TestLocal:
    """Runs on this machine."""

    @pytest.fixture
    def jp_server_config(self, jp_server_config):
        jp_server_config["OmniDomainApp"] |= {"compute_backend": "local", "base_outdir": "out"}
        return jp_server_config

    async def test_uploads_nothing(self, api, jp_root_dir):
        written(jp_root_dir / "a.fastq.gz", 10)
        found = await report(api, "sample_id\treads_1\na\ta.fastq.gz\n")
        assert found["uploads"] is None
        assert found["warnings"] == []

    async def test_warns_of_a_disk_with_less_room_than_nextflow_needs(self, api, jp_root_dir):
        # A hole: more than any disk of a test has left.
        written(jp_root_dir / "a.fastq.gz", 15 * TIB)
        sheet = "sample_id\treads\na\ta.fastq.gz\n"
        found = await report(api, sheet, pipeline="Assembly")
        assert found["valid"]
        (warning,) = [each for each in found["warnings"] if each["code"] == "low_space"]
        assert "the sheet's files have 15,360.0 GiB" in warning["message"]
        assert str(jp_root_dir / "out") in warning["message"]

        # ReadQC reads them where they are, and writes little.
        found = await report(api, "sample_id\treads_1\na\ta.fastq.gz\n")
        assert found["warnings"] == []
