from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from omnidomain_jupyter.samplesheet.files import CheckCancelledError, check_files, resolve_path
from omnidomain_jupyter.samplesheet.reader import Row


def rows(*values, column="reads"):
    return [
        Row(line, line - 1, {column: value} if value else {})
        for line, value in enumerate(values, start=2)
    ]


def check(folder, *values, columns=("reads",), **options):
    return check_files(rows(*values), columns, base_directories=[folder], **options)


class Bucket:
    def __init__(self):
        self.asked = []

    def fault(self, uri):
        self.asked.append(uri)
        return ("forbidden", "No access.") if "secret" in uri else None


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "reads").mkdir()
    (tmp_path / "reads" / "ggal_1.fastq.gz").write_bytes(gzip.compress(b"x"))
    (tmp_path / "empty.fastq").touch()
    return tmp_path


def test_faults_are_told_apart_at_their_cells(folder):
    found = check(
        folder, "reads/ggal_1.fastq.gz", "nowhere.bam", "reads", None, "empty.fastq", "a\0b"
    )

    assert [(each.code, each.line, each.row, each.column, each.value) for each in found] == [
        ("not_found", 3, 2, "reads", "nowhere.bam"),
        ("is_directory", 4, 3, "reads", "reads"),
        ("empty_file", 6, 5, "reads", "empty.fastq"),
        ("not_found", 7, 6, "reads", "a\0b"),
    ]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(folder):
    (folder / "empty.fastq").write_bytes(b"x")
    (folder / "empty.fastq").chmod(0)
    (folder / "reads").chmod(0)

    found = check(folder, "empty.fastq", "reads/ggal_1.fastq.gz")
    (folder / "reads").chmod(0o700)

    assert [each.code for each in found] == ["not_readable", "not_readable"]


def test_a_folder_that_may_not_be_entered_is_not_called_missing(folder, monkeypatch):
    def refused(self, **_options):
        raise PermissionError(13, "denied")

    monkeypatch.setattr(Path, "stat", refused)

    assert [each.code for each in check(folder, "reads/ggal_1.fastq.gz")] == ["not_readable"]


@pytest.mark.parametrize(
    ("value", "suggestion"),
    [
        ("reads/ggal_1.fastq.gx", "reads/ggal_1.fastq.gz"),
        ("reads/gal_1.fastq.gz", "reads/ggal_1.fastq.gz"),
        ("reads\\ggal_1.fastq.gz", "reads/ggal_1.fastq.gz"),
        ("“reads/ggal_1.fastq.gz”", "reads/ggal_1.fastq.gz"),
        ("reads/ggal_1.fastq.gz.", "reads/ggal_1.fastq.gz"),
        ("empty.fatsq", "empty.fastq"),
        ("nowhere/ggal_1.fastq.gz", None),
        ("reads/other.bam", None),
        ("~nobody-of-that-name/x.fq", None),
        ("x" * 5000, None),
    ],
)
def test_a_file_of_nearly_the_same_name_is_suggested(folder, value, suggestion):
    (issue,) = check(folder, value)

    assert (issue.code, issue.suggestion) == ("not_found", suggestion)
    if suggestion:
        assert check(folder, suggestion) == [] or suggestion == "empty.fastq"


@pytest.mark.parametrize(
    ("there", "missing", "suggested"),
    [
        ("gut_03_R1.fastq.gz", "leaf_03_R1.fastq.gz", False),
        ("ctrlB_R1.fastq.gz", "ctrlA_R1.fastq.gz", False),
        ("day3_b.fastq.gz", "day3_a.fastq.gz", False),
        ("gut_04_R1.fastq.gz", "gut_03_R1.fastq.gz", False),
        ("gut_03_R1.fastq.gz", "gut_3_R1.fastq.gz", True),
        ("gut_03_R1.fastq.gz", "gtu_03_R1.fastq.gz", True),
        ("Gut-03_R1.fastq.gz", "gut_03_R1.fastq.gz", True),
        ("gut_03_R1.fastq.gz", "gut_03_R1.fq.gz", True),
    ],
)
def test_never_the_file_of_another_sample(folder, there, missing, suggested):
    (folder / there).write_bytes(b"x")
    (issue,) = check(folder, missing)
    assert issue.suggestion == (there if suggested else None)


def test_each_path_is_asked_once(folder):
    asked = []
    bucket = Bucket()

    found = check(
        folder,
        *["nowhere.fq"] * 50,
        *["s3://b/secret.fq"] * 50,
        "s3://b/open.fq",
        remote=bucket,
        cancelled=lambda: asked.append(1) is not None,
    )

    assert [each.code for each in found] == ["not_found"] * 50 + ["forbidden"] * 50
    assert [each.line for each in found] == list(range(2, 102))
    assert len(asked) == 3
    assert bucket.asked == ["s3://b/secret.fq", "s3://b/open.fq"]


def test_uris_are_not_files_of_this_machine(folder):
    assert check(folder, "s3://b/k.fq", "https://x.org/a.fq", "FTP://x.org/a.fq") == []


def test_cancelled(folder):
    answers = iter([False, False, True])

    with pytest.raises(CheckCancelledError):
        check(folder, "a", "b", "c", cancelled=lambda: next(answers))


def test_what_the_column_names_may_be_a_folder_or_a_pattern(folder):
    def look(value, kind):
        return [each.code for each in check(folder, value, columns={"reads": kind})]

    assert look("reads", "directory-path") == []
    assert look("empty.fastq", "directory-path") == ["not_directory"]
    assert look("nowhere", "directory-path") == ["not_found"]
    assert look("reads", "path") == []
    assert look("reads/*.fastq.gz", "file-path-pattern") == []
    assert look("reads/*.bam", "file-path-pattern") == ["not_found"]
    assert look("reads/ggal_1.fastq.gz", "file-path-pattern") == []
    assert look("reads/*.fastq.gz", "file-path") == ["not_found"]


def test_relative_paths_are_tried_below_each_base(tmp_path, folder):
    other = tmp_path / "other"

    assert resolve_path("empty.fastq", [other, folder]) == folder / "empty.fastq"
    assert resolve_path(str(folder / "empty.fastq"), [other]) == folder / "empty.fastq"
    assert resolve_path("nowhere", [other, folder]) is None
    assert resolve_path("a\0b", [folder]) is None
    assert resolve_path("~nobody-of-that-name/x", [folder]) is None


def test_many_missing_files_do_not_take_for_ever(folder):
    for number in range(2000):
        (folder / f"sample_{number}_R1.fastq.gz").touch()

    found = check(folder, *(f"smple_{number}_R1.fastq.gz" for number in range(3000)))

    assert len(found) == 3000
    assert found[0].suggestion is not None


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.fastq.gz", b"@r1\nACGT\n+\nIIII\n", "not_gzip"),
        # Without the time, which would be in the test's name.
        ("a.fastq", gzip.compress(b"@r1\nACGT\n+\nIIII\n", mtime=0), "gzip"),
        ("a.fastq.gz", gzip.compress(b"@r1\nACGT\n+\nIIII\n", mtime=0), None),
        ("a.FASTQ", b"@r1\nACGT\n+\nIIII\n", None),
        ("a.bam", gzip.compress(b"BAM\1", mtime=0), None),
    ],
)
def test_a_name_that_lies_about_compression_is_told(tmp_path, name, content, code):
    (tmp_path / name).write_bytes(content)
    found = check(tmp_path, name)
    assert [issue.code for issue in found] == ([code] if code else [])


@pytest.mark.parametrize(
    ("there", "cells", "suggestion"),
    [
        # Of a pair, the reads that the column is for.
        (["gut_1.fq", "gut_2.fq"], {"reads_1": "gut_l.fq", "reads_2": "gut_2.fq"}, "gut_1.fq"),
        (["gut_1.fq", "gut_2.fq"], {"reads_1": "gut_l.fq"}, "gut_1.fq"),
        (["gut_1.fq", "gut_2.fq"], {"reads_2": "gut_z.fq"}, "gut_2.fq"),
        (["gut_R2_001.fq"], {"reads_1": "gut_R1_001.fq"}, None),
        (["gut_2.fq"], {"reads_1": "gutt_1.fq"}, None),
        # Another number is another sample.
        (["S11_1.fq"], {"reads_1": "S10_1.fq"}, None),
        (["S010_1.fq"], {"reads_1": "S10_1.fq"}, "S010_1.fq"),
        # What another cell names belongs there, in whatever way it is written.
        (["liver.fq"], {"reads": "livr.fq", "more": "liver.fq"}, None),
        (["liver.fq"], {"reads": "livr.fq", "more": "./x/../liver.fq"}, None),
        # Two that are equally alike.
        (["liver_a.fq", "liver_b.fq"], {"reads": "liver_c.fq"}, None),
        (["liver_a.fq", "liver_cc.fq"], {"reads": "liver_c.fq"}, "liver_cc.fq"),
        # The same name in the sheet's folder.
        (["liver.fq"], {"reads": "/mnt/old/liver.fq"}, "liver.fq"),
        (["liver.fq"], {"reads": "C:\\Users\\me\\liver.fq"}, "liver.fq"),
        (["liver.fq"], {"reads": "C:\\Users\\me\\liver.fq", "more": "liver.fq"}, None),
    ],
)
def test_a_file_that_was_not_meant_is_not_suggested(tmp_path, there, cells, suggestion):
    for name in there:
        (tmp_path / name).write_bytes(b"x")
    columns = ["reads_1", "reads_2", "reads", "more"]

    issue, *_ = check_files([Row(2, 1, cells)], columns, base_directories=[tmp_path])

    assert (issue.code, issue.column) == ("not_found", next(iter(cells)))
    assert issue.suggestion == suggestion
