"""Pipelines of nf-core's, which take a whole sheet as one job.

Nextflow cannot be installed without its own downloads, so a program of that name stands in: it
writes down how it was called. The schema is taxprofiler's own.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import sys
from pathlib import Path

import pytest
from rows import ended

DEFINITION = """
name = "taxprofiler"
title = "nf-core/taxprofiler"
engine = "nextflow"
source = "nf-core/taxprofiler"
revision = "1.2.0"
granularity = "sheet"
sample_column = "sample"
"""
# Says how it was called and fails for as long as there is no file that says otherwise.
NEXTFLOW = """#!{python}
import json, os, pathlib, sys
arguments = sys.argv[1:]
kept = {{name: value for name, value in os.environ.items() if name.startswith("NXF_")}}
print(json.dumps({{"arguments": arguments, "environment": kept, "cwd": os.getcwd()}}))
if not pathlib.Path({mended!r}).exists():
    sys.exit("ERROR ~ No such database")
"""


@pytest.fixture
def mended(tmp_path: Path) -> Path:
    return tmp_path / "mended"


@pytest.fixture
def taxprofiler(
    pipelines_path: Path, shared_data: Path, tmp_path: Path, mended: Path, monkeypatch
) -> Path:
    """A folder with taxprofiler's definition; its Nextflow fails until it is mended."""
    folder = pipelines_path / "taxprofiler"
    folder.mkdir()
    (folder / "pipeline.toml").write_text(DEFINITION)
    schema = shared_data / "samplesheets" / "taxprofiler" / "schema_input.json"
    shutil.copy(schema, folder)
    program = tmp_path / "bin" / "nextflow"
    program.parent.mkdir()
    program.write_text(NEXTFLOW.format(python=sys.executable, mended=str(mended)))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    return folder


@pytest.fixture
def samples(reads: Path) -> None:
    """The same reads under the names of three samples: taxprofiler wants no file twice."""
    for sample in ("001", "oak", "ash"):
        for number in (1, 2):
            shutil.copy(
                reads / f"ggal_gut_{number}.fastq.gz", reads / f"{sample}_{number}.fastq.gz"
            )


def sheet(*samples: str) -> str:
    """Return a sheet of those samples, as TSV."""
    rows = [
        f"{sample}\trun_1\tILLUMINA\treads/{sample}_1.fastq.gz\treads/{sample}_2.fastq.gz"
        for sample in samples
    ]
    return "\n".join(["sample\trun_accession\tinstrument_platform\tfastq_1\tfastq_2", *rows, ""])


def rows_in(file: Path) -> list[dict[str, str]]:
    with file.open(newline="") as stream:
        return list(csv.DictReader(stream))


async def run_of(api, submission_id: str) -> dict[str, object]:
    page = await api.get("runs", params={"submission_id": submission_id})
    (run,) = page.data["runs"]
    return await ended(api, run["run_id"])


async def called(api, run_id: str) -> dict[str, object]:
    lines = (await api.get(f"runs/{run_id}/logs")).data["lines"]
    return json.loads(lines[0])


async def test_a_whole_sheet_is_one_job_with_the_sheet_as_its_input(
    api, taxprofiler, mended, samples, jp_root_dir
):
    mended.touch()
    body = {"pipeline": "taxprofiler", "content": sheet("001", "oak", "ash")}
    created = await api.post("submissions", body)
    assert created.code == 202, created.body
    assert created.data["total"] == 1
    run = await run_of(api, created.data["submission_id"])
    assert run["status"] == "COMPLETED", run
    assert run["sample_id"] == "001 and 2 more"
    assert run["row_number"] is None

    call = await called(api, run["run_id"])
    arguments = call["arguments"]
    assert arguments[:4] == ["run", "nf-core/taxprofiler", "-r", "1.2.0"]
    given = Path(arguments[arguments.index("--input") + 1])
    assert given.parent == Path(run["outdir"])
    assert arguments[arguments.index("--outdir") + 1] == run["outdir"]
    assert "-resume" not in arguments
    assert call["environment"]["NXF_DISABLE_PARAMS_TYPE_DETECTION"] == "true"

    rows = rows_in(given)
    assert [row["sample"] for row in rows] == ["001", "oak", "ash"]
    assert [row["fastq_1"] for row in rows] == [
        str(jp_root_dir / "reads" / f"{sample}_1.fastq.gz") for sample in ("001", "oak", "ash")
    ]


async def test_every_column_is_kept_and_a_sample_of_two_lanes_is_one_sample(
    api, taxprofiler, mended, samples, jp_root_dir
):
    mended.touch()
    text = (
        "fastq_1,run_accession,fasta,sample,instrument_platform,fastq_2\n"
        "reads/oak_1.fastq.gz,lane_1,,oak,ILLUMINA,reads/oak_2.fastq.gz\n"
        "reads/ash_1.fastq.gz,lane_2,,oak,ILLUMINA,reads/ash_2.fastq.gz\n"
    )
    (jp_root_dir / "two lanes.csv").write_text(text)
    created = await api.post("submissions", {"pipeline": "taxprofiler", "path": "two lanes.csv"})
    assert created.code == 202, created.body
    run = await run_of(api, created.data["submission_id"])
    assert (run["status"], run["sample_id"]) == ("COMPLETED", "oak")

    lines = (Path(run["outdir"]) / "samplesheet.csv").read_text().splitlines()
    assert lines[0] == text.splitlines()[0], "also a column in which no cell is set"
    assert lines[2].startswith(f"{jp_root_dir}/reads/ash_1.fastq.gz,lane_2,,oak,")
    detail = (await api.get(f"runs/{run['run_id']}")).data
    assert detail["tsv_row"] == {"input": "two lanes.csv", "samples": "1"}


async def test_one_row_is_a_sheet_of_one_row(api, taxprofiler, mended, samples):
    mended.touch()
    header, row = sheet("oak").splitlines()
    cells = dict(zip(header.split("\t"), row.split("\t"), strict=True))
    body = {"pipeline": "taxprofiler", "sample_id": "oak", "tsv_row": cells}
    created = await api.post("runs", body)
    assert created.code == 201, created.body
    run = await ended(api, created.data["run_id"])
    assert (run["status"], run["sample_id"]) == ("COMPLETED", "oak")
    assert run["tsv_row"] == cells
    (written,) = rows_in(Path(run["outdir"]) / "samplesheet.csv")
    assert (written["sample"], Path(written["fastq_1"]).is_absolute()) == ("oak", True)


async def test_a_failed_sheet_says_why_and_is_resumed_or_sent_again(
    api, taxprofiler, mended, samples
):
    body = {"pipeline": "taxprofiler", "content": sheet("oak", "ash")}
    submission = (await api.post("submissions", body)).data["submission_id"]
    failed = await run_of(api, submission)
    assert failed["status"] == "FAILED"
    assert "No such database" in failed["status_reason"]
    first = await called(api, failed["run_id"])

    still = (await api.post(f"runs/{failed['run_id']}/resume")).data
    assert (await ended(api, still["run_id"]))["status"] == "FAILED"

    mended.touch()
    resumed = (await api.post(f"runs/{still['run_id']}/resume")).data
    assert (await ended(api, resumed["run_id"]))["status"] == "COMPLETED"
    second = await called(api, resumed["run_id"])
    assert second["arguments"][-1] == "-resume"
    assert second["cwd"] == first["cwd"], "Nextflow finds what it has done in its directory"

    again = await api.post(f"submissions/{submission}/resubmit")
    assert again.code == 202, again.body
    assert (await run_of(api, again.data["submission_id"]))["status"] == "COMPLETED"
