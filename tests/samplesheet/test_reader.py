from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from omnidomain_jupyter.samplesheet.reader import (
    SheetError,
    decode_sheet,
    read_dataframe,
    read_sheet,
)

HEADER = "sample_id\treads_1\treads_2\n"
CELL_CHARACTERS = st.one_of(
    st.sampled_from("ab1#,;\t\"'\n\r é-_."),
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufeff\u200b"),
)
CELLS = st.text(CELL_CHARACTERS, max_size=8).map(str.strip)
NAMES = st.text("abcXYZ_12é", min_size=1, max_size=6)
TABLES = st.integers(1, 4).flatmap(
    lambda width: st.tuples(
        st.lists(NAMES, min_size=width, max_size=width, unique=True),
        st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=5),
    )
)
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "cp1252"]
MARKS = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}


def cells(sheet):
    return [list(cells) for cells in zip(*sheet.table, strict=True)]


def lines(sheet):
    return list(sheet.lines)


def codes(issues):
    return [(issue.code, issue.line) for issue in issues]


def physical_lines(text):
    return len(text.replace("\r\n", "\n").replace("\r", "\n").split("\n")) - 1


def written(header, rows, delimiter, newline, *, quote_all):
    """Return the file's text, and the lines at which the rows start."""

    def cell(value):
        special = any(each in value for each in (delimiter, '"', "\n", "\r", "#"))
        return '"' + value.replace('"', '""') + '"' if quote_all or special else value

    text, starts = "", []
    for record in [header, *rows]:
        starts.append(physical_lines(text) + 1)
        text += delimiter.join(map(cell, record)) + newline
    return text, starts[1:]


@settings(max_examples=400)
@given(
    table=TABLES,
    encoding=st.sampled_from(ENCODINGS),
    delimiter=st.sampled_from("\t,;"),
    newline=st.sampled_from(["\n", "\r\n", "\r"]),
    quote_all=st.booleans(),
)
def test_what_is_written_is_read_at_the_same_lines(table, encoding, delimiter, newline, quote_all):
    header, rows = table
    assume(len(header) > 1 or delimiter != ";")  # nothing tells it from a cell's text
    text, starts = written(header, rows, delimiter, newline, quote_all=quote_all)
    data = encoded(text, encoding)

    sheet = read_sheet(data, filename={",": "a.csv", "\t": "a.tsv"}.get(delimiter))

    assert list(sheet.columns) == header
    expected = [
        (line, row) for line, row in zip(starts, rows, strict=True) if any(row)
    ]  # blank rows are left out
    assert list(zip(lines(sheet), cells(sheet), strict=True)) == expected
    assert sheet.errors == ()


def encoded(text, encoding):
    try:
        data = MARKS.get(encoding, b"") + text.encode(encoding)
    except UnicodeEncodeError:
        assume(condition=False)
    if encoding == "cp1252" and not text.isascii():
        assume(not is_utf8(data))
    return data


def is_utf8(data):
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


@settings(max_examples=500)
@given(
    data=st.one_of(
        st.binary(max_size=200),
        st.text(max_size=60).map(lambda text: text.encode("utf-16")),
        st.text('ab\t,;"\n\r#\0 ', max_size=60).map(str.encode),
        st.sampled_from([b"PK\x03\x04", b"\x1f\x8b", b"\xff\xfe", b"\xef\xbb\xbf"]).flatmap(
            lambda mark: st.binary(max_size=30).map(lambda rest: mark + rest)
        ),
        st.text(max_size=60),
    ),
    filename=st.sampled_from([None, "a.csv", "a.tsv", "a.xlsx"]),
)
def test_no_bytes_raise_anything_but_a_sheet_error(data, filename):
    try:
        sheet = read_sheet(data, filename=filename)
    except SheetError as raised:
        error = raised
    else:
        error = None
    if error is not None:
        assert error.issues
        assert error.message
    else:
        assert len(sheet) == len(list(sheet.rows()))
        assert {len(cells) for cells in sheet.table} <= {len(sheet)}
        assert len(sheet.table) == len(sheet.columns)


def test_lines_are_those_of_the_editor_behind_quoted_cells_blank_lines_and_comments():
    text = (
        "# made by hand\n"
        "\n"
        "sample_id,notes\n"
        'a,"two\nlines"\n'
        "\n"
        "# a comment\n"
        'b,"three\r\nlines\nhere"\n'
        ",\n"
        "c,x\n"
    )

    sheet = read_sheet(text)

    assert (sheet.header_line, lines(sheet)) == (3, [4, 8, 12])
    assert [row.line for row in sheet.rows()] == [4, 8, 12]
    assert [row.row for row in sheet.rows()] == [1, 2, 3]
    assert cells(sheet)[0] == ["a", "two\nlines"]
    assert codes(sheet.warnings) == [("comment", 1), ("comment", 7)]


def test_a_comment_may_hold_a_lone_quotation_mark():
    sheet = read_sheet('sample_id\tx\n# the "old\n#\t"layout\na\t1\n')

    assert (lines(sheet), cells(sheet)) == ([4], [["a", "1"]])


def test_a_quoted_cell_that_begins_with_a_hash_is_no_comment():
    assert cells(read_sheet('sample_id\tx\n"#1"\t2\n')) == [["#1", "2"]]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_newline_counts_once(newline):
    sheet = read_sheet(newline.join(["", "a\tb", "1\t2", "", "3\t4", ""]).encode())

    assert (sheet.header_line, lines(sheet)) == (2, [3, 5])


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("sample_id\tn\né\tü\n".encode(), "utf-8"),
        ("sample_id\tn\né\tü\n".encode("utf-8-sig"), "utf-8"),
        (b"\xff\xfe" + "sample_id\tn\né\tü\n".encode("utf-16-le"), "utf-16-le"),
        (b"\xfe\xff" + "sample_id\tn\né\tü\n".encode("utf-16-be"), "utf-16-be"),
        ("sample_id\tn\né\tü\n".encode("utf-16-le"), "utf-16-le"),
        ("sample_id\tn\né\tü\n".encode("utf-16-be"), "utf-16-be"),
        ("sample_id\tn\né\tü\n".encode("latin-1"), "cp1252"),
    ],
)
def test_the_encoding_is_found_and_said(data, encoding):
    sheet = read_sheet(data)

    assert (sheet.columns, cells(sheet)) == (("sample_id", "n"), [["é", "ü"]])
    assert sheet.encoding == encoding
    assert [code for code, _ in codes(sheet.warnings)] == (
        ["encoding"] if encoding == "cp1252" else []
    )
    assert decode_sheet(data).startswith("sample_id\tn\né")


def test_bytes_that_windows_does_not_know_are_not_lost():
    sheet = read_sheet(b"sample_id\tn\n\xe9\x81x\ty\n")

    assert cells(sheet) == [["é\x81x", "y"]]
    assert codes(sheet.warnings) == [("encoding", None)]


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (b"", "empty", 1),
        (b"\n\n  \n\t\t\n", "empty", 1),
        (b"# only a comment\n", "empty", 1),
        (b"a\tb\r1\t\0\r", "binary", 2),
        (b"\xff\xfea\0\n\0b", "encoding", 2),
        (b"\xef\xbb\xbfa\tb\n1\t\xff\n", "encoding", 2),
        ("a\tb\n1\t\ud800\n", "encoding", 2),
        (b'a,b\n1,2\n"3,4\n5,6\n', "quoting", 3),
        (b'a,b\n"1"x,2\n', "quoting", 2),
        (b"a,b\n1," + b"x" * 200_000, "quoting", 2),
        (b"PK\x03\x04\x14\x00", "workbook", None),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "workbook", None),
        (b"\x1f\x8b\x08\x00", "compressed", None),
    ],
)
def test_what_is_no_table_is_refused_with_its_line(data, code, line):
    with pytest.raises(SheetError) as caught:
        read_sheet(data)

    assert codes(caught.value.issues) == [(code, line)]
    assert caught.value.issues[0].message == caught.value.message


@pytest.mark.parametrize(
    ("text", "filename", "delimiter"),
    [
        ("a\tb\n", None, "tab"),
        ("a,b\n", None, "comma"),
        ("a;b\n", None, "semicolon"),
        ("a\n", None, "tab"),
        ("a\n", "x.CSV", "comma"),
        ("a,b;c;d\n", None, "semicolon"),
        ('"a\tx","b;;;;"\n', None, "comma"),
        ("a (x, y, z)\tb\n", None, "tab"),
        ("a,b,c\t\n", None, "comma"),
        ("# a;b;c;d\na,b\n", None, "comma"),
        ('"a\nb;c",d\n', None, "comma"),
    ],
)
def test_the_header_tells_the_delimiter(text, filename, delimiter):
    assert read_sheet(text, filename=filename).delimiter == delimiter


def test_a_delimiter_at_odds_with_the_name_is_said():
    german = read_sheet("a;b\n1;2,5\n", filename="x.csv")

    assert (codes(german.warnings), cells(german)) == ([("delimiter", None)], [["1", "2,5"]])
    assert "semicolon" in german.warnings[0].message
    assert read_sheet("a,b\n", filename="x.csv").warnings == ()
    assert read_sheet("a;b\n", filename="x.txt").warnings == ()


def test_cells_stay_text_and_unset_cells_are_absent():
    text = (
        "sample_id\ta\tb\tc\td\te\tf\n001\t10E8\t-\tNone\tNaN\tNA\t\n1.0\tTRUE\t--\tn/a\t0\t' \t_\n"
    )

    first, second = read_sheet(text).rows()

    assert first.cells == {"sample_id": "001", "a": "10E8"}
    assert second.cells == {
        "sample_id": "1.0",
        "a": "TRUE",
        "b": "--",
        "c": "n/a",
        "d": "0",
        "e": "'",
        "f": "_",
    }


def test_trailing_tabs_lose_nothing():
    sheet = read_sheet("sample_id\tr\t\t\na\tx\t\t\n\t\t\t\nb\ty\t\t\n")

    assert sheet.columns == ("sample_id", "r")
    assert cells(sheet) == [["a", "x"], ["b", "y"]]
    assert sheet.errors == ()
    assert codes(sheet.warnings) == [("empty_column", 1), ("empty_column", 1)]


def test_ragged_rows_are_named_with_their_lines():
    sheet = read_sheet(HEADER + "a\tx\n" + "b\tx\ty\tsurplus\n" + "c\tx\ty\t\n")

    assert cells(sheet) == [["a", "x", ""], ["b", "x", "y"], ["c", "x", "y"]]
    assert codes(sheet.warnings) == [("short_row", 2)]
    assert codes(sheet.errors) == [("ragged_row", 3)]
    assert sheet.errors[0].value == "surplus"


def test_bad_headers_are_named():
    sheet = read_sheet("a\t\ta\tb\n1\t2\t3\t4\n")

    assert codes(sheet.errors) == [("unnamed_column", 1), ("duplicate_column", 1)]
    assert sheet.errors[1].column == "a"
    assert "Column 2" in sheet.errors[0].message


def test_blanks_around_cells_are_left_out_and_said():
    sheet = read_sheet("sample_id \tr\n a\u00a0\t\u200bx\ufeff\n")

    assert (sheet.columns, cells(sheet)) == (("sample_id", "r"), [["a", "x"]])
    assert codes(sheet.warnings) == [("blanks", 1), ("blanks", 2)]


def test_warnings_of_one_kind_do_not_hide_others():
    text = HEADER + " a\tx\ty\n" * 500 + "b\tx\n"

    warnings = read_sheet(text).warnings

    assert len(warnings) < 40
    assert ("short_row", 502) in codes(warnings)
    assert warnings[-1].message == "There are 480 more warnings of this kind."


def test_a_data_frame_is_a_sheet_without_lines():
    frame = pd.DataFrame(
        {
            "sample_id": ["001", "#2", "10E8"],
            "lane": [1.0, None, 3.0],
            "share": [0.5, 0.25, None],
            "notes": ["a\tb", 'c"\nd', None],
        }
    )

    sheet = read_dataframe(frame)

    assert [row.cells for row in sheet.rows()] == [
        {"sample_id": "001", "lane": "1", "share": "0.5", "notes": "a\tb"},
        {"sample_id": "#2", "share": "0.25", "notes": 'c"\nd'},
        {"sample_id": "10E8", "lane": "3"},
    ]
    assert {row.line for row in sheet.rows()} == {0}
    assert (sheet.errors, sheet.warnings) == ((), ())


def test_a_header_that_is_a_comment_is_told():
    sheet = read_sheet("# run 7\n#SampleID\treads_1\na\ta.fastq\nb\tb.fastq\n")
    (told,) = [each for each in sheet.warnings if each.code == "commented_header"]
    assert told.line == 2
    assert told.suggestion == "SampleID\treads_1"
    for comment in ("# made by ada, plate 2", "# plate 2", "#"):
        quiet = read_sheet(f"{comment}\nsample_id,reads_1\na,a.fastq\n")
        assert "commented_header" not in {each.code for each in quiet.warnings}
