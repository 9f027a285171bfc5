"""The end of a log, and following from there; and logs of jobs that are forgotten."""

from __future__ import annotations

import os
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnidomain_jupyter.compute.local_log import CHUNK, read_log, read_tail

LINES_IN_ALL = 1_000_000 if os.environ.get("OMNIDOMAIN_SOAK") else 20_000
LINES = st.lists(st.text(st.characters(exclude_characters="\r\n", codec="utf-8"), max_size=30))


@given(lines=LINES, more=LINES, wanted=st.integers(1, 9), half=st.text("xy", max_size=3))
def test_what_follows_a_tail_is_neither_lost_nor_repeated(
    tmp_path_factory, lines, more, wanted, half
):
    file = tmp_path_factory.mktemp("log") / "log"
    before = "".join(f"{line}\n" for line in lines)
    file.write_bytes(f"{before}{half}".encode())
    page = read_tail(file, wanted, complete=False)
    assert page.lines == lines[-wanted:]
    after = "".join(f"{line}\n" for line in more)
    file.write_bytes(f"{before}{half}{after}".encode())
    rest = read_log(file, page.next_cursor, 1000, complete=True)
    expected = [f"{half}{more[0]}", *more[1:]] if more else [half] if half else []
    assert rest.lines == expected


def test_an_unfinished_line_counts_when_nothing_more_comes(tmp_path):
    file = tmp_path / "log"
    file.write_text("one\ntwo")
    assert read_tail(file, 5, complete=False).lines == ["one"]
    page = read_tail(file, 5, complete=True)
    assert (page.lines, page.next_cursor) == (["one", "two"], "7")


def test_of_a_long_log_only_the_end_is_read(tmp_path):
    file = tmp_path / "log"
    with file.open("w") as stream:
        stream.writelines(f"line {n}\n" for n in range(1_000_000))
    page = read_tail(file, 3, complete=False)
    assert page.lines == ["line 999997", "line 999998", "line 999999"]
    assert read_tail(file, 10**6, complete=True).lines[0] > "line 9"


def test_a_line_longer_than_what_is_read(tmp_path):
    file = tmp_path / "log"
    file.write_bytes(b"x" * (CHUNK + 10) + b"\nend\n")
    assert read_tail(file, 5, complete=True).lines == ["end"]
    assert read_tail(tmp_path / "none", 5, complete=True).next_cursor == "0"


def test_the_tail_of_a_job_on_batch_goes_back_through_its_attempts(
    make_batch, batch_api, batch_job
):
    batch = make_batch(attempts=3)
    job_id = batch.submit(batch_job())
    assert list(batch.tail(job_id, 5).lines) == []
    for attempt in range(3):
        batch_api.jobs.move(job_id, "RUNNING")
        if attempt != 1:  # taken away before it could print
            stream = batch_api.jobs[job_id].log_stream
            batch_api.logs.write(stream, *(f"{attempt}: {n}" for n in range(3)))
        if attempt < 2:
            batch_api.jobs.reclaim(job_id)
    assert list(batch.tail(job_id, 2).lines) == ["2: 1", "2: 2"]
    page = batch.tail(job_id, 5)
    assert list(page.lines) == ["0: 1", "0: 2", "2: 0", "2: 1", "2: 2"]
    batch_api.logs.write(stream, "2: 3")
    after = batch.logs(job_id, page.next_cursor)
    assert list(after.lines) == ["2: 3"]
    assert list(batch.logs(job_id, after.next_cursor).lines) == []


def test_a_tail_before_the_first_line_is_followed_from_the_beginning(batch, batch_api, batch_job):
    job_id = batch.submit(batch_job())
    batch_api.jobs.move(job_id, "RUNNING")
    page = batch.tail(job_id, 5)
    batch_api.logs.write(batch_api.jobs[job_id].log_stream, "first")
    assert list(batch.logs(job_id, page.next_cursor).lines) == ["first"]


def test_the_log_of_a_forgotten_job_is_still_there(make_batch, batch_api, batch_job):
    batch = make_batch(attempts=2)
    job_id = batch.submit(batch_job())
    batch_api.jobs.move(job_id, "RUNNING")
    batch_api.logs.write(batch_api.jobs[job_id].log_stream, "old")
    batch_api.jobs.reclaim(job_id)
    batch_api.jobs.move(job_id, "RUNNING")
    stream = batch_api.jobs[job_id].log_stream
    batch_api.logs.write(stream, *(f"line {n}" for n in range(6)))
    first = batch.logs(job_id)
    second = batch.logs(job_id, first.next_cursor, limit=4)
    batch_api.jobs.forget(job_id)
    rest = batch.logs(job_id, second.next_cursor, log_stream=stream)
    assert [*first.lines, *second.lines, *rest.lines] == ["old", *(f"line {n}" for n in range(6))]
    assert list(batch.logs(job_id, log_stream=stream).lines) == [f"line {n}" for n in range(6)]
    assert list(batch.tail(job_id, 2, log_stream=stream).lines) == ["line 4", "line 5"]
    assert list(batch.logs(job_id).lines) == []


def test_what_an_earlier_attempt_printed_last_may_come_late(make_batch, batch_api, batch_job):
    batch = make_batch(attempts=3)
    job_id = batch.submit(batch_job())
    batch_api.jobs.move(job_id, "RUNNING")
    first = batch_api.jobs[job_id].log_stream
    batch_api.logs.write(first, "0: one")
    batch_api.jobs.reclaim(job_id)
    batch_api.jobs.move(job_id, "RUNNING")
    second = batch_api.jobs[job_id].log_stream
    lines, cursor = [], None

    def look() -> list[str]:
        nonlocal cursor
        page = batch.logs(job_id, cursor)
        cursor = page.next_cursor
        lines.extend(page.lines)
        return list(page.lines)

    while look():
        pass
    batch_api.logs.write(second, "1: one")
    while look():
        pass
    batch_api.logs.write(first, "0: two")
    while look():
        pass
    batch_api.logs.write(second, "1: two")
    while look():
        pass
    assert lines == ["0: one", "1: one", "0: two", "1: two"]


def test_the_last_lines_of_every_earlier_attempt_may_come_late(make_batch, batch_api, batch_job):
    batch = make_batch(attempts=4)
    job_id = batch.submit(batch_job())
    streams, lines, cursor = [], [], None

    def read() -> None:
        nonlocal cursor
        while True:
            page = batch.logs(job_id, cursor)
            cursor = page.next_cursor
            lines.extend(page.lines)
            if page.at_end:
                return

    for attempt in range(4):
        batch_api.jobs.move(job_id, "RUNNING")
        streams.append(batch_api.jobs[job_id].log_stream)
        batch_api.logs.write(streams[-1], f"{attempt}: one")
        read()
        if attempt < 3:
            batch_api.jobs.reclaim(job_id)
    for attempt in (0, 2, 1):
        batch_api.logs.write(streams[attempt], f"{attempt}: late")
        read()
    batch_api.logs.write(streams[-1], "3: two")
    read()
    one = [f"{attempt}: one" for attempt in range(4)]
    assert lines == [*one, "0: late", "2: late", "1: late", "3: two"]


def test_what_an_attempt_printed_before_a_tail_may_come_late(make_batch, batch_api, batch_job):
    batch = make_batch(attempts=2)
    job_id = batch.submit(batch_job())
    batch_api.jobs.move(job_id, "RUNNING")
    first = batch_api.jobs[job_id].log_stream
    batch_api.logs.write(first, "0: one")
    batch_api.jobs.reclaim(job_id)
    batch_api.jobs.move(job_id, "RUNNING")
    batch_api.logs.write(batch_api.jobs[job_id].log_stream, "1: one")
    page = batch.tail(job_id, 5)
    assert list(page.lines) == ["0: one", "1: one"]
    batch_api.logs.write(first, "0: late")
    assert list(batch.logs(job_id, page.next_cursor).lines) == ["0: late"]


def test_pages_that_are_empty_and_not_the_end_say_so(batch, batch_api, batch_job):
    job_id = batch.submit(batch_job())
    batch_api.jobs.move(job_id, "RUNNING")
    batch_api.logs.write(batch_api.jobs[job_id].log_stream, *map(str, range(10)))
    first = batch.logs(job_id, limit=5)
    batch_api.logs.empty_pages = 6
    second = batch.logs(job_id, first.next_cursor)
    assert (list(second.lines), second.at_end) == ([], False)
    third = batch.logs(job_id, second.next_cursor)
    assert (list(third.lines), third.at_end) == (["5", "6", "7", "8", "9"], False)
    assert batch.logs(job_id, third.next_cursor).at_end


def test_an_empty_page_is_not_the_end_of_a_tail(batch, batch_api, batch_job):
    job_id = batch.submit(batch_job())
    batch_api.jobs.move(job_id, "RUNNING")
    batch_api.logs.write(batch_api.jobs[job_id].log_stream, "one", "two")
    batch_api.logs.empty_pages = 1
    assert list(batch.tail(job_id, 5).lines) == ["one", "two"]


@pytest.mark.soak
def test_a_long_log_is_followed_through_attempts_while_it_grows(make_batch, batch_api, batch_job):
    batch = make_batch(attempts=2)
    job_id = batch.submit(batch_job())

    def write() -> None:
        for attempt in range(2):
            batch_api.jobs.move(job_id, "RUNNING")
            stream = batch_api.jobs[job_id].log_stream
            for start in range(0, LINES_IN_ALL // 2, 500):
                first = attempt * LINES_IN_ALL // 2 + start
                batch_api.logs.write(stream, *map(str, range(first, first + 500)))
            if not attempt:
                time.sleep(0.2)
                batch_api.jobs.reclaim(job_id)
        done.set()

    done = threading.Event()
    writer = threading.Thread(target=write)
    writer.start()
    expected, cursor = 0, None
    while True:
        last = done.is_set()
        page = batch.logs(job_id, cursor, limit=10_000)
        assert list(page.lines) == list(map(str, range(expected, expected + len(page.lines))))
        expected, cursor = expected + len(page.lines), page.next_cursor
        if last and not page.lines:
            break
    writer.join()
    assert expected == LINES_IN_ALL


@pytest.mark.soak
def test_a_long_log_on_this_machine_is_followed_while_it_grows(tmp_path):
    file = tmp_path / "log"

    def write() -> None:
        with file.open("w") as stream:
            for start in range(0, LINES_IN_ALL, 1000):
                stream.writelines(f"{n}\n" for n in range(start, start + 1000))
        done.set()

    done = threading.Event()
    writer = threading.Thread(target=write)
    writer.start()
    expected, cursor = 0, None
    while True:
        last = done.is_set()
        page = read_log(file, cursor, 1000, complete=last)
        assert page.lines == list(map(str, range(expected, expected + len(page.lines))))
        expected, cursor = expected + len(page.lines), page.next_cursor
        if last and not page.lines:
            break
    writer.join()
    assert expected == LINES_IN_ALL
