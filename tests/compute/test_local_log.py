"""A log is read in pieces, while it grows, without losing or repeating anything."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnidomain_jupyter.compute.local_log import CHUNK, read_log
from omnidomain_jupyter.errors import InvalidInputError

LINES = st.lists(st.text(st.characters(exclude_characters="\r\n", codec="utf-8"), max_size=30))


def all_lines(file: Path, limit: int, cursor: str | None = None) -> list[str]:
    found: list[str] = []
    while True:
        page = read_log(file, cursor, limit, complete=True)
        assert len(page.lines) <= limit
        found += page.lines
        if page.at_end:
            assert page.next_cursor == str(file.stat().st_size)
            return found
        cursor = page.next_cursor


@given(lines=LINES, limit=st.integers(1, 7))
def test_pages_hold_every_line_once(tmp_path_factory, lines, limit):
    file = tmp_path_factory.mktemp("log") / "log"
    file.write_bytes("\n".join(lines).encode())
    expected = lines[:-1] if lines and lines[-1] == "" else lines
    assert all_lines(file, limit) == expected


@given(data=st.data(), lines=LINES)
def test_following_a_growing_log_holds_every_line_once(tmp_path_factory, data, lines):
    file = tmp_path_factory.mktemp("log") / "log"
    content = "".join(f"{line}\n" for line in lines).encode()
    cuts = sorted(data.draw(st.lists(st.integers(0, len(content)), max_size=5)))
    found, cursor = [], None
    for end in [*cuts, len(content)]:
        file.write_bytes(content[:end])
        page = read_log(file, cursor, 10_000, complete=False)
        found += page.lines
        cursor = page.next_cursor
    assert found == lines


def test_an_unfinished_line_waits_until_it_is_whole_or_the_job_has_ended(tmp_path):
    file = tmp_path / "log"
    file.write_text("one\ntw")
    page = read_log(file, None, 10, complete=False)
    assert (page.lines, page.at_end) == (["one"], True)
    assert not read_log(file, None, 1, complete=True).at_end
    assert read_log(file, page.next_cursor, 10, complete=True).lines == ["tw"]
    file.write_text("one\ntwo\n")
    assert read_log(file, page.next_cursor, 10, complete=False).lines == ["two"]


def test_a_progress_bar_is_one_line(tmp_path):
    file = tmp_path / "log"
    file.write_bytes(b"start\r\n 10%\r 50%\r100%\nend\r\n")
    assert read_log(file, None, 10, complete=True).lines == ["start", "100%", "end"]


def test_a_line_longer_than_a_page_comes_in_whole_characters(tmp_path):
    file = tmp_path / "log"
    long = "é" * CHUNK
    file.write_text(f"{long}x\nend\n")
    found = all_lines(file, 10)
    assert found[-1] == "end"
    assert "".join(found[:-1]) == long + "x"


def test_a_page_of_bytes_ends_between_two_lines(tmp_path):
    file = tmp_path / "log"
    lines = ["x" * 3000 + str(number) for number in range(2 * CHUNK // 3000)]
    file.write_text("\n".join(lines) + "\n")
    assert all_lines(file, 10_000) == lines


@pytest.mark.parametrize("length", [CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK])
def test_a_line_as_long_as_a_page_is_followed_by_no_empty_one(tmp_path, length):
    file = tmp_path / "log"
    file.write_bytes(b"x" * length + b"\nend\n")
    found = all_lines(file, 10)
    assert "".join(found[:-1]) == "x" * length
    assert all(found)


def test_a_progress_bar_longer_than_a_page_is_shown_in_whole_states(tmp_path):
    file = tmp_path / "log"
    file.write_bytes(b"".join(b"\r%09d" % number for number in range(250_000)) + b"\nend\n")
    *states, last = all_lines(file, 10)
    assert last == "end"
    assert all(len(state) == 9 for state in states)
    assert states[-1] == "000249999"


def test_bytes_that_are_no_text_do_no_harm(tmp_path):
    file = tmp_path / "log"
    file.write_bytes(b"\xff\xfe\x00ok\n")
    (line,) = read_log(file, None, 10, complete=True).lines
    assert line.endswith("ok")


def test_a_log_that_is_not_there_yet_is_empty(tmp_path):
    page = read_log(tmp_path / "log", None, 10, complete=False)
    assert (page.lines, page.next_cursor) == ([], "0")


@pytest.mark.parametrize("cursor", ["x", "-1", "1.5", "٣", "9" * 30, "../etc"])
def test_a_cursor_of_somebody_else_is_refused(tmp_path, cursor):
    with pytest.raises(InvalidInputError, match="cursor"):
        read_log(tmp_path / "log", cursor, 10, complete=False)


@pytest.mark.parametrize("cursor", ["5", "9" * 18])
def test_a_cursor_behind_the_end_is_refused(tmp_path, cursor):
    file = tmp_path / "log"
    file.write_text("one\n")
    with pytest.raises(InvalidInputError, match="cursor"):
        read_log(file, cursor, 10, complete=False)
