"""What goes to S3 is told before the button is pressed, and while it is on its way."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from client.on_s3 import OnS3, on_s3
from widgets.waiting import our_threads, ready, until

from omnidomain_jupyter._upload_texts import need_text, progress_text
from omnidomain_jupyter.client import Client, connect
from omnidomain_jupyter.schemas import Submission, UploadNeed, UploadProgress
from omnidomain_jupyter.status import RunStatus
from omnidomain_jupyter.widgets import RunPanel

MIB = 1024**2
GIB = 1024**3


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OnS3]:
    """A server whose runs read S3."""
    with on_s3(tmp_path_factory.mktemp("widgets-s3")) as there:
        yield there


@pytest.fixture
def client(there: OnS3, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """A client, found as from a kernel of that server."""
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(there.server.runtime))
    monkeypatch.setenv("JPY_PARENT_PID", str(there.server.pid))
    monkeypatch.chdir(there.server.root)
    client = connect()
    yield client
    client.close()


@pytest.fixture
def sheet(there: OnS3) -> Path:
    """A sheet of two samples with reads of their own."""
    folder = there.server.root / uuid4().hex
    folder.mkdir()
    for name, size in {"one": 4 * MIB, "two": 20 * MIB}.items():
        (folder / f"{name}.fastq.gz").write_bytes(b"\x1f\x8b" + os.urandom(size - 2))
    sheet = folder / "samples.tsv"
    sheet.write_text("sample_id\treads_1\ngut_01\tone.fastq.gz\ngut_02\ttwo.fastq.gz\n")
    return sheet


def test_both_texts_are_in_the_panel(there: OnS3, client: Client, sheet: Path):
    there.proxy.bytes_per_s = MIB
    panel = RunPanel(str(sheet.relative_to(there.server.root)), client=client, email="a@b.org")
    try:
        assert ready(panel)
        assert panel.submit.facts == "2 samples · ready · 2 files, 24 MB, go to S3 first"
        panel.submit.click()
        assert until(lambda: panel.submit.reason.startswith("To S3 first: 0 of 2 files, "), 10)
        assert until(lambda: "Monitor shows how far that is." in panel.submit.reason, 10)

        seen: list[str] = []

        def looked() -> bool:
            for each in panel.table.submissions:
                if each["uploads"] not in seen:
                    seen.append(each["uploads"])
            return seen[-1:] == [""]

        assert until(looked, 40)
        # It moves although no run has changed, and has gone when all is there.
        assert len(seen) > 2
        assert all(" of 2 files, " in text and text.endswith(" of 24 MB") for text in seen[:-1])

        panel.table.selected = panel.table.runs[0]["run_id"]
        details = panel.monitor.details
        assert until(lambda: [name for name, *_ in details.uploads] == ["one.fastq.gz"])
        [[_, uri, size]] = details.uploads
        assert (uri.startswith("s3://"), size) == (True, 4 * MIB)
    finally:
        there.proxy.bytes_per_s = 0
        panel.close()
    assert until(lambda: our_threads() == 0, 10)


def test_a_script_is_told_too(there: OnS3, client: Client, sheet: Path):
    client.sign_in("c@d.org")
    assert client.validate(sheet, "ReadQC").sentence == (
        "2 rows, ready to submit; 2 files, 24 MB, go to S3 first."
    )
    there.proxy.bytes_per_s = 2 * MIB
    try:
        submission = client.submit(sheet, "ReadQC")
        assert "files to S3" in submission._repr_html_()
        assert until(lambda: "files to S3" not in submission.refresh()._repr_html_(), 30)
    finally:
        there.proxy.bytes_per_s = 0


def test_the_words():
    assert need_text(None) == ""
    assert need_text(UploadNeed(files=0, bytes=0)) == ""
    assert need_text(UploadNeed(files=1, bytes=700)) == "1 file, 700 B, goes to S3 first"
    whole = int(4.2 * GIB)
    assert need_text(UploadNeed(files=3, bytes=whole)) == "3 files, 4.2 GB, go to S3 first"
    uploads = UploadProgress(files=3, done_files=2, bytes=whole, done_bytes=int(1.2 * GIB))
    submission = Submission.model_construct(counts={RunStatus.CREATED: 1}, uploads=uploads)
    assert progress_text(submission) == "2 of 3 files, 1.2 of 4.2 GB"
    # Rows that were cancelled or refused wait for nothing.
    submission.counts = {RunStatus.CANCELLED: 1}
    assert progress_text(submission) == ""
