"""Workbooks as Excel writes them, made here by openpyxl."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omnidomain_jupyter.samplesheet import excel
from omnidomain_jupyter.samplesheet.reader import SheetError, decode_sheet, read_sheet


def workbook(*rows, more=(), **sheets) -> bytes:
    """Return a workbook's bytes: its first sheet's rows, then other sheets by their names."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for cell, value in more:
        book.active[cell] = value
    for title, content in sheets.items():
        sheet = book.create_sheet(title)
        for row in content:
            sheet.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def cells(sheet) -> list[list[str]]:
    return [list(row) for row in zip(*sheet.table, strict=True)]


def codes(issues) -> list[str]:
    return [issue.code for issue in issues]


def test_cells_are_the_text_that_excel_shows():
    sheet = read_sheet(
        workbook(
            ["sample_id", "a", "b", "c", "d"],
            ["001", 1, 2.0, 0.5, True],
            ["10E8", -3, 1e14, None, False],
        ),
        filename="samples.xlsx",
    )
    assert cells(sheet) == [
        ["001", "1", "2", "0.5", "TRUE"],
        ["10E8", "-3", "100000000000000", "", "FALSE"],
    ]
    assert (sheet.encoding, sheet.errors, sheet.warnings) == ("xlsx", (), ())


def test_lines_are_excels_rows():
    data = workbook(["sample_id"], ["a"], [], [None], ["b"])
    sheet = read_sheet(data)
    assert list(sheet.lines) == [2, 5]
    assert decode_sheet(data).split("\n") == ["sample_id", "a", "", "", "b", ""]


def test_a_header_may_stand_further_down():
    sheet = read_sheet(workbook([None], [None], ["sample_id", "reads_1"], ["a", "x.fastq"]))
    assert (sheet.columns, sheet.header_line) == (("sample_id", "reads_1"), 3)


def test_a_name_that_excel_made_a_date_of_is_told():
    first_of_march = dt.datetime(2026, 3, 1)  # noqa: DTZ001 - Excel knows no time zones
    sheet = read_sheet(workbook(["sample_id", "x"], [first_of_march, dt.time(8, 30)]))
    assert cells(sheet) == [["2026-03-01", "08:30:00"]]
    assert codes(sheet.warnings) == ["excel_date", "excel_date"]
    assert "Cell A2" in sheet.warnings[0].message
    assert "MAR1" in sheet.warnings[0].message


def test_cells_without_a_value_are_errors_at_their_place():
    sheet = read_sheet(
        workbook(["sample_id", "x"], ["a", "#N/A"], ["b", "=1+1"], more=[("AB4", "=A1")])
    )
    assert [(each.line, each.code) for each in sheet.errors] == [
        (2, "excel_error"),
        (3, "formula"),
        (4, "formula"),
    ]
    assert "Cell AB4" in sheet.errors[2].message


def test_of_several_sheets_the_first_that_is_filled_is_read_and_the_rest_named():
    data = workbook(samples=[["sample_id"], ["a"]], notes=[["nothing"]], empty=[])
    sheet = read_sheet(data)
    assert sheet.columns == ("sample_id",)
    assert [each.message for each in sheet.warnings] == [
        "The sheet “samples” was read; left alone: notes."
    ]


def test_blanks_and_surplus_cells_are_told_as_in_a_text():
    sheet = read_sheet(workbook(["sample_id", "x"], [" a ", "1", None, "lost"], ["b"]))
    assert cells(sheet) == [["a", "1"], ["b", ""]]
    assert codes(sheet.warnings) == ["blanks"]
    assert codes(sheet.errors) == ["ragged_row"]


@pytest.mark.parametrize(
    ("data", "code", "says"),
    [
        (workbook(), "empty", "empty"),
        (workbook(["a"])[:-200], "workbook", "damaged"),
        (b"PK\x03\x04", "workbook", "damaged"),
    ],
)
def test_what_cannot_be_read_is_told(data, code, says):
    with pytest.raises(SheetError, match=says) as caught:
        read_sheet(data)
    assert caught.value.issues[0].code == code


def test_an_archive_that_is_no_workbook_is_told():
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(SheetError, match="no Excel workbook"):
        read_sheet(data.getvalue())


def test_a_workbook_that_unpacks_without_end_is_refused_before_that(monkeypatch):
    monkeypatch.setattr(excel, "LARGEST", 1000)
    with pytest.raises(SheetError, match="too much") as caught:
        read_sheet(workbook(["sample_id"], ["a"]))
    assert caught.value.issues[0].code == "too_large"


workbook_of_a_sample = workbook(["sample_id"], ["a"])


@given(st.data())
@settings(max_examples=150)
def test_a_damaged_workbook_raises_nothing_but_the_readers_own_error(data):
    good = bytearray(workbook_of_a_sample)
    for _ in range(data.draw(st.integers(1, 20))):
        position = data.draw(st.integers(4, len(good) - 1))
        good[position] = data.draw(st.integers(0, 255))
    try:
        read_sheet(bytes(good))
    except SheetError as error:
        assert error.issues  # noqa: PT017
