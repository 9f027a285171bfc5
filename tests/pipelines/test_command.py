from __future__ import annotations

import json
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from omnidomain_jupyter.errors import InvalidInputError
from omnidomain_jupyter.pipelines.command import build_command, unsafe_cells
from omnidomain_jupyter.pipelines.definition import load_definition
from omnidomain_jupyter.pipelines.registry import PipelineRegistry

RUN = {
    "sample_id": "S1",
    "run_id": "b3c1",
    "output_directory": "/results/S1",
    "work_directory": "/results/.work/S1",
}
NEXTFLOW = 'name = "mine"\nengine = "nextflow"\nsource = "me/mine"\n'
NASTY = [
    *("x'; rm -rf ~ #", '"; reboot', "$(id)", "`id`", "a b", "a\tb", "a\nb", "*", "~", "\\"),
    *("-resume", "--outdir", "-", "--", "-c", "--x=y", "@file", "{outdir}", "{{x}}", "ä", "🧬"),
]
values = st.one_of(st.sampled_from(NASTY), st.text(min_size=1, max_size=40))


@pytest.fixture(scope="module")
def registry():
    return PipelineRegistry()


def nextflow_reads(arguments):
    """What Nextflow understands of its arguments (Launcher.normalizeArgs): options, parameters."""
    options, parameters = [], {}
    rest = iter(arguments)
    waiting = None
    for argument in rest:
        if waiting is not None and not argument.startswith("-"):
            parameters[waiting], waiting = argument, None
            continue
        if waiting is not None:
            parameters[waiting], waiting = "true", None
        if argument.startswith("--") and "=" in argument:
            name, value = argument[2:].split("=", 1)
            parameters[name] = value
        elif argument.startswith("--"):
            waiting = argument[2:]
        elif argument in {"-r", "-c", "-profile", "-work-dir", "-ansi-log"}:
            options.append((argument, next(rest)))
        else:
            options.append((argument, None))
    return options, parameters


def test_a_row_becomes_nextflow_parameters(registry):
    command = build_command(
        registry.get("FungalFlow"),
        {"sample_id": "S1", "shortreads_r1": "/r/1.fq.gz", "shortreads_r2": "/r/2.fq.gz"},
        **RUN,
        environment={},
    )

    assert command == [
        *("nextflow", "run", "nextflow/fungalflow/main.nf", "-c", "nextflow/nextflow.config"),
        *("-profile", "fungal_env", "--sample_id", "S1"),
        *("--shortreads_r1", "/r/1.fq.gz", "--shortreads_r2", "/r/2.fq.gz"),
        *("--base_outdir", "/results/S1", "-work-dir", "/results/.work/S1", "-ansi-log", "false"),
    ]


def test_resume_is_the_last_argument(registry):
    command = build_command(registry.get("NextAMR"), {}, **RUN, resume=True)

    assert command[-1] == "-resume"
    assert command.count("-resume") == 1


def test_the_profile_depends_on_the_compute_backend(registry):
    command = build_command(registry.get("PhytoFlow"), {}, **RUN, backend="aws_batch")

    assert command[command.index("-profile") + 1] == "eukaryote_env,aws"


def test_databases_come_from_the_servers_environment_and_configuration(registry):
    pipeline = registry.get("FungalFlow")
    environment = {"OMNI_EGGNOG_DB": "/db/eggnog", "OMNI_DBCAN_DB": ""}

    command = build_command(
        pipeline, {}, **RUN, environment=environment, parameters={"busco_db_path": "/db/busco"}
    )

    _, parameters = nextflow_reads(command[2:])
    assert parameters["eggnog_db_dir"] == "/db/eggnog"
    assert parameters["busco_db_path"] == "/db/busco"
    assert "dbcan_db" not in parameters


def test_a_revision_renamed_fixed_and_dropped_parameters(write_pipeline):
    pipeline = load_definition(
        write_pipeline(
            NEXTFLOW + 'revision = "1.2.0"\nprofile = "docker"\n'
            '[parameters]\nreads = "input_reads"\nnote = false\n'
            "[fixed_parameters]\ntrim = true\nlimit = 3\n"
        )
    )

    command = build_command(pipeline, {"reads": "/a.fq", "note": "hi", "unknown": "x"}, **RUN)

    assert command == [
        *("nextflow", "run", "me/mine", "-r", "1.2.0", "-profile", "docker", "--trim", "true"),
        *("--limit", "3", "--sample_id", "S1", "--input_reads", "/a.fq"),
        *("--outdir", "/results/S1", "-work-dir", "/results/.work/S1", "-ansi-log", "false"),
    ]


def test_a_pipeline_for_whole_sheets_is_given_the_sheet(write_pipeline):
    pipeline = load_definition(write_pipeline(NEXTFLOW + 'granularity = "sheet"\n'))

    command = build_command(pipeline, {"reads": "/a.fq"}, **RUN, sheet="/w/sheet.csv")

    assert command[3:7] == ["--input", "/w/sheet.csv", "--outdir", "/results/S1"]
    with pytest.raises(ValueError, match="takes whole sheets"):
        build_command(pipeline, {}, **RUN)


def test_an_argument_or_group_with_an_unset_column_is_left_out(write_pipeline):
    pipeline = load_definition(
        write_pipeline(
            'name = "mine"\nengine = "command"\n'
            'command = ["tool", "--in={reads}", ["--note", "{note}"], "{outdir}/{run_id}", "{{}}"]'
        )
    )

    assert build_command(pipeline, {"reads": "a"}, **RUN) == [
        *("tool", "--in=a", "/results/S1/b3c1", "{}")
    ]
    assert build_command(pipeline, {"reads": "", "note": "n"}, **RUN) == [
        *("tool", "--note", "n", "/results/S1/b3c1", "{}")
    ]


def test_a_value_that_would_be_an_option_of_a_program_is_refused_at_its_column(registry):
    pipeline = registry.get("ReadQC")

    with pytest.raises(InvalidInputError) as caught:
        build_command(pipeline, {"reads_1": "--help.fq"}, **RUN)

    (issue,) = caught.value.issues
    assert (issue.column, issue.value, issue.code) == ("reads_1", "--help.fq", "unsafe_value")
    assert unsafe_cells(pipeline, {"reads_1": "--help.fq", "reads_2": "/b.fq"}) == [issue]
    assert unsafe_cells(pipeline, {"reads_1": "/a.fq"}) == []


@pytest.mark.parametrize("value", ["a\0b", "a\ud800"])
@pytest.mark.parametrize("name", ["ReadQC", "FungalFlow"])
def test_what_no_program_can_be_given_is_refused(name, value, registry):
    pipeline = registry.get(name)
    column = pipeline.columns[1].name

    with pytest.raises(InvalidInputError):
        build_command(pipeline, {column: value}, **RUN)
    assert [issue.column for issue in unsafe_cells(pipeline, {column: value})] == [column]


@given(
    cells=st.fixed_dictionaries({"longreads": values, "rnaseq_bam": values}), resume=st.booleans()
)
def test_nextflow_reads_every_value_as_that_parameter_and_nothing_else(cells, resume, registry):
    pipeline = registry.get("FungalFlow")
    try:
        command = build_command(pipeline, cells, **RUN, resume=resume, environment={})
    except InvalidInputError:
        assert unsafe_cells(pipeline, cells)
        return

    options, parameters = nextflow_reads(command[3:])

    assert parameters == {**cells, "sample_id": "S1", "base_outdir": "/results/S1"}
    assert options == [
        *(("-c", "nextflow/nextflow.config"), ("-profile", "fungal_env")),
        *(("-work-dir", "/results/.work/S1"), ("-ansi-log", "false")),
        *([("-resume", None)] if resume else []),
    ]


SEQUALI = """
import json, sys
from sequali.__main__ import argument_parser
parser = argument_parser()
for line in sys.stdin:
    print(json.dumps(vars(parser.parse_args(json.loads(line)))), flush=True)
"""


@pytest.fixture(scope="module")
def read_by_sequali():
    """Sequali's own parser, in a process of its own: its plotting changes how Python imports."""
    with subprocess.Popen(
        [sys.executable, "-c", SEQUALI], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:

        def read(arguments: list[str]) -> dict[str, object]:
            process.stdin.write(json.dumps(arguments) + "\n")
            process.stdin.flush()
            return json.loads(process.stdout.readline())

        yield read
        process.stdin.close()


@given(first=values, second=values)
def test_sequali_reads_every_value_as_that_file_and_nothing_else(
    first, second, registry, read_by_sequali
):
    cells = {"reads_1": first, "reads_2": second}
    try:
        command = build_command(registry.get("ReadQC"), cells, **RUN)
    except InvalidInputError:
        assert unsafe_cells(registry.get("ReadQC"), cells)
        return

    read = read_by_sequali(command[1:])

    assert (read["input"], read["input_reverse"]) == (first, second)
    assert (read["outdir"], read["threads"]) == ("/results/S1", 1)
    assert (read["json"], read["html"]) == ("S1.sequali.json", "S1.sequali.html")


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(reads=values, note=values)
def test_a_real_process_gets_every_value_as_exactly_one_argument(reads, note, write_pipeline):
    echo = "import json, sys; print(json.dumps(sys.argv[1:]))"
    template = [sys.executable, "-c", echo, "-reads={reads}", "x{note}", "{outdir}"]
    pipeline = load_definition(
        write_pipeline(f'name = "mine"\nengine = "command"\ncommand = {json.dumps(template)}')
    )
    try:
        command = build_command(pipeline, {"reads": reads, "note": note}, **RUN)
    except InvalidInputError:
        return

    ran = subprocess.run(command, check=True, capture_output=True, timeout=30)

    assert json.loads(ran.stdout) == [f"-reads={reads}", f"x{note}", "/results/S1"]
