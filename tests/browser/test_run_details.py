"""The details of a run in a real JupyterLab: its log, its results, what can be done."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser.laboratory import LONG, laboratory, open_history, rows
from client.live_server import LiveServer
from playwright.sync_api import Locator, Page, Route, expect

from omnidomain_jupyter.client import Client

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory, postgres_server: str) -> Iterator[LiveServer]:
    """A JupyterLab of an ordinary user: its root is in the home, and a link to another disk."""
    home = tmp_path_factory.mktemp("lab")
    (home / "disk").mkdir()
    (home / "root").symlink_to("disk")
    with laboratory(postgres_server, home, variables={"HOME": str(home)}) as server:
        yield server


@pytest.fixture(scope="module", autouse=True)
def report(lab: LiveServer) -> None:
    """A sheet of one sample with real reads."""
    sheet = lab.root / "project" / "one.tsv"
    sheet.write_text("sample_id\treads_1\ngut_01\treads.fastq.gz\n")


def opened(page: Page, lab: LiveServer, sample: str) -> Locator:
    """Open the details of the newest run of a sample."""
    history = open_history(page, lab)
    rows(history).filter(has_text=sample).first.click()
    return history.locator(".jp-OmniDetails")


def test_a_run_is_watched_cancelled_and_resumed(page: Page, lab: LiveServer, client: Client):
    client.submit("sample_id\ntalker\n", "Talks")
    details = opened(page, lab, "talker")
    log = details.get_by_role("log")
    expect(log).to_contain_text("line 0")
    expect(log).to_contain_text("line 3")  # it is followed
    expect(details.get_by_text("Following.")).to_be_visible()
    details.get_by_role("button", name="Cancel this run").click()
    states = details.get_by_label("The states of this run")
    expect(states).to_contain_text("CANCELLED", timeout=LONG)
    details.get_by_role("button", name="Resume", exact=True).click()
    # The new run is shown in the place of the old one.
    expect(details.get_by_role("button", name="Cancel this run")).to_be_visible(timeout=LONG)
    details.get_by_role("tab", name="History").click()
    expect(details.get_by_text("Resumed from")).to_be_visible()
    details.get_by_role("button", name="Cancel this run").click()
    expect(states).to_contain_text("CANCELLED", timeout=LONG)


def test_a_failure_says_why(page: Page, lab: LiveServer, client: Client):
    client.submit("sample_id\nloser\n", "Fails").wait(progress=False)
    details = opened(page, lab, "loser")
    expect(details.locator(".jp-OmniDetails-reason")).to_contain_text("3")
    expect(details.get_by_role("log")).to_contain_text("no space left on device")
    details.get_by_role("tab", name="Command").click()
    expect(details.get_by_label("The command of this run")).to_contain_text("python3 -c 'import")


def test_results_are_shown_in_place_and_downloaded(page: Page, lab: LiveServer, client: Client):
    client.submit("project/one.tsv", "ReadQC").wait(progress=False)
    details = opened(page, lab, "gut_01")
    details.get_by_role("button", name=re.compile("json$")).click()
    expect(details.get_by_label(re.compile("json$")).last).to_contain_text("sequali")
    details.get_by_role("button", name=re.compile("html$")).click()
    expect(details.frame_locator("iframe").get_by_text("Sequali report")).to_be_visible()
    with page.expect_download() as download:
        details.get_by_label(re.compile("^Download.*json$")).click()
    assert Path(download.value.path()).read_text().startswith("{")
    details.get_by_role("tab", name="Row").click()
    expect(details.get_by_text("reads.fastq.gz")).to_be_visible()


def test_results_are_saved_among_one_s_own_files(page: Page, lab: LiveServer, client: Client):
    client.submit("project/one.tsv", "ReadQC").wait(progress=False)
    details = opened(page, lab, "gut_01")
    details.get_by_role("checkbox", name=re.compile("json$")).check()
    save = details.get_by_role("form", name="Save to my files")
    save.get_by_label("Folder").fill("keep/gut_01")
    save.get_by_role("button", name="Save to my files").click()
    expect(details.get_by_text("1 file is saved in keep/gut_01.")).to_be_visible()
    [kept] = (lab.root / "keep" / "gut_01").rglob("*.json")
    assert kept.read_text().startswith("{")

    # What is there is replaced only when that is wanted.
    details.get_by_role("checkbox", name=re.compile("json$")).check()
    save.get_by_role("button", name="Save to my files").click()
    expect(save.get_by_text("There already")).to_be_visible()
    save.get_by_label("Replace files that are there").check()
    save.get_by_role("button", name="Save to my files").click()
    details.get_by_role("button", name="Show the folder").click()
    expect(page.locator(".jp-DirListing-item", has_text="sequali.json")).to_be_visible()


def test_numbers_are_read_and_taken_along(page: Page, lab: LiveServer, client: Client):
    submission = client.submit("project/one.tsv", "ReadQC").wait(progress=False)
    [outdir] = submission.runs()["outdir"]
    (Path(outdir) / "gut_01_counts.tsv").write_text("gene\treads\nITS1\t7\n")
    details = opened(page, lab, "gut_01")
    details.get_by_role("tab", name="Results").click()
    details.get_by_role("button", name="gut_01_counts.tsv").click()
    with page.expect_download() as download:
        details.get_by_role("link", name="This table of the whole sheet, as CSV").click()
    head, row = Path(download.value.path()).read_text().splitlines()
    assert head == "run_id,row_number,sample_id,file,gene,reads"
    assert row.endswith(",gut_01_counts.tsv,ITS1,7")
    details.get_by_role("tab", name="Numbers").click()
    name = page.get_by_role("rowheader", name="reads", exact=True)
    expect(details.get_by_role("row").filter(has=name)).to_contain_text(re.compile(r"\d"))
    with page.expect_download() as download:
        details.get_by_role("link", name="Numbers of the whole sheet, as CSV").click()
    head, row = Path(download.value.path()).read_text().splitlines()
    assert "sequali.reads" in head
    assert "gut_01" in row


@pytest.mark.own_clock
def test_results_appear_as_a_run_writes_them(page: Page, lab: LiveServer, client: Client):
    [run_id] = client.submit("sample_id\nwriter\n", "Talks").runs()["run_id"]
    page.clock.install()
    details = opened(page, lab, "writer")
    expect(details.get_by_role("log")).to_contain_text("line 0")
    details.get_by_role("tab", name="Results").click()
    expect(details.get_by_text("They appear here as the run writes them.")).to_be_visible()
    folder = Path(client.run(run_id).model.outdir)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "early.txt").write_text("half of it")
    page.clock.fast_forward("00:16")
    expect(details.get_by_role("button", name="early.txt")).to_be_visible()
    client.run(run_id).cancel()


def test_a_report_behind_many_files_is_found(page: Page, lab: LiveServer, client: Client):
    submission = client.submit("project/one.tsv", "ReadQC").wait(progress=False)
    [outdir] = map(Path, submission.runs()["outdir"])
    for folder in ("aligned", "multiqc"):
        (outdir / folder).mkdir()
    for number in range(1_200):
        (outdir / "aligned" / f"{number:04}.bam").touch()
    (outdir / "multiqc" / "report.tsv").write_text("sample\treads\ngut_01\t7\n")
    details = opened(page, lab, "gut_01")

    # By keyboard: a folder is closed until somebody looks into it.
    multiqc = details.locator("summary", has_text="multiqc/")
    multiqc.focus()
    multiqc.press("Enter")
    details.get_by_role("button", name="report.tsv").click()
    expect(details.get_by_role("cell", name="gut_01", exact=True)).to_be_visible()

    files = details.get_by_role("button", name=re.compile("bam$"))
    expect(files).to_have_count(0)
    details.locator("summary", has_text="aligned/").click()
    expect(files).to_have_count(500)
    more = details.get_by_role("button", name="Show more files of aligned/")
    more.click()
    expect(files).to_have_count(1_000)
    more.click()
    expect(files).to_have_count(1_200)
    expect(more).to_have_count(0)
    expect(details.get_by_role("cell", name="gut_01", exact=True)).to_be_visible()
    details.get_by_role("checkbox", name="Mark aligned/", exact=True).check()
    expect(details.get_by_role("checkbox", name="Mark aligned/0000.bam")).to_be_checked()


def test_a_folder_that_a_slow_server_has_not_found_is_looked_for(
    page: Page, lab: LiveServer, client: Client
):
    submission = client.submit("project/one.tsv", "ReadQC").wait(progress=False)
    [outdir] = map(Path, submission.runs()["outdir"])
    for folder in ("aligned", "variants"):
        (outdir / folder).mkdir()
    for number in range(2_500):
        (outdir / "aligned" / f"{number:04}.bam").touch()
    (outdir / "variants" / "a.vcf").touch()

    def hurry(route: Route) -> None:
        answer = route.fetch()
        told = answer.json()
        found = [phase for phase in told["phases"] or () if phase["name"] == "aligned"]
        route.fulfill(response=answer, json=told | {"phases": found, "phases_complete": False})

    page.route(re.compile(r"/results\?(?!.*(cursor|phase)=)"), hurry)
    details = opened(page, lab, "gut_01")
    variants = details.locator("summary", has_text="variants/")
    expect(details.locator("summary", has_text="aligned/")).to_be_visible()
    expect(variants).to_have_count(0)
    details.get_by_role("button", name="Look for more folders").click()
    expect(variants).to_be_visible()
    expect(details.get_by_role("status").filter(has_text="Found variants.")).to_be_visible()
    expect(details.get_by_text("These are all folders.")).to_be_visible()


def test_it_goes_on_in_the_file_browser_and_in_a_notebook(
    page: Page, lab: LiveServer, client: Client
):
    client.submit("project/one.tsv", "ReadQC").wait(progress=False)
    details = opened(page, lab, "gut_01")
    details.get_by_role("button", name="Open output folder").click()
    expect(page.locator(".jp-DirListing-item", has_text="sequali.json")).to_be_visible()
    details.get_by_role("button", name="Reproduce in a notebook").click()
    expect(page.get_by_role("heading", name="gut_01, once more")).to_be_visible(timeout=LONG)
    cells = page.locator(".jp-Notebook .cm-content")
    expect(cells.filter(has_text="client.submit(SHEET, PIPELINE")).to_be_visible()


def test_a_run_is_copied_as_python(page: Page, lab: LiveServer, client: Client):
    [run_id] = client.submit("sample_id\ncopied\n", "Fails").wait(progress=False).runs()["run_id"]
    details = opened(page, lab, "copied")
    copy = details.get_by_role("button", name="Copy as Python")
    title = copy.get_attribute("title")
    assert title is not None
    assert f'client.run("{run_id}")' in title
    copy.click()
    expect(details.get_by_role("button", name="Copied")).to_be_visible()
