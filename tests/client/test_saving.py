"""Results copied to one's own files, from code."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
from client.live_server import LiveServer

from omnidomain_jupyter.client import Client, Run
from omnidomain_jupyter.errors import ConflictError, InvalidInputError, NotFoundError


@pytest.fixture
def run(client: Client, sheet: str) -> Run:
    submission = client.submit(sheet, "Notes").wait(120, progress=False)
    run = client.run(submission.runs()["run_id"][0])
    tables = Path(run.model.outdir) / "tables"
    tables.mkdir()
    (tables / "report.tsv").write_text("sample\treads\n")
    return run


@pytest.fixture
def folder() -> str:
    return f"mine/{uuid4().hex}"


def test_what_was_saved_is_where_it_says(run: Run, server: LiveServer, folder: str):
    saved = run.save(["gut_01.json", "tables"], folder)

    assert list(saved.columns) == ["path", "saved_as", "size_bytes"]
    assert list(saved["path"]) == ["gut_01.json", "tables/report.tsv"]
    for row in saved.itertuples():
        assert row.saved_as == f"{folder}/{row.path}"
        original = Path(run.model.outdir) / str(row.path)
        assert (server.root / str(row.saved_as)).read_bytes() == original.read_bytes()
        assert row.size_bytes == original.stat().st_size


def test_one_path_may_be_given_as_the_run_s_card_shows_it(
    run: Run, server: LiveServer, folder: str
):
    run.save(f"{run.model.outdir}/tables/report.tsv", folder)
    assert (server.root / folder / "tables" / "report.tsv").read_text() == "sample\treads\n"


def test_a_file_that_is_there_is_replaced_only_when_told_to(
    run: Run, server: LiveServer, folder: str
):
    mine = server.root / folder / "tables" / "report.tsv"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")

    with pytest.raises(ConflictError, match="There already"):
        run.save("tables/report.tsv", folder)
    assert mine.read_text() == "mine"

    run.save("tables/report.tsv", folder, overwrite=True)
    assert mine.read_text() == "sample\treads\n"


def test_a_folder_may_be_named_with_its_whole_path(run: Run, server: LiveServer, folder: str):
    (saved,) = run.save("tables/report.tsv", str(server.root / folder)).itertuples()
    assert saved.saved_as == f"{folder}/tables/report.tsv"
    assert (server.root / str(saved.saved_as)).is_file()
    elsewhere = server.root.parent / "elsewhere"
    for path in (elsewhere, server.root / ".." / "elsewhere", server.root / ".ipython"):
        with pytest.raises(InvalidInputError, match="not below the server's root"):
            run.save("tables/report.tsv", str(path))
    assert not elsewhere.exists()
    (saved,) = run.save("tables/report.tsv", "/", overwrite=True).itertuples()
    assert saved.saved_as == "tables/report.tsv"
    (server.root / "tables" / "report.tsv").unlink()


def test_so_it_may_where_a_link_leads_to_the_root(run: Run, server: LiveServer, tmp_path: Path):
    link = tmp_path / "home"
    link.symlink_to(server.root)
    (saved,) = run.save("tables/report.tsv", str(link / "~mine"), overwrite=True).itertuples()
    assert saved.saved_as == "~mine/tables/report.tsv"
    assert (server.root / "~mine" / "tables" / "report.tsv").is_file()


def test_what_cannot_be_saved_is_told(run: Run, folder: str):
    with pytest.raises(NotFoundError, match=r"tables/other\.tsv"):
        run.save(["tables/report.tsv", "tables/other.tsv"], folder)
    with pytest.raises(InvalidInputError, match="not below the server's root"):
        run.save("tables/report.tsv", "../elsewhere")
    with pytest.raises(InvalidInputError, match="~ stands for no folder"):
        run.save("tables/report.tsv", "~/elsewhere")
    with pytest.raises(InvalidInputError, match="paths"):
        run.save([], folder)
