"""Reads on their way to S3, in a real JupyterLab: what is told of them, and how they are sent."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser.axe import set_theme, violations
from browser.laboratory import LONG, open_history, submit_from_browser, without_news
from client.on_s3 import OnS3, on_s3
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser

MIB = 1024**2


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OnS3]:
    """A JupyterLab whose runs read S3."""
    home = tmp_path_factory.mktemp("lab-s3")
    without_news(home / "config")
    with on_s3(home, module="jupyterlab") as there:
        project = there.server.root / "project"
        project.mkdir()
        for name, size in {"one": 4 * MIB, "two": 20 * MIB}.items():
            (project / f"{name}.fastq.gz").write_bytes(b"\x1f\x8b" + os.urandom(size - 2))
        (project / "samples.tsv").write_text(
            "sample_id\treads_1\ngut_01\tone.fastq.gz\ngut_02\ttwo.fastq.gz\n"
        )
        yield there


def test_what_goes_to_s3_is_told_before_and_meanwhile(page: Page, there: OnS3):
    there.proxy.bytes_per_s = MIB
    history = open_history(page, there.server)
    dialog = submit_from_browser(page, "samples.tsv")
    expect(
        dialog.get_by_text("2 samples · 2 files, 24 MB, go to S3 first", exact=True)
    ).to_be_visible()
    assert violations(page, ".jp-OmniSubmit-dialog") == []
    dialog.get_by_role("button", name="Submit 2 runs").click()
    expect(dialog.get_by_text("the Jupyter server has to stay on")).to_be_visible()
    expect(dialog.get_by_text("To S3 first: 0 of 2 files, 0 of 24 MB")).to_be_visible()
    expect(dialog.get_by_text("To S3 first: 1 of 2 files, ")).to_be_visible()
    assert violations(page, ".jp-OmniSubmit-dialog") == []
    dialog.get_by_role("button", name="Close").click()
    history.get_by_label("By submission").check()
    head = history.locator(".jp-OmniGroup").first
    expect(head).to_contain_text("to S3: 1 of 2 files, ")
    there.proxy.bytes_per_s = 0
    expect(head).not_to_contain_text("to S3: ", timeout=LONG)


def test_a_missing_file_is_sent_from_the_browser(page: Page, there: OnS3, tmp_path: Path):
    server = there.server
    there.allow_browsers()
    sheet = server.root / "project" / "missing.tsv"
    sheet.write_text("sample_id\treads_1\ngut_03\tthree.fastq.gz\n")
    reads = tmp_path / "three.fastq.gz"
    reads.write_bytes(b"\x1f\x8b" + os.urandom(20 * MIB))
    set_theme(server, "Dark")
    open_history(page, server)
    dialog = submit_from_browser(page, "missing.tsv")
    upload = dialog.get_by_role("button", name="Upload reads…")
    there.proxy.bytes_per_s = 4 * MIB
    choose(page, upload, reads)
    expect(dialog.get_by_text("To S3: three.fastq.gz, 4 of 20 MB")).to_be_visible()
    dialog.get_by_role("button", name="Line 2, reads_1").click()
    expect(dialog.get_by_text("Closing this window cancels the upload.")).to_be_visible()
    expect(page.locator(".jp-FileEditor")).to_have_count(0)
    assert violations(page, ".jp-OmniSubmit-dialog") == []
    dialog.get_by_role("button", name="Cancel upload").click()
    expect(dialog.get_by_text("Nothing of the file is left on S3")).to_be_visible()
    expect(dialog.get_by_text("Closing this window")).not_to_be_visible()
    assert there.left_behind() == []
    choose(page, upload, reads)
    expect(dialog.get_by_text("To S3: three.fastq.gz, 4 of 20 MB")).to_be_visible()
    for _ in range(2):
        page.keyboard.press("Escape")
    expect(dialog).not_to_be_visible()
    page.wait_for_timeout(2000)
    assert there.left_behind() == []

    dialog = submit_from_browser(page, "missing.tsv")
    upload = dialog.get_by_role("button", name="Upload reads…")
    there.proxy.bytes_per_s = 0

    choose(page, upload, reads)
    expect(dialog.get_by_text("three.fastq.gz is on S3.")).to_be_visible()
    assert violations(page, ".jp-OmniSubmit-dialog") == []
    uri = dialog.locator("code").inner_text()
    assert there.stored(uri) == reads.read_bytes()
    dialog.get_by_role("button", name="Put its address into line 2").click()
    expect(dialog.get_by_role("button", name="Submit 1 run")).to_be_visible()
    expect(dialog.get_by_text("its address is in the sheet")).to_be_visible()
    assert sheet.read_text() == f"sample_id\treads_1\ngut_03\t{uri}\n"


def test_an_upload_goes_on_after_a_reload(page: Page, there: OnS3, tmp_path: Path):
    server = there.server
    there.allow_browsers()
    (server.root / "project" / "broken_off.tsv").write_text(
        "sample_id\treads_1\na\tProbe 4.fq.gz\n"
    )
    reads = tmp_path / "Probe 4.fq.gz"
    reads.write_bytes(b"\x1f\x8b" + os.urandom(20 * MIB))
    there.proxy.bytes_per_s = 4 * MIB
    open_history(page, server)
    dialog = submit_from_browser(page, "broken_off.tsv")
    choose(page, dialog.get_by_role("button", name="Upload reads…"), reads)
    expect(dialog.get_by_text("To S3: Probe 4.fq.gz, 4 of 20 MB")).to_be_visible()

    page.reload()
    there.proxy.bytes_per_s = 0
    parts: list[str] = []
    page.on("request", lambda each: parts.append(each.url) if each.method == "PUT" else None)
    dialog = submit_from_browser(page, "broken_off.tsv")
    choose(page, dialog.get_by_role("button", name="Upload reads…"), reads)
    expect(dialog.get_by_text("Probe 4.fq.gz is on S3.")).to_be_visible()

    assert there.stored(dialog.locator("code").inner_text()) == reads.read_bytes()
    dialog.get_by_role("button", name="Put its address into line 2").click()
    expect(dialog.get_by_text("its address is in the sheet")).to_be_visible()
    assert len([url for url in parts if "partNumber=" in url]) == 1  # of two


def choose(page: Page, button: Locator, file: Path) -> None:
    """Choose a file of this computer, as after a click on the button."""
    with page.expect_file_chooser() as chosen:
        button.click()
    chosen.value.set_files(file)
