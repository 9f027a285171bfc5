"""``jupyter omnidomain pipelines`` and ``validate``, as they are called in a terminal."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from omnidomain_jupyter import __version__

DEFINITION = 'name = "Mine"\ntitle = "My own"\nengine = "command"\ncommand = ["true"]\n'
SCHEMA = {"type": "array", "items": {"properties": {"sample_id": {"type": "string"}}}}


@pytest.fixture
def mine(tmp_path) -> Path:
    """A directory with one pipeline that works."""
    directory = tmp_path / "mine"
    folder = directory / "Mine"
    folder.mkdir(parents=True)
    (folder / "pipeline.toml").write_text(DEFINITION)
    (folder / "schema_input.json").write_text(json.dumps(SCHEMA))
    return directory


def test_the_pipelines_are_a_table(run, mine, tmp_path):
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "true").symlink_to("/bin/true")

    done = run("pipelines", "--pipelines-path", str(mine), PATH=str(programs))

    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["NAME", "TITLE", "ONE", "JOB", "PER", "NEEDS", "FROM"]
    assert [line.split()[0] for line in lines[1:]] == [
        *("FungalFlow", "Mine", "NextAMR", "PhytoFlow", "ReadQC"),
    ]
    needs = lines[0].index("NEEDS")
    assert lines[2][:needs].split() == ["Mine", "My", "own", "row"]
    assert lines[2][needs:].split() == ["true", str(mine / "Mine")]
    assert lines[1][needs:].startswith("nextflow (not installed)  built in")
    assert lines[5].endswith("built in")


def test_a_broken_definition_is_named_with_the_reason(run, mine):
    (mine / "Mine" / "pipeline.toml").write_text('name = "Mine"\n')

    done = run("pipelines", OMNIDOMAIN_PIPELINES_PATH=str(mine))

    assert done.returncode == 1
    assert "broken: Mine: " in done.stdout
    assert "engine: is missing" in done.stdout
    assert "ReadQC" in done.stdout


@pytest.mark.parametrize(
    "file", ["jupyter_server_config.py", "jupyter_omnidomain_jupyter_config.py"]
)
def test_the_servers_configuration_counts(run, mine, tmp_path, file):
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / file).write_text(f"c.OmniDomainApp.pipelines_path = {str(mine)!r}\n")

    assert "Mine" in run("pipelines").stdout
    assert "Mine" in run("pipelines", OMNIDOMAIN_PIPELINES_PATH="/nowhere").stdout
    assert "Mine" not in run("pipelines", f"--pipelines-path={tmp_path / 'data'}").stdout


def test_a_sheet_that_can_be_submitted(run):
    done = run("validate", "good.tsv", "--pipeline", "ReadQC")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "good.tsv: 1 row, ready to submit\n"


def test_every_error_is_a_line_as_a_compiler_writes_it(run):
    done = run("validate", "bad.tsv", "--pipeline", "ReadQC")

    assert (done.returncode, done.stderr) == (1, "")
    *errors, summary = done.stdout.splitlines()
    assert summary.startswith("bad.tsv: 3 rows, 4 errors")
    places = [line.split(": ", 2)[:2] for line in errors if "warning" not in line]
    assert sorted(places) == [
        ["bad.tsv:3", "reads_2"],
        ["bad.tsv:3", "sample_id"],
        ["bad.tsv:4", "reads_1"],
        ["bad.tsv:5", "sample_id"],
    ]
    assert any(line.endswith("(did you mean “gut_01”?)") for line in errors)
    assert all("sample_id: sample_id," not in line for line in errors)


def test_files_need_not_be_there(run):
    done = run("validate", "bad.tsv", "--pipeline=ReadQC", "--no-check-files")

    assert done.returncode == 1
    assert "was not found" not in done.stdout


def test_json_is_what_the_server_answers(run):
    done = run("validate", "bad.tsv", "--pipeline", "ReadQC", "--format", "json")

    assert done.returncode == 1
    report = json.loads(done.stdout)
    assert (report["valid"], report["rows"], report["error_count"]) == (False, 3, 4)
    assert {"line", "row", "column", "value", "code", "message", "suggestion"} == set(
        report["errors"][0]
    )


def test_relative_paths_start_at_the_sheet(run, here):
    done = run("validate", str(here / "good.tsv"), "--pipeline", "ReadQC", HOME=str(here))
    from_elsewhere = run("validate", "~/good.tsv", "--pipeline", "ReadQC", HOME=str(here))

    assert (done.returncode, from_elsewhere.returncode) == (0, 0)


def test_a_workbook_is_an_error_of_the_sheet(run, here):
    (here / "book.xlsx").write_bytes(b"PK\x03\x04rest")

    done = run("validate", "book.xlsx", "--pipeline", "ReadQC")

    assert done.returncode == 1
    assert "workbook" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["validate"], "Give a sheet and its pipeline"),
        (["validate", "good.tsv"], "Give a sheet and its pipeline"),
        (["validate", "good.tsv", "bad.tsv", "--pipeline", "ReadQC"], "Give a sheet and"),
        (["validate", "gone.tsv", "--pipeline", "ReadQC"], "gone.tsv cannot be read: No such file"),
        (["validate", ".", "--pipeline", "ReadQC"], "cannot be read: Is a directory"),
        (
            ["validate", "good.tsv", "--pipeline", "ReadQ"],
            "There is no pipeline 'ReadQ'. Did you mean 'ReadQC'? There are: Fung",
        ),
        (["validate", "good.tsv", "--pipeline", "ReadQC", "--formt=json"], "no option --formt"),
        (["validate", "good.tsv", "--pipeline", "ReadQC", "--quick"], "no option --quick"),
        (["validate", "good.tsv", "--pipeline", "ReadQC", "--format", "xml"], "xml"),
        (["validate", "good.tsv", "--pipeline"], "expected one argument"),
        (["pipelines", "--al"], "no option --al"),
        (["doktor"], "no subcommand doktor, and no file of that name. The subcommands are db, do"),
    ],
)
def test_wrong_use_ends_with_2(run, arguments, says):
    done = run(*arguments)

    assert done.returncode == 2
    assert done.stdout == ""
    assert says in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("module", ["omnidomain_jupyter.cli", "omnidomain_jupyter.app"])
def test_version_help_and_subcommands_by_every_way_in(run, module):
    assert run("--version", module=module).stdout == f"{__version__}\n"
    text = run("--help", module=module).stdout
    assert "started by `jupyter omnidomain cmd [args]`" in text
    assert "pipelines\n    List the pipelines" in text
    assert "validate\n    Check a sample sheet" in text
    assert run("validate", "--version", module=module).stdout == f"{__version__}\n"
    assert run("validate", "good.tsv", "--pipeline", "ReadQC", module=module).returncode == 0


def test_a_subcommand_is_quick_and_imports_no_server(run):
    begin = time.perf_counter()
    done = run("validate", "good.tsv", "--pipeline", "ReadQC", PYTHONPROFILEIMPORTTIME="1")
    took = time.perf_counter() - begin

    assert done.returncode == 0
    assert "jupyter_server" not in done.stderr
    assert took < 5  # 0.7 s on an idle machine; a busy one is slower


def test_a_reader_that_goes_away_is_no_error(here, tmp_path):
    command = f"{sys.executable} -m omnidomain_jupyter.cli pipelines | true"
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=here,
        env={
            **os.environ,
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "JUPYTER_CONFIG_DIR": str(tmp_path),
        },
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert done.stderr == ""
