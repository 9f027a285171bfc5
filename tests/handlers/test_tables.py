"""The tables of a whole sheet over HTTP."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from uuid import uuid4

import pytest
from dropped_pipelines import add_pipeline

from omnidomain_jupyter.handlers import tables as handler
from omnidomain_jupyter.services import tables


@pytest.fixture
def jp_server_config(jp_server_config, pipelines_path: Path):
    add_pipeline(pipelines_path, "Outputs", ["true"])
    return jp_server_config


class Sheet:
    """A submission of the samples a, b and c, in this order."""

    def __init__(self, api, submission_id: str, runs: list[dict]) -> None:
        self._api = api
        self.submission_id = submission_id
        self.runs = {run["sample_id"]: run for run in runs}

    def put(self, sample: str, path: str, text: str) -> None:
        file = Path(self.runs[sample]["outdir"], path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())

    async def get(self, path: str, **params: str):
        route = f"submissions/{self.submission_id}/tables"
        return await self._api.get(route, params={"path": path, **params})


@pytest.fixture
def sheet(api, jp_asyncio_loop) -> Sheet:
    async def submitted() -> Sheet:
        body = {"pipeline": "Outputs", "content": "sample_id\na\nb\nc\n"}
        found = (await api.post("submissions", body)).data["submission_id"]
        runs = (await api.get("runs", params={"submission_id": found})).data["runs"]
        return Sheet(api, found, runs)

    return jp_asyncio_loop.run_until_complete(submitted())


async def test_tables_of_one_name_are_put_together(sheet):
    sheet.put("a", "amr/report.tsv", "gene\tscore\nblaA\t001\nblaB\t1e3\n")
    sheet.put("b", "amr/report.tsv", "gene\tstrand\nblaC\t-\n")
    found = (await sheet.get("amr/report.tsv")).data
    assert sorted(found["columns"]) == ["gene", "score", "strand"]
    rows = [
        (
            row["row_number"],
            row["sample_id"],
            row["file"],
            dict(zip(found["columns"], row["cells"], strict=True)),
        )
        for row in found["rows"]
    ]
    assert sorted(rows, key=lambda row: row[0]) == [
        (1, "a", "amr/report.tsv", {"gene": "blaA", "score": "001", "strand": None}),
        (1, "a", "amr/report.tsv", {"gene": "blaB", "score": "1e3", "strand": None}),
        (2, "b", "amr/report.tsv", {"gene": "blaC", "score": None, "strand": "-"}),
    ]
    assert {row["run_id"] for row in found["rows"]} == {
        sheet.runs[sample]["run_id"] for sample in "ab"
    }
    assert found["without"] == [
        {"run_id": sheet.runs["c"]["run_id"], "row_number": 3, "sample_id": "c"}
    ]
    assert (found["truncated"], found["next_cursor"]) == (False, None)


PATTERNS = {
    "*/report.tsv": ["amr/report.tsv", "qc/report.tsv"],
    "**/report.tsv": ["amr/deep/report.tsv", "amr/report.tsv", "qc/report.tsv", "report.tsv"],
    "amr/**": ["amr/deep/report.tsv", "amr/report.tsv"],
    "??/r*.tsv": ["qc/report.tsv"],
    "report.tsv": ["report.tsv"],
    "[a-z]*/report.tsv": [],
    "../*/report.tsv": [],
    "/etc/*": [],
}


async def test_a_pattern_names_files(sheet):
    for path in ("report.tsv", "amr/report.tsv", "amr/deep/report.tsv", "qc/report.tsv"):
        sheet.put("a", path, f"file\n{path}\n")
    for pattern, files in PATTERNS.items():
        found = (await sheet.get(pattern)).data
        assert [row["file"] for row in found["rows"]] == files, pattern
        assert [row["cells"] for row in found["rows"]] == [[path] for path in files], pattern


async def test_a_pattern_of_many_stars_is_answered(sheet):
    sheet.put("a", "a" * 200 + ".tsv", "x\n1\n")
    found = await sheet.get("*a" * 200 + "b")
    assert (found.code, found.data["rows"]) == (200, [])


async def test_as_csv_in_the_order_of_the_sheet_and_harmless_in_a_spreadsheet(sheet):
    sheet.put("b", "t.csv", 'sample_id,x,y\nown,=HYPERLINK("z"),-1.5\nown,@b,-\n')
    sheet.put("a", "t.csv", "x,z\n+1+1,+3\n")
    response = await sheet.get("t.csv", format="csv", limit="1")
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["X-OmniDomain-Truncated"] == "false"
    assert 'filename="t-' in response.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(response.body.decode())))
    assert [
        (
            row["row_number"],
            row["file"],
            row["sample_id"],
            row["sample_id_2"],
            row["x"],
            row["y"],
            row["z"],
        )
        for row in rows
    ] == [
        ("1", "t.csv", "a", "", "'+1+1", "", "+3"),
        ("2", "t.csv", "b", "own", '\'=HYPERLINK("z")', "-1.5", ""),
        ("2", "t.csv", "b", "own", "'@b", "-", ""),
        ("3", "", "c", "", "", "", ""),
    ]


async def test_pages_follow_each_other_by_run_and_end_early_when_large(sheet, monkeypatch):
    for sample in "abc":
        sheet.put(sample, "t.tsv", "x\ty\n" + "1\t2\n" * 10)
    monkeypatch.setattr(tables, "MOST_CELLS", 40)
    seen, cursor, pages = [], {}, 0
    while True:
        page = (await sheet.get("t.tsv", **cursor)).data
        assert not page["truncated"]
        seen += [row["sample_id"] for row in page["rows"]]
        pages += 1
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert pages == 2
    assert sorted(seen) == ["a"] * 10 + ["b"] * 10 + ["c"] * 10


async def test_a_wide_header_above_short_rows_is_cut(sheet):
    names = "\t".join(f"c{number}" for number in range(1000))
    sheet.put("a", "t.tsv", f"{names}\n" + "1\n" * 4990)
    page = (await sheet.get("t.tsv")).data
    cells = sum(len(row["cells"]) for row in page["rows"])
    assert 0 < cells <= tables.MOST_CELLS_OF_RUN
    assert page["truncated"]


async def test_columns_of_tables_without_rows_count(sheet):
    for number in range(5):
        names = "\t".join(f"c{number}_{name}" for name in range(1000))
        sheet.put("a", f"t{number}.tsv", f"{names}\n")
    sheet.put("a", "t9.tsv", "x\n" + "1\n" * 4990)
    page = (await sheet.get("t?.tsv")).data
    assert len(page["columns"]) * max(1, len(page["rows"])) <= tables.MOST_CELLS_OF_RUN
    assert page["truncated"]


async def test_characters_of_a_page_and_of_a_csv_are_bounded(sheet, monkeypatch):
    for sample in "abc":
        sheet.put(sample, "t.tsv", "x\n" + "word" * 100 + "\n")
    monkeypatch.setattr(tables, "MOST_CHARACTERS", 1000)
    page = (await sheet.get("t.tsv")).data
    assert (len(page["rows"]), page["truncated"]) == (2, False)
    assert page["next_cursor"]
    monkeypatch.setattr(handler, "MOST_CHARACTERS", 1000)
    response = await sheet.get("t.tsv", format="csv", limit="1")
    assert response.headers["X-OmniDomain-Truncated"] == "true"
    assert response.body.count(b"word" * 100) == 2


async def test_what_is_left_out_is_told(sheet, monkeypatch):
    sheet.put("a", "t.tsv", "x\ty\n" + "1\t2\n" * 6000)
    page = (await sheet.get("t.tsv")).data
    assert (len(page["rows"]), page["truncated"]) == (5000 - 1, True)
    sheet.put("b", "t.tsv", "x\ty\n1\t2\n")
    monkeypatch.setattr(handler, "MOST_CELLS", 10)
    response = await sheet.get("t.tsv", format="csv", limit="1")
    assert response.headers["X-OmniDomain-Truncated"] == "true"
    assert "-truncated.csv" in response.headers["Content-Disposition"]


async def test_what_is_no_table_is_none(sheet):
    sheet.put("a", "t.tsv", "BAM\0\1")
    found = (await sheet.get("t.tsv")).data
    assert found["rows"] == []
    assert len(found["without"]) == 3


async def test_a_path_is_needed_and_nobody_else_s_sheet_is_there(api, sheet):
    route = f"submissions/{sheet.submission_id}/tables"
    assert (await api.get(route)).data["errors"][0]["column"] == "path"
    params = {"path": "t.tsv"}
    assert (await api.get(f"submissions/{uuid4()}/tables", params=params)).code == 404
    bad = await api.get(route, params={**params, "cursor": "!!"})
    assert bad.code == 422
