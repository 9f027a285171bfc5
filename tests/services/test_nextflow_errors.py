"""Nextflow's error, found in its log as it is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from omnidomain_jupyter.services.nextflow_errors import nextflow_error

OUT_OF_MEMORY = r"""
N E X T F L O W  ~  version 24.04.4
executor >  local (3)
[ab/c1d2e3] NFCORE:ASSEMBLY:SPADES (gut_01) | 0 of 1
[12/345678] NOTE: Process `SPADES` terminated with an error exit status (137) -- retried (1)
ERROR ~ Error executing process > 'NFCORE:ASSEMBLY:SPADES (gut_01)'

Caused by:
  Process `NFCORE:ASSEMBLY:SPADES (gut_01)` terminated with an error exit status (137)


Command executed:

  spades.py \
      --threads 2 \
      -1 gut_1.fastq.gz

Command exit status:
  137

Command output:
  (empty)

Command error:
  == Error ==  system call for: spades-core finished abnormally
  .command.sh: line 5: 31 Killed   spades.py

Work dir:
  /results/.work/ab/c1d2e3f4

Container:
  quay.io/biocontainers/spades:3.15.5

Tip: you can replicate the issue by changing to the process work dir

 -- Check '.nextflow.log' file for details
-[nf-core/assembly] Pipeline completed with errors-
WARN: Killing running tasks (2)
"""

BEFORE_IT_RAN = """
Error executing process > 'FASTQC (b)'

Caused by:
  Process requirement exceeds available memory -- req: 36 GB; avail: 7.7 GB

Command executed:

  fastqc

Command exit status:
  -

Command output:
  (empty)

Work dir:
  /w/1
"""

PARAMETERS = """
ERROR ~ Validation of pipeline parameters failed!

 -- Check '.nextflow.log' file for details
The following invalid input values have been detected:

* --input (x.csv): the file or directory 'x.csv' does not exist.
* Missing required parameter(s): outdir
"""

MISSING = """
ERROR ~ No such file or directory: /data/genome.fa

 -- Check script 'main.nf' at line: 3 or see '.nextflow.log' file for more details
"""


def test_a_step_that_ran_out_of_memory():
    error = nextflow_error(OUT_OF_MEMORY.splitlines())
    assert error.process == "NFCORE:ASSEMBLY:SPADES (gut_01)"
    assert error.exit_status == 137
    assert error.work_directory == "/results/.work/ab/c1d2e3f4"
    assert error.summary == (
        "The step NFCORE:ASSEMBLY:SPADES (gut_01) failed. Exit code 137: ended by signal 9 "
        "(SIGKILL), most often because memory ran out. "
        "It said: .command.sh: line 5: 31 Killed   spades.py"
    )
    assert error.lines[0].startswith("ERROR ~ Error executing process")
    assert error.lines[-1].strip() == "quay.io/biocontainers/spades:3.15.5"


def test_a_step_that_never_ran_says_why():
    error = nextflow_error(BEFORE_IT_RAN.splitlines())
    assert error.exit_status is None
    assert error.summary == (
        "The step FASTQC (b) failed. "
        "Process requirement exceeds available memory -- req: 36 GB; avail: 7.7 GB."
    )


def test_an_error_that_is_of_no_step():
    assert nextflow_error(MISSING.splitlines()).summary == (
        "Nextflow stopped: No such file or directory: /data/genome.fa."
    )
    assert nextflow_error(PARAMETERS.splitlines()).summary == (
        "Nextflow stopped: Validation of pipeline parameters failed! "
        "* --input (x.csv): the file or directory 'x.csv' does not exist."
    )


def test_the_first_step_that_failed_is_told_of():
    later = OUT_OF_MEMORY.replace("SPADES (gut_01)", "QUAST (gut_02)")
    error = nextflow_error([*OUT_OF_MEMORY.splitlines(), *later.splitlines()])
    assert "SPADES" in error.process
    assert not any("QUAST" in line for line in error.lines)


def test_colours_and_time_stamps_do_not_hide_it():
    stamp = "Nov-23 10:00:00.123 [TaskFinalizer-1] ERROR nextflow.processor.TaskProcessor - "
    lines = BEFORE_IT_RAN.splitlines()
    lines[1] = f"{stamp}\x1b[31m{lines[1]}\x1b[0m"
    assert nextflow_error(lines).process == "FASTQC (b)"


def test_other_logs_have_none():
    assert nextflow_error([]) is None
    assert nextflow_error(["ERROR: something", "error executing process"]) is None


@given(st.lists(st.text(max_size=30), max_size=20))
def test_any_text_behind_it_is_no_error(lines):
    assert nextflow_error(["Error executing process > 'A'", *lines]).process == "A"
