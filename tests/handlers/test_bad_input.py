"""Whatever is sent gets the right problem, in words, and the next good request works."""

from __future__ import annotations

import json
import os
import sqlite3
from pathlib import Path

import pytest
from rows import row


async def refused(api, status: int, *args, says: str = "", **options) -> dict[str, object]:
    """Send a request that must be refused, and then one that must not."""
    response = await api.request(*args, **options)
    assert response.code == status, (response.code, response.body[:500])
    assert response.headers["Content-Type"] == "application/problem+json"
    problem = response.data
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"] == problem["message"]
    assert says.lower() in problem["detail"].lower(), problem["detail"]
    assert "Traceback" not in response.body.decode()
    assert (await api.get("runs")).data["runs"] == [], "nothing was stored"
    assert (await api.get("auth/me")).code == 200
    return problem


@pytest.mark.parametrize("raw", ["", "{", '{"pipeline": "ReadQC"', "\x00\x01", b"\xff\xfe\x00{"])
@pytest.mark.parametrize("path", ["runs", "submissions", "samplesheets/validate"])
async def test_malformed_json(api, path, raw):
    await refused(api, 400, "POST", path, raw=raw, says="not json")


@pytest.mark.parametrize("body", [[], "text", 7, None, True])
async def test_json_that_is_no_object(api, body):
    await refused(api, 422, "POST", "runs", raw=json.dumps(body))


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "text/tab-separated-values"])
async def test_another_type(api, kind):
    await refused(api, 415, "POST", "runs", row("a"), headers={"Content-Type": kind}, says=kind)


async def test_a_form_is_another_type_too(api):
    form = "application/x-www-form-urlencoded"
    await refused(api, 415, "POST", "runs", raw="pipeline=ReadQC", headers={"Content-Type": form})


WRONG = {
    "missing field": ({"pipeline": "ReadQC"}, "sample_id"),
    "unknown field": ({**row("a"), "colour": "red"}, "colour"),
    "number for text": ({**row("a"), "sample_id": 7}, "sample_id"),
    "text for a switch": ({**row("a"), "resume": "yes"}, "resume"),
    "list for a row": ({**row("a"), "tsv_row": []}, "tsv_row"),
    "number in a cell": (row("a", reads_2=7), "tsv_row.reads_2"),
    "negative cost": ({**row("a"), "cost_estimate": -1}, "cost_estimate"),
    "no pipeline": ({**row("a"), "pipeline": ""}, "pipeline"),
    "NUL": ({**row("a"), "base_outdir": "a\0b"}, "base_outdir"),
    "long name": ({**row("a"), "sample_id": "a" * 256}, "sample_id"),
    "up and away": ({**row("a"), "base_outdir": "../../up"}, "base_outdir"),
    "S3 from here": ({**row("a"), "base_outdir": "s3://bucket/x"}, "base_outdir"),
    "unknown pipeline": ({**row("a"), "pipeline": "ReadCQ"}, "pipeline"),
    "two names": ({**row("a"), "sample_id": "b"}, "sample_id"),
}


@pytest.mark.parametrize("fault", WRONG)
async def test_a_wrong_field_is_named(api, reads, fault):
    body, field = WRONG[fault]
    problem = await refused(api, 422, "POST", "runs", body)
    assert field in [error["column"] for error in problem["errors"]]
    assert field in problem["detail"] or str(body.get(field)) in problem["detail"]


async def test_a_pipeline_that_is_nearly_right_is_suggested(api, reads):
    problem = await refused(api, 422, "POST", "runs", {**row("a"), "pipeline": "readqc"})
    assert problem["errors"][0]["suggestion"] == "ReadQC"


@pytest.mark.parametrize(
    "sample_id",
    [
        "x'; rm -rf ~ #",
        'say "hi"',
        "two words",
        "../up",
        "a/b",
        "$(touch here)",
        "`id`",
        "a;b",
        "-rf",
        "a\nb",
        "..",
        "ü",
    ],
)
async def test_a_sample_name_that_could_be_anything_else(api, reads, jp_root_dir, sample_id):
    problem = await refused(api, 422, "POST", "runs", row(sample_id))
    assert problem["errors"][0]["column"] == "sample_id"
    assert not list(jp_root_dir.rglob("here"))


FILES = {
    "missing": ("reads/ggal_gut_3.fastq.gz", "not_found"),
    "folder": ("folder.fastq.gz", "is_directory"),
    "no reads": ("notes.txt", "pattern"),
    "empty": ("empty.fastq", "empty_file"),
}


@pytest.mark.parametrize("fault", FILES)
async def test_a_file_that_cannot_be_used(api, reads, jp_root_dir, fault):
    (jp_root_dir / "folder.fastq.gz").mkdir()
    (jp_root_dir / "notes.txt").write_text("hello")
    (jp_root_dir / "empty.fastq").touch()
    value, code = FILES[fault]
    problem = await refused(api, 422, "POST", "runs", row("a", reads_2=value))
    (error,) = problem["errors"]
    assert (error["column"], error["value"], error["code"]) == ("reads_2", value, code)


async def test_read_2_alone_is_refused(api, reads):
    body = row("a")
    del body["tsv_row"]["reads_1"]
    problem = await refused(api, 422, "POST", "runs", body)
    assert "reads_1" in [error["column"] for error in problem["errors"]]


async def test_ten_megabytes_of_junk(api):
    junk = os.urandom(10 * 1024 * 1024)
    await refused(api, 413, "POST", "runs", raw=junk, says="MiB")
    await refused(api, 400, "POST", "samplesheets/validate", raw=junk)
    body = {"pipeline": "ReadQC", "content": junk.decode("latin-1")}
    report = await api.post("samplesheets/validate", body)
    assert report.code == 200
    assert report.data["valid"] is False
    await refused(api, 422, "POST", "submissions", body)


async def test_ids_that_are_none(api):
    for path in ("runs/1", "runs/%00", "submissions/x", "runs/x/logs", "pipelines/Nothing"):
        response = await api.get(path)
        assert response.code == 404, path
        assert response.data["status"] == 404


async def test_a_method_that_a_route_does_not_know(api):
    response = await api.request("DELETE", "runs")
    assert response.code == 405
    assert response.data["status"] == 405


class TestSheetsByPath:
    """A sheet that is named by its path stays below the server's root."""

    async def test_paths_that_lead_nowhere(self, api, jp_root_dir: Path):
        (jp_root_dir / "folder").mkdir()
        outside = jp_root_dir.parent / "outside.tsv"
        outside.write_text("sample_id\treads_1\n")
        for path in ("no.tsv", "folder", "../outside.tsv", str(outside), ".hidden.tsv"):
            body = {"pipeline": "ReadQC", "path": path}
            problem = await refused(api, 422, "POST", "submissions", body)
            assert problem["errors"][0]["column"] == "path"

    @pytest.mark.parametrize("more", [{}, {"content": "a", "path": "b"}])
    async def test_one_source_is_needed(self, api, more):
        await refused(
            api, 422, "POST", "submissions", {"pipeline": "ReadQC", **more}, says="either"
        )


class TestDatabaseAway:
    """A store that takes nothing is a 503 with the reason, and comes back by itself."""

    @pytest.fixture
    def store(self, tmp_path: Path) -> Path:
        return tmp_path / "store" / "omnidomain.sqlite"

    @pytest.fixture
    def jp_server_config(self, jp_server_config, store):
        jp_server_config["OmniDomainApp"]["database_url"] = f"sqlite:///{store}"
        jp_server_config["OmniDomainApp"]["sqlite_journal_mode"] = "DELETE"
        return jp_server_config

    async def test_a_locked_store(self, api, reads, store, monkeypatch):
        monkeypatch.setattr("omnidomain_jupyter.store.database.BUSY_TIMEOUT_S", 0.1)
        writer = sqlite3.connect(store, isolation_level=None)
        writer.execute("PRAGMA busy_timeout = 10000")
        writer.execute("BEGIN EXCLUSIVE")
        response = await api.post("runs", row("a"))
        assert response.code == 503
        assert "database" in response.data["message"]
        health = await api.get("health")
        assert health.code == 503
        assert health.data["detail"]
        writer.execute("ROLLBACK")
        writer.close()
        assert (await api.get("health")).code == 200
        assert (await api.post("runs", row("a"))).code == 201

    async def test_a_file_that_is_damaged(self, api, jp_serverapp, store):
        runtime = jp_serverapp.web_app.settings["omnidomain"]
        runtime._services.database.close()
        whole = store.read_bytes()
        store.write_bytes(b"junk" * 1000)
        response = await api.get("runs")
        assert response.code == 503
        assert "not a database" in response.data["message"]
        assert (await api._fetch("api", "status")).code == 200, "Jupyter goes on working"
        store.write_bytes(whole)
        assert (await api.get("runs")).code == 200
