"""A sheet that is being put right keeps its lines."""

from __future__ import annotations

from omnidomain_jupyter.widgets.sheet_draft import SheetDraft


def test_every_row_stays_on_its_line():
    draft = SheetDraft.read("\nsample_id,reads\n\n\na 1,x\n\nb,y\n", "sheet.csv")
    assert draft.lines == [5, 7]

    draft.set(0, 0, "a_1")

    assert draft.text() == "\nsample_id\treads\n\n\na_1\tx\n\nb\ty\n"
    assert SheetDraft.read(draft.text()).lines == [5, 7]


def test_cells_that_span_lines_are_written_in_one():
    draft = SheetDraft.read('sample_id\treads\n"a\nb"\tx\nc\ty\n')
    assert draft.text().splitlines()[1] == "a b\tx"
    assert SheetDraft.read(draft.text()).rows == [["a b", "x"], ["c", "y"]]


def test_what_is_typed_is_one_cell():
    draft = SheetDraft(["sample_id", "reads"], [["a", "x"]])
    draft.set(0, 1, " y\tz\n")
    assert draft.rows == [["a", "y z"]]


def test_rows_come_and_go():
    draft = SheetDraft(["sample_id"], [["a"], ["b"], ["c"]])
    draft.remove(1)
    draft.set(3, 0, "e")
    assert draft.rows == [["a"], ["c"], [""], ["e"]]
    assert draft.lines == [2, 3, 4, 5]
    assert draft.edition == 2
