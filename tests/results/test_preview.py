"""The beginning of files of any size, and of any content."""

from __future__ import annotations

import gzip
import io
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnidomain_jupyter.errors import InvalidInputError
from omnidomain_jupyter.results.preview import MOST_CELLS, MOST_TEXT, preview_table, preview_text

VCF = """##fileformat=VCFv4.2
##source=x
#CHROM\tPOS\tID\tREF
chr1\t101\t.\tA
chr1\t202\trs1\tC
"""


class Counted(io.BytesIO):
    """Counts the bytes that are taken."""

    taken = 0

    def read(self, size=-1):
        data = super().read(size)
        self.taken += len(data)
        return data


def table(path: str, text: str | bytes, rows: int = 50):
    return preview_table(io.BytesIO(text if isinstance(text, bytes) else text.encode()), path, rows)


@pytest.mark.parametrize("delimiter", ["\t", ",", ";"])
def test_the_delimiter_is_found(delimiter):
    text = "\n".join(delimiter.join(row) for row in (["a", "b"], ["1", "x y"], ["2", "z"]))
    found = table("t.txt", text)
    assert (found.delimiter, found.columns) == (delimiter, ["a", "b"])
    assert found.rows == [["1", "x y"], ["2", "z"]]
    assert found.types == ["integer", "text"]
    assert (found.truncated, found.header) == (False, True)


def test_rows_that_would_be_filled_up_too_far_are_cut():
    header = "\t".join(f"c{number}" for number in range(1000))
    found = table("t.tsv", header + "\n1" * 4990, rows=5000)
    assert len(found.rows) * len(found.columns) == MOST_CELLS
    assert found.truncated
    assert found.types[:2] == ["integer", "empty"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_in_every_way(end):
    assert table("t.tsv", end.join(["a\tb", "1\t2", ""])).rows == [["1", "2"]]


def test_the_columns_of_a_vcf_stand_behind_its_comments():
    found = table("a.vcf", VCF)
    assert (found.columns, found.types) == (
        ["CHROM", "POS", "ID", "REF"],
        ["text", "integer", "text", "text"],
    )
    assert found.rows[0] == ["chr1", "101", ".", "A"]


def test_a_bed_has_no_header():
    found = table("a.bed", "chr1\t1\t20\nchr2\t5\t9\n")
    assert (found.columns, found.header) == (["column_1", "column_2", "column_3"], False)
    assert len(found.rows) == 2


def test_a_first_row_with_a_number_is_no_header():
    assert table("a.tsv", "x\t1\ny\t2\n").rows == [["x", "1"], ["y", "2"]]


def test_ragged_rows_and_names_that_come_twice():
    found = table("a.tsv", "a\ta\t\n1\n1\t2\t3\t4\n")
    assert found.columns == ["a", "a_2", "column_3", "column_4"]
    assert found.rows == [["1", None, None, None], ["1", "2", "3", "4"]]


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["1", "-2", "NA"], "integer"),
        (["001", "002"], "text"),
        (["0", "10"], "integer"),
        (["1.5", "2", "1e-3"], "number"),
        (["10E8"], "number"),
        (["true", "FALSE"], "boolean"),
        (["", "NA", "-"], "empty"),
        (["1", "x"], "text"),
    ],
)
def test_types(cells, kind):
    assert table("a.tsv", "\n".join(["name", *cells])).types == [kind]


def test_quoted_cells():
    assert table("a.csv", 'a,b\n"x, y","say ""no"""\n').rows == [["x, y", 'say "no"']]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_what_spreadsheets_save(encoding):
    assert table("a.csv", "stück;zahl\nä;1\n".encode(encoding)).columns == ["stück", "zahl"]


def test_of_a_large_file_little_is_read():
    content = Counted(b"a\tb\n" + b"1\t2\n" * 4_000_000)
    found = preview_table(content, "a.tsv", 50)
    assert (len(found.rows), found.truncated) == (50, True)
    assert content.taken < 100_000, "it has more lines than are looked at"


def test_of_long_lines_more_is_read_up_to_a_limit():
    content = Counted(b"a\tb\n" + (b"1" * 2000 + b"\t2\n") * 4_000)
    found = preview_table(content, "a.tsv", 900)
    assert (len(found.rows), found.truncated) == (900, True)
    assert 900 * 2000 < content.taken <= MOST_TEXT + 1


def test_of_a_compressed_table_little_is_unfolded():
    lines = (f"{number}\t{number**3}\n" for number in range(300_000))
    content = Counted(gzip.compress(b"a\tb\n" + "".join(lines).encode()))
    found = preview_table(content, "a.tsv.gz", 1000)
    assert (len(found.rows), found.truncated) == (1000, True)
    assert content.taken < 200_000


def test_a_bomb_does_not_unfold():
    content = Counted(gzip.compress(b"\0" * 300_000_000, 1))
    with pytest.raises(InvalidInputError, match="not text"):
        preview_text(content, "a.txt.gz", 1000)
    assert content.taken < 200_000


def test_many_compressed_parts_one_behind_the_other():
    parts = [gzip.compress(f"{n}\t{n}\n".encode()) for n in range(200)]
    found = table("a.tsv.gz", gzip.compress(b"a\tb\n") + b"".join(parts) + b"\0" * 100, rows=1000)
    assert len(found.rows) == 200
    assert not found.truncated


def test_a_compressed_file_that_is_cut_shows_what_is_there():
    data = gzip.compress("".join(f"{n}\tx{n * 7919}\n" for n in range(10_000)).encode())
    assert len(table("a.tsv.gz", data[: len(data) // 2], rows=10).rows) == 10


def test_a_file_that_only_seems_compressed_is_told():
    with pytest.raises(InvalidInputError, match=r"a\.tsv\.gz is not compressed"):
        table("a.tsv.gz", b"\x1f\x8bnonsense")


def test_a_text_is_cut_at_a_character():
    found = preview_text(io.BytesIO("aßb".encode()), "a.txt", 2)
    assert (found.text, found.truncated) == ("a", True)


@given(st.binary(max_size=400), st.sampled_from(["a.tsv", "a.csv", "a.vcf.gz", "a.txt", "a"]))
def test_any_bytes_are_shown_or_refused(data, path):
    for show in (lambda: table(path, data), lambda: preview_text(io.BytesIO(data), path, 100)):
        with suppress(InvalidInputError):
            show()
