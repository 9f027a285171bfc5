"""What holds for results wherever they are."""

from __future__ import annotations

import os
import subprocess
import time
import urllib.request
from datetime import UTC, datetime, timedelta
from itertools import islice
from urllib.parse import parse_qs, urlsplit

import pytest

from omnidomain_jupyter.compute.results import LeftOut, ResultsUnavailableError, read_up_to
from omnidomain_jupyter.services.results import _phases

TREE = [
    "a.txt",
    "qc/a b.html",
    "qc/deeper/x.tsv",
    "qc-2/z.txt",
    "qc.txt",
    "qc0/y.txt",
    "zürich/ß.txt",
]


def paths(files) -> list[str]:
    return [file.path for file in files]


def content(store, path: str, *part) -> bytes | None:
    opened = store.open(path, *part)
    if opened is None:
        return None
    try:
        return read_up_to(opened, 1 << 20)
    finally:
        opened.close()


@pytest.fixture
def tree(place):
    for path in TREE:
        place.put(path, path.encode())
    return place.store()


def test_files_come_in_the_order_of_their_bytes(tree):
    assert paths(tree.files()) == sorted(TREE, key=str.encode)


@pytest.mark.parametrize("after", [*TREE, "qc", "qc/", "qc/deeper", "b", "zz", "\U0010ffff"])
def test_a_page_starts_behind_any_path(tree, after):
    expected = [path for path in sorted(TREE, key=str.encode) if path.encode() > after.encode()]
    assert paths(tree.files(after=after)) == expected


def test_a_phase_is_the_first_folder(tree):
    assert tree.phases() == ([".", "qc", "qc-2", "qc0", "zürich"], True)
    assert paths(tree.files(phase="qc")) == ["qc/a b.html", "qc/deeper/x.tsv"]
    assert paths(tree.files(phase="qc", after="qc/a b.html")) == ["qc/deeper/x.tsv"]
    assert paths(tree.files(phase=".")) == ["a.txt", "qc.txt"]
    assert paths(tree.files(phase=".", after="a.txt")) == ["qc.txt"]
    assert paths(tree.files(phase="no such")) == []


def test_a_file_has_size_time_and_an_etag(tree):
    file = tree.find("qc/a b.html")
    assert file == next(iter(tree.files(phase="qc")))
    assert file.size_bytes == len("qc/a b.html")
    assert abs(datetime.now(UTC) - file.modified_at) < timedelta(minutes=1)
    assert file.etag[0] == file.etag[-1] == '"'


def test_another_content_has_another_etag(place):
    place.put("a.txt", b"one")
    before = place.store().find("a.txt").etag
    place.put("a.txt", b"other")
    assert place.store().find("a.txt").etag != before


def test_a_file_is_read_whole_or_in_part(place):
    place.put("a.txt", b"0123456789")
    place.put("empty.txt", b"")
    store = place.store()
    assert content(store, "a.txt") == b"0123456789"
    assert content(store, "a.txt", 3) == b"3456789"
    assert content(store, "a.txt", 3, 4) == b"3456"
    assert content(store, "a.txt", 8, 40) == b"89"
    assert content(store, "empty.txt", 0, 0) == b""
    assert content(store, "b.txt") is None


def test_an_output_directory_that_is_not_there_is_empty(place):
    store = place.store("never")
    assert (paths(store.files()), store.phases()) == ([], ([], True))
    assert (store.find("a.txt"), store.open("a.txt")) == (None, None)


def test_another_run_is_not_seen(place):
    place.put("a.txt", b"mine")
    place.put("secret.txt", b"theirs", run="run10")
    store = place.store("run1")
    assert paths(store.files()) == ["a.txt"]
    assert store.phases().names == ["."]
    assert paths(store.files(phase="0")) == []
    for path in ("0/secret.txt", "../run10/secret.txt", "secret.txt", "./a.txt", "x/../a.txt"):
        assert store.find(path) is None
        assert store.open(path) is None


def test_folders_are_no_files(tree):
    assert tree.find("qc") is None
    assert tree.find("qc/") is None
    assert tree.open("qc/deeper") is None


def test_a_page_of_many_files_looks_at_few(s3):
    for number in range(1200):
        s3.put(f"d/{number:05}", b"")
    asked = []
    s3.client.meta.events.register("before-send.s3.*", lambda **_: asked.append(1))
    assert len(list(islice(s3.store().files(), 1000))) == 1000
    assert len(asked) == 1


def test_no_more_is_asked_for_than_a_page_shows(s3, asked):
    s3.fill(f"d/{number:03}" for number in range(30))
    names = [f"d/{number:03}" for number in range(30)]
    assert paths(islice(s3.store().files(at_once=7), 7)) == names[:7]
    assert [parse_qs(urlsplit(each.url).query)["max-keys"] for each in asked] == [["7"]]
    asked.clear()
    assert paths(s3.store().files(at_once=7)) == names
    assert len(asked) == 5


@pytest.fixture
def asked(s3) -> list[str]:
    """The questions that S3 is asked."""
    found: list[str] = []
    s3.client.meta.events.register("before-send.s3.*", lambda request, **_: found.append(request))
    return found


def test_folders_behind_very_many_files_are_found_with_few_questions(s3, asked):
    s3.fill(f"{number:05}.bam" for number in range(12_000))
    s3.fill(("01500_data/x", "a/x", "sample.txt", "zz_multiqc/multiqc_data.json"))
    names, complete = s3.store().phases(within_s=60)
    assert len(asked) <= 7
    assert set(names) >= {".", "a", "zz_multiqc"}
    assert not complete, "between the files it was not looked everywhere"


def test_very_many_folders_are_all_told(s3, asked):
    s3.fill(f"{number:05}{kind}" for number in range(1500) for kind in ("/x", "/y/z", "0", ".txt"))
    names, complete = s3.store().phases(within_s=60)
    assert names == [".", *(f"{number:05}" for number in range(1500))]
    assert complete
    assert len(asked) == 5, "1,500 folders and 3,000 files, 1,000 in an answer"


def test_the_look_for_folders_ends_in_time(s3, asked):
    s3.fill(f"{number:05}/x" for number in range(1500))
    assert s3.store().phases(within_s=0) == ([], False)
    assert len(asked) == 0
    names, complete = s3.store().phases(within_s=1e-9)
    assert (len(names), complete, len(asked)) == (1000, False, 1)


def test_a_slow_s3_is_not_asked_for_folders_beside_those_of_the_page(s3, asked):
    s3.fill([*(f"a/{number:04}" for number in range(500)), "b.txt", "c/x"])
    page = list(islice(s3.store().files(), 501))
    asked.clear()
    phases, complete = _phases(s3.store(), page, time.monotonic() - 1, whole=False)
    assert [phase.name for phase in phases] == [".", "a"]
    assert (complete, asked) == (False, [])
    phases, complete = _phases(s3.store(), page, time.monotonic() + 60, whole=False)
    assert ([phase.name for phase in phases], complete) == ([".", "a", "c"], True)


def test_objects_whose_names_are_no_paths_are_not_named(s3):
    for name in ("a//b", "a/./b", "a/../b", "/c", "folder/", "../up"):
        s3.put(name)
    s3.put("good")
    store = s3.store()
    assert paths(store.files()) == ["good"]
    assert store.phases().names == [".", "a", "folder"]


def test_a_link_is_good_for_one_file_and_says_how_to_show_it(s3):
    s3.put("qc/a b.txt", b"text")
    url = s3.store().link(
        "qc/a b.txt",
        media_type="text/plain",
        disposition="attachment; filename*=UTF-8''a%20b.txt",
        expires_s=300,
    )
    assert "X-Amz-Expires=300" in url
    assert "X-Amz-Algorithm=AWS4-HMAC-SHA256" in url
    with urllib.request.urlopen(url) as answer:
        assert answer.read() == b"text"
        assert answer.headers["Content-Type"] == "text/plain"
        assert answer.headers["Content-Disposition"].startswith("attachment")
    assert s3.store().link("../x", media_type="", disposition="", expires_s=1) is None


def test_a_bucket_that_is_not_there_is_told(s3):
    s3.base = "s3://no-such-bucket-at-all/results"
    store = s3.store()
    for ask in (lambda: list(store.files()), store.phases):
        with pytest.raises(ResultsUnavailableError, match="no bucket"):
            ask()
    assert store.find("a.txt") is None  # of HEAD, S3 says no more than that


def test_s3_that_does_not_answer_is_told(s3, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    from omnidomain_jupyter.compute.result_stores import ResultStores

    store = ResultStores().at(s3.base)
    for ask in (lambda: list(store.files()), lambda: store.find("a"), lambda: store.open("a")):
        with pytest.raises(ResultsUnavailableError, match="cannot be reached"):
            ask()


class TestFolder:
    """What only a folder has: links, pipes, names that are no text."""

    @pytest.fixture(params=["folder"])
    def place(self, request, tmp_path):
        from result_places import FolderPlace

        return FolderPlace(tmp_path / "results")

    @pytest.fixture
    def run(self, place):
        place.put("in/a.txt", b"mine")
        place.write("outside/secret.txt", b"theirs")
        return place.directory / "run1"

    def test_a_link_to_a_file_inside_is_that_file(self, place, run):
        (run / "latest.txt").symlink_to("in/a.txt")
        assert paths(place.store().files()) == ["in/a.txt", "latest.txt"]
        assert content(place.store(), "latest.txt") == b"mine"

    @pytest.mark.parametrize("absolute", [True, False])
    def test_links_that_point_out_are_not_there(self, place, run, absolute):
        outside = run.parent / "outside" if absolute else "../outside"
        (run / "folder").symlink_to(outside)
        (run / "file").symlink_to(f"{outside}/secret.txt")
        (run / "chain").symlink_to("file")
        (run / "loop").symlink_to("loop")
        (run / "root").symlink_to("/")
        store = place.store()
        assert paths(store.files()) == ["in/a.txt"]
        assert store.phases().names == ["in"]
        assert paths(store.files(phase="folder")) == []
        for path in ("folder/secret.txt", "file", "chain", "loop", "root/etc/passwd", "root"):
            assert store.find(path) is None
            assert store.open(path) is None

    def test_links_that_lead_out_are_counted(self, place, run):
        work = run.parent / ".work"
        work.mkdir()
        (work / "a.bam").write_bytes(b"x")
        (run / "a.bam").symlink_to("../.work/a.bam")
        (run / "qc").symlink_to("../.work")
        (run / "in/gone.bam").symlink_to("../../.work/gone.bam")
        (run / "latest.txt").symlink_to("in/a.txt")
        (run / "folder").symlink_to("in")
        left_out = LeftOut()
        assert paths(place.store().files(left_out=left_out)) == ["in/a.txt", "latest.txt"]
        assert left_out == LeftOut(links=3)

    @pytest.fixture
    def deep_run(self, run):
        """A run whose folders may be deeper than Python's recursion, with which pytest removes
        the folders of tests."""
        yield run
        subprocess.run(["rm", "-r", "--", run], check=True)

    def test_a_very_deep_tree_is_listed_as_far_as_it_goes(self, place, deep_run):
        folder, here = os.open(deep_run, os.O_RDONLY), "d"
        for depth in range(1500):
            os.mkdir(here, dir_fd=folder)
            inner = os.open(here, os.O_RDONLY, dir_fd=folder)
            os.close(folder)
            folder = inner
            if depth in (0, 150, 1400):
                os.close(os.open("x", os.O_CREAT, dir_fd=folder))
        os.close(folder)
        left_out = LeftOut()
        found = paths(place.store().files(left_out=left_out))
        assert found == ["/".join(["d"] * 151 + ["x"]), "d/x", "in/a.txt"]
        assert left_out == LeftOut(folders=1)
        assert paths(place.store().files(phase="d", after="d/d")) == found[:2]

    def test_an_output_directory_that_became_a_link_is_empty(self, place):
        place.write("outside/secret.txt", b"theirs")
        (place.directory / "run1").symlink_to("outside")
        store = place.store()
        assert (paths(store.files()), store.phases()) == ([], ([], True))
        assert store.find("secret.txt") is None

    def test_a_base_directory_behind_a_link_is_used(self, place, run, tmp_path):
        (tmp_path / "link").symlink_to(place.directory)
        place.base = str(tmp_path / "link")
        assert paths(place.store().files()) == ["in/a.txt"]

    def test_what_is_no_regular_file_is_not_there_and_keeps_nobody_waiting(self, place, run):
        os.mkfifo(run / "pipe")
        assert paths(place.store().files()) == ["in/a.txt"]
        assert place.store().open("pipe") is None

    def test_names_that_are_no_text_are_passed_over(self, place, run):
        (run / os.fsdecode(b"\xff.txt")).write_bytes(b"")
        (run / "line\nend").write_bytes(b"")
        assert paths(place.store().files()) == ["in/a.txt"]

    def test_a_folder_that_may_not_be_read_hides_nothing_else(self, place, run):
        (run / "closed").mkdir(mode=0)
        assert "in/a.txt" in paths(place.store().files())
