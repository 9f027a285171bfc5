from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from omnidomain_jupyter.demo.table import duration, run_block, short_path, table
from omnidomain_jupyter.schemas import ReadFileMetrics, Run
from omnidomain_jupyter.status import RunStatus

START = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
READ_1 = ReadFileMetrics(
    file="ggal_gut_1.fastq.gz",
    reads=2937,
    bases=308_324,
    mean_length=104.98,
    q20_reads=2696,
    q20_share=2696 / 2937,
    gc_bases=139_421,
    gc_share=139_421 / 308_324,
    adapter_share=0.354,
)
READ_2 = READ_1.model_copy(update={"bases": 308_385, "q20_share": 2639 / 2937})


def a_run(seconds: float | None = 1.25, **changes) -> Run:
    return Run.model_construct(
        **{
            "run_id": UUID("12345678-0000-4000-8000-000000000000"),
            "sample_id": "gut",
            "status": RunStatus.COMPLETED,
            "started_at": START,
            "completed_at": None if seconds is None else START + timedelta(seconds=seconds),
            **changes,
        }
    )


def test_a_pair_has_a_line_for_each_read_with_its_figures_and_its_report(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)

    text = table([run_block(a_run(), [READ_1, READ_2], tmp_path / "out" / "gut.html")])

    assert (
        text
        == """\
run       sample  status     read  reads    bases    Q20     GC  adapter  duration
  report
────────  ──────  ─────────  ────  ─────  ───────  ─────  ─────  ───────  ────────
12345678  gut     COMPLETED  R1    2,937  308,324  91.8%  45.2%    35.4%     1.2 s
                             R2    2,937  308,385  89.9%  45.2%    35.4%
  out/gut.html"""
    )


def test_a_run_without_numbers_still_has_its_line():
    block = run_block(a_run(None, status=RunStatus.FAILED), [], None)

    assert block.rows == [["12345678", "gut", "FAILED", *["-"] * 7]]
    assert block.report == "no report"


def test_wide_and_combining_characters_keep_the_columns_aligned():
    names = ["样品", "e\u0301te", "plain"]

    lines = table([run_block(a_run(sample_id=name), [], None) for name in names]).splitlines()

    assert [line.split("COMPLETED")[0] for line in lines[3::2]] == [
        "12345678  样品    ",
        "12345678  e\u0301te     ",
        "12345678  plain   ",
    ]


@pytest.mark.parametrize("files", [[READ_1], [READ_1, READ_2], []])
def test_a_long_name_goes_on_in_the_next_rows_of_a_table_of_100(files):
    name = "gut_of_a_chicken_" * 6

    lines = table([run_block(a_run(sample_id=name), files, None)]).splitlines()

    assert max(map(len, lines)) <= 100
    start, end = lines[0].index("sample"), lines[0].index("status")
    assert "".join(line[start:end].strip() for line in lines[3:-1]) == name


def test_the_largest_numbers_still_leave_room_for_a_name():
    large = READ_1.model_copy(update={"reads": 400_000_000, "bases": 60_000_000_000})

    text = table([run_block(a_run(41_000, sample_id="sample_1"), [large], None)])

    assert max(map(len, text.splitlines())) <= 100
    assert "  sample_1  " in text


def test_a_path_is_in_one_piece_however_long_it_is(tmp_path):
    report = tmp_path / ("a" * 120) / "gut.html"

    lines = table([run_block(a_run(), [READ_1], report)]).splitlines()

    assert lines[-1] == f"  {short_path(report)}"
    assert max(map(len, lines[:-1])) <= 100


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(0, "0.0 s"), (3.04, "3.0 s"), (185, "3 min 05 s"), (7384, "2 h 03 min"), (None, "-")],
)
def test_durations_are_in_units_that_people_use(seconds, expected):
    assert duration(a_run(seconds)) == expected


def test_a_path_is_shown_from_here_where_that_is_shorter(monkeypatch, tmp_path):
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)

    assert short_path(deep / "x.html") == "x.html"
    assert short_path(Path("/x.html")) == "/x.html"
