"""The bytes of a part, read by whoever sends them."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from functools import partial

import pytest

from omnidomain_jupyter.compute.s3_part_body import PartBody
from omnidomain_jupyter.compute.s3_upload_faults import UploadCancelledError

CONTENT = os.urandom(400_000)
START, LENGTH = 1000, 300_000
PART = CONTENT[START : START + LENGTH]
MIB = 1 << 20


@pytest.fixture
def stopped() -> threading.Event:
    return threading.Event()


@pytest.fixture
def body(tmp_path, stopped) -> Iterator[PartBody]:
    file = tmp_path / "reads.fastq"
    file.write_bytes(CONTENT)
    with file.open("rb") as stream:
        yield PartBody(stream.fileno(), START, LENGTH, stopped)


def test_it_is_read_in_small_pieces_to_its_end_and_no_further(body):
    pieces = list(iter(partial(body.read, MIB), b""))
    assert b"".join(pieces) == PART
    assert max(map(len, pieces)) <= 1 << 16
    assert (body.read(MIB), body.tell()) == (b"", LENGTH)


def test_all_of_it_is_read_by_who_asks_for_all(body):
    body.seek(7)
    assert body.read() == PART[7:]


def test_it_is_sent_again_from_its_beginning(body):
    body.read(MIB)
    body.seek(0)
    assert body.read(10) == PART[:10]


def test_an_upload_that_was_given_up_reads_no_more(body, stopped):
    stopped.set()
    with pytest.raises(UploadCancelledError):
        body.read(MIB)
