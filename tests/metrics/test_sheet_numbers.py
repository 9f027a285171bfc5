"""The numbers of a whole sheet as CSV, as far as there is room for them."""

from __future__ import annotations

import csv
import io
from uuid import uuid4

from omnidomain_jupyter.handlers.metrics import MOST_CELLS, MOST_CHARACTERS
from omnidomain_jupyter.schemas import MetricsRow, SubmissionMetrics
from omnidomain_jupyter.services.metrics import SheetNumbers

PLENTY = 10**9


def row(number: int | None, sample: str, **values: float) -> MetricsRow:
    return MetricsRow(
        run_id=uuid4(),
        row_number=number,
        sample_id=f"s{number}",
        status="COMPLETED",
        sample=sample,
        values=values,
    )


def page(*rows: MetricsRow, truncated: bool = False) -> SubmissionMetrics:
    return SubmissionMetrics(
        submission_id=uuid4(), columns=[], rows=rows, truncated=truncated, next_cursor=None
    )


def written(sheet: SheetNumbers) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO("".join(sheet.as_csv()))))


def test_rows_that_have_different_numbers_share_their_columns():
    sheet = SheetNumbers(PLENTY, PLENTY)
    sheet.take(page(row(3, "c", gc=0.5, n50=1200.0), row(2, "b")))
    sheet.take(page(row(1, "a", n50=7.0, reads=1e16)))
    assert [
        (each["sample"], each["gc"], each["n50"], each["reads"]) for each in written(sheet)
    ] == [
        ("a", "", "7", "1e+16"),
        ("b", "", "", ""),
        ("c", "0.5", "1200", ""),
    ]
    assert not sheet.truncated


def test_what_has_no_room_is_left_out_from_there_on():
    sheet = SheetNumbers(4, PLENTY)
    sheet.take(page(row(1, "a", gc=1.0), row(2, "b", gc=2.0), row(3, "c", gc=3.0, n50=4.0)))
    assert sheet.truncated
    sheet.take(page(row(4, "d", gc=5.0)))
    assert [each["sample"] for each in written(sheet)] == ["a", "b"]
    assert sheet.truncated


def test_numbers_of_a_run_that_has_more_are_kept_and_that_is_told():
    sheet = SheetNumbers(PLENTY, PLENTY)
    sheet.take(page(row(1, "a", gc=1.0), truncated=True))
    sheet.take(page(row(2, "b", gc=2.0)))
    assert sheet.truncated
    assert not sheet.is_full
    assert [each["sample"] for each in written(sheet)] == ["a", "b"]


def test_cells_that_rows_are_filled_up_with_count():
    sheet = SheetNumbers(1000, PLENTY)
    sheet.take(page(*(row(number, "own", **{f"n{number}": 1.0}) for number in range(100))))
    assert sheet.truncated
    table = written(sheet)
    assert len(table) == 31
    assert len(table[0]) == 5 + 31


def test_names_count():
    sheet = SheetNumbers(PLENTY, 1000)
    sheet.take(page(row(1, "a", **{"n" * 500: 1.0}), row(2, "b" * 500)))
    assert sheet.truncated
    assert [each["sample"] for each in written(sheet)] == ["a"]


def test_an_ordinary_sheet_is_whole():
    sheet = SheetNumbers(MOST_CELLS, MOST_CHARACTERS)
    values = {f"multiqc.Some number {number}": number / 7 for number in range(60)}
    sheet.take(page(*(row(number, f"sample_{number:05}", **values) for number in range(10_000))))
    assert not sheet.truncated
