"""Results over HTTP: of runs on this machine, and of runs on AWS Batch with S3."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
from api import signed_in
from batch_api import BatchApi
from dropped_pipelines import add_pipeline
from hostile_paths import INSIDE, generated
from moto_account import moto_account
from tornado.httpclient import AsyncHTTPClient

from omnidomain_jupyter.handlers import metrics

REPORT = b"<html><script>fetch('/api/contents')</script></html>"


@pytest.fixture(scope="module")
def s3_endpoint() -> Iterator[str]:
    with moto_account() as url:
        yield url


@pytest.fixture(params=["local", "aws_batch"])
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def batch(kind, tmp_path, monkeypatch, request) -> Iterator[BatchApi | None]:
    with ExitStack() as stack:
        if kind == "local":
            yield None
            return
        api = stack.enter_context(BatchApi())
        for name, value in {
            "AWS_ENDPOINT_URL": request.getfixturevalue("s3_endpoint"),
            "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS": api.url,
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": str(tmp_path / "none"),
            "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "none"),
        }.items():
            monkeypatch.setenv(name, value)
        yield api


@pytest.fixture
def jp_server_config(jp_server_config, pipelines_path: Path, batch):
    add_pipeline(pipelines_path, "Outputs", ["true"])
    if batch is not None:
        jp_server_config["OmniDomainApp"].update(
            compute_backend="aws_batch",
            batch_endpoint_url=batch.url,
            batch_job_queue="queue",
            batch_job_definition="definition",
            base_outdir="s3://lab/results",
        )
    return jp_server_config


class Outputs:
    """A run, and its output directory."""

    def __init__(self, api, run: dict[str, object]) -> None:
        self.api = api
        self.run_id = run["run_id"]
        self.outdir = str(run["outdir"])

    def put(self, path: str, content: bytes = b"x") -> None:
        if self.outdir.startswith("s3://"):
            import boto3

            bucket, _, key = self.outdir.removeprefix("s3://").partition("/")
            client = boto3.client("s3")
            client.create_bucket(Bucket=bucket)
            client.put_object(Bucket=bucket, Key=f"{key}/{path}", Body=content)
        else:
            file = Path(self.outdir, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)

    def link(self, path: str, to: str) -> None:
        Path(self.outdir, path).symlink_to(to)

    async def get(self, path: str = "", *, headers=None, params=None):
        """GET what the server itself answers: a redirect is not followed."""
        response = await self.api._fetch(
            *("omnidomain", "runs", self.run_id, "results"),
            *(path.split("/") if path else ()),
            headers={"X-OmniDomain-Authorization": f"Bearer {self.api.token}", **(headers or {})},
            params=params,
            raise_error=False,
            follow_redirects=False,
        )
        is_json = "json" in response.headers.get("Content-Type", "")
        response.data = json.loads(response.body) if is_json and response.body else None
        return response


async def new_run(api, sample_id: str = "a") -> Outputs:
    body = {"pipeline": "Outputs", "sample_id": sample_id, "tsv_row": {"sample_id": sample_id}}
    created = await api.post("runs", body)
    assert created.code == 201, created.body
    return Outputs(api, created.data)


@pytest.fixture
def outputs(api, jp_asyncio_loop) -> Outputs:
    return jp_asyncio_loop.run_until_complete(new_run(api))


async def bytes_of(response) -> bytes:
    """Return what a browser gets, which follows to where the file is."""
    if response.code != 307:
        return response.body
    return (await AsyncHTTPClient().fetch(response.headers["Location"])).body


async def test_files_are_listed_by_phase_and_page(outputs):
    for path in ("summary.txt", "assembly/a.fasta", "qc/a.html", "qc/b.html"):
        outputs.put(path, path.encode())
    everything = (await outputs.get()).data
    assert [file["path"] for file in everything["results"]] == [
        *("assembly/a.fasta", "qc/a.html", "qc/b.html", "summary.txt")
    ]
    assert everything["outdir"] == outputs.outdir
    assert (everything["next_cursor"], everything["truncated"]) == (None, False)
    assert everything["phases"] == [
        {"name": ".", "files": 1, "size_bytes": 11},
        {"name": "assembly", "files": 1, "size_bytes": 16},
        {"name": "qc", "files": 2, "size_bytes": 18},
    ]
    first = everything["results"][0]
    assert (first["phase"], first["media_type"]) == ("assembly", "text/plain")
    seen, cursor = [], None
    while True:
        params = {"limit": 3, **({"cursor": cursor} if cursor else {})}
        page = (await outputs.get(params=params)).data
        assert (page["phases"] is None) == (cursor is not None)
        seen += [file["path"] for file in page["results"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
        assert page["truncated"]
    assert seen == [file["path"] for file in everything["results"]]
    of_phase = (await outputs.get(params={"phase": "qc"})).data
    assert [file["path"] for file in of_phase["results"]] == ["qc/a.html", "qc/b.html"]
    top = (await outputs.get(params={"phase": "."})).data
    assert [file["path"] for file in top["results"]] == ["summary.txt"]


@pytest.mark.parametrize("kind", ["local"])
async def test_links_into_a_work_directory_are_told(outputs):
    outputs.put("a.txt")
    for name in ("a.bam", "b.bam"):
        outputs.link(name, f"../.work/{name}")
    page = (await outputs.get()).data
    assert [file["path"] for file in page["results"]] == ["a.txt"]
    assert page["left_out"] == 2
    assert "2 links lead out of the output directory" in page["note"]
    assert "mode: 'copy'" in page["note"]


async def test_a_run_without_outputs_has_none(outputs):
    outputs.put("../other/x.txt")
    assert (await outputs.get()).data["results"] == []


@pytest.mark.parametrize("cursor", ["!!", "Li4vLi4v", "L2V0Yw", "ABC\u00e9"])
async def test_a_cursor_that_is_none_is_refused(outputs, cursor):
    response = await outputs.get(params={"cursor": cursor})
    assert response.code == 422
    assert response.data["errors"][0]["column"] == "cursor"


async def test_a_file_is_read(outputs):
    outputs.put("qc/a b ß.txt", b"0123456789")
    response = await outputs.get("qc/a b ß.txt")
    assert await bytes_of(response) == b"0123456789"
    if response.code == 307:
        assert response.headers["Cache-Control"] == "no-store"
        assert "X-Amz-Expires=300" in response.headers["Location"]
    else:
        assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Content-Disposition"].startswith("inline")


async def test_a_download_is_saved_by_the_browser(outputs):
    outputs.put("qc/a b.html", REPORT)
    response = await outputs.get("qc/a b.html", params={"download": "1"})
    if response.code == 307:
        response = await AsyncHTTPClient().fetch(response.headers["Location"])
    assert response.body == REPORT
    assert response.headers["Content-Disposition"] == "attachment; filename*=UTF-8''a%20b.html"


@pytest.mark.parametrize("path", ["report.html", "plot.svg", "data.xml", "page.xhtml"])
async def test_what_can_run_scripts_is_kept_apart_from_jupyter(outputs, path):
    outputs.put(path, REPORT)
    response = await outputs.get(path)
    assert (response.code, response.body) == (200, REPORT)
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox ")
    assert "allow-same-origin" not in policy
    assert "allow-top-navigation" not in policy
    assert "default-src 'none'" in policy
    assert "connect-src" not in policy, "falls back to nothing"
    for directive in policy.split(";"):
        assert "'self'" not in directive or "frame-ancestors" in directive
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "no-referrer"


async def test_parts(outputs):
    outputs.put("report.html", b"0123456789")

    async def part(value, **headers):
        return await outputs.get("report.html", headers={"Range": value, **headers})

    for value, body, where in (
        ("bytes=0-3", b"0123", "0-3"),
        ("bytes=4-", b"456789", "4-9"),
        ("bytes=-2", b"89", "8-9"),
        ("bytes=8-100", b"89", "8-9"),
        ("bytes=-100", b"0123456789", "0-9"),
    ):
        response = await part(value)
        assert (response.code, response.body) == (206, body)
        assert response.headers["Content-Range"] == f"bytes {where}/10"
        assert response.headers["Content-Length"] == str(len(body))
    for value in ("bytes=0-1,3-4", "bytes=x", "lines=1-2", "bytes=5-2", "bytes=-", ""):
        response = await part(value)
        assert (response.code, response.body) == (200, b"0123456789"), value
    for value in ("bytes=10-", "bytes=-0", "bytes=99-100"):
        response = await part(value)
        assert (response.code, response.headers["Content-Range"]) == (416, "bytes */10")
        assert response.data["status"] == 416
    etag = (await outputs.get("report.html")).headers["Etag"]
    assert (await part("bytes=0-3", **{"If-Range": etag})).code == 206
    assert (await part("bytes=0-3", **{"If-Range": '"old"'})).code == 200


async def test_what_a_browser_has_already_is_not_sent_again(outputs):
    outputs.put("report.html", b"one")
    etag = (await outputs.get("report.html")).headers["Etag"]
    again = await outputs.get("report.html", headers={"If-None-Match": etag})
    assert (again.code, again.body) == (304, b"")
    outputs.put("report.html", b"another")
    assert (await outputs.get("report.html", headers={"If-None-Match": etag})).code == 200


async def test_head_says_what_get_would(outputs):
    outputs.put("data.bin", b"\0" * 1000)
    response = await outputs.api.request("HEAD", f"runs/{outputs.run_id}/results/data.bin")
    assert (response.code, response.body) == (200, b"")
    assert response.headers["Content-Length"] == "1000"
    assert response.headers["Accept-Ranges"] == "bytes"
    missing = await outputs.api.request("HEAD", f"runs/{outputs.run_id}/results/no.bin")
    assert missing.code == 404


async def test_a_file_that_is_called_as_a_route_is_read(outputs):
    outputs.put("save", b"0123456789")
    assert await bytes_of(await outputs.get("save")) == b"0123456789"
    assert (await outputs.get("save", params={"preview": "text"})).data["text"] == "0123456789"
    head = await outputs.api.request("HEAD", f"runs/{outputs.run_id}/results/save")
    assert (head.code, head.headers["Content-Length"]) == (200, "10")


async def test_an_empty_file_is_empty(outputs):
    outputs.put("empty.html", b"")
    response = await outputs.get("empty.html")
    assert (response.code, response.body) == (200, b"")
    preview = await outputs.get("empty.html", params={"preview": "text"})
    assert (preview.data["text"], preview.data["truncated"]) == ("", False)


async def test_paths_that_lead_out_are_not_there(
    outputs, http_server_client, jp_auth_header, jp_base_url
):
    neighbour = await new_run(outputs.api, "b")
    neighbour.put("secret.txt", b"theirs")
    outputs.put("a.txt", b"mine")
    name = neighbour.outdir.rpartition("/")[2]
    out = f"../{name}/secret.txt"
    root = f"{jp_base_url}omnidomain/runs/{outputs.run_id}"
    token = {"X-OmniDomain-Authorization": f"Bearer {outputs.api.token}"}
    for path in (
        out,
        f"x/../{out}",
        quote(out, safe=""),
        out.replace(".", "%2e"),
        quote(quote(out, safe=""), safe=""),
        quote(f"{neighbour.outdir}/secret.txt", safe=""),
        f"/{neighbour.outdir}/secret.txt",
        *("..%5csecret.txt", "%00", "a.txt/", "./a.txt", "%ff", "a.txt%00", "x" * 5000),
    ):
        for query in ("", "?preview=text", "?download=1"):
            # As it is: a client that is polite would write some of these otherwise.
            response = await http_server_client.fetch(
                f"{root}/results/{path}{query}",
                headers={**jp_auth_header, **token},
                raise_error=False,
                follow_redirects=False,
            )
            assert response.code in (400, 404), path
            assert b"theirs" not in response.body


async def test_hundreds_of_hostile_paths_find_nothing_outside(
    outputs, http_server_client, jp_auth_header, jp_base_url
):
    neighbour = await new_run(outputs.api, "b")
    neighbour.put("secret.txt", b"theirs")
    for path, content in INSIDE.items():
        outputs.put(path, content)
    root = f"{jp_base_url}omnidomain/runs/{outputs.run_id}/results"
    headers = {**jp_auth_header, "X-OmniDomain-Authorization": f"Bearer {outputs.api.token}"}
    queries = ("", "?preview=text", "?preview=table", "?download=1")
    found = 0
    for number, path in enumerate(generated(300, [f"{neighbour.outdir}/secret.txt"])):
        written = quote(path.encode("utf-8", "surrogatepass"), safe="/%")
        response = await http_server_client.fetch(
            f"{root}/{written}{queries[number % len(queries)]}",
            headers=headers,
            raise_error=False,
            follow_redirects=False,
        )
        assert response.code in (200, 307, 400, 404), path
        assert b"theirs" not in response.body, path
        if response.code == 307:
            assert outputs.outdir.removeprefix("s3:/") in unquote(response.headers["Location"])
        found += response.code in (200, 307)
        if number % 3 == 0 and "\ud800" not in path:
            saved = await outputs.api.post(
                f"runs/{outputs.run_id}/results/save",
                {"paths": [path], "folder": "saved", "overwrite": True},
            )
            assert saved.code in (201, 404, 422), path
            if saved.code == 201:
                assert {file["path"] for file in saved.data["files"]} <= INSIDE.keys()
    assert found > 0, "some of the generated paths are good ones"


async def test_somebody_elses_results_are_not_there(outputs, jp_fetch):
    outputs.put("a.txt", b"mine")
    eve = await signed_in(jp_fetch, "eve@example.org")
    for path in ("results", "results/a.txt", "metrics"):
        assert (await eve.get(f"runs/{outputs.run_id}/{path}")).code == 404
    body = {"paths": ["a.txt"]}
    assert (await eve.post(f"runs/{outputs.run_id}/results/save", body)).code == 404


async def test_a_table_is_previewed(outputs):
    rows = "".join(f"s{n}\t{n}\t{n / 4}\t00{n}\t\n" for n in range(500))
    table = f"sample\treads\tshare\tbarcode\tnote\n{rows}".encode()
    for path, content in (("t.tsv", table), ("t.tsv.gz", gzip.compress(table))):
        outputs.put(path, content)
        response = await outputs.get(path, params={"preview": "table", "rows": "3"})
        assert response.code == 200, response.body
        found = response.data
        assert [(column["name"], column["type"]) for column in found["columns"]] == [
            ("sample", "text"),
            ("reads", "integer"),
            ("share", "number"),
            ("barcode", "text"),
            ("note", "empty"),
        ]
        assert found["rows"][1] == ["s1", "1", "0.25", "001", ""]
        assert (len(found["rows"]), found["truncated"]) == (3, True)
        assert found["size_bytes"] == len(content)


async def test_a_text_is_previewed(outputs):
    outputs.put("log.txt", "zürich\n".encode() * 100)
    found = (await outputs.get("log.txt", params={"preview": "text", "size": "9"})).data
    assert (found["text"], found["truncated"]) == ("zürich\nz", True)


async def test_what_is_no_text_has_no_preview(outputs):
    outputs.put("a.bam", b"BAM\1\0\0")
    for preview in ("text", "table"):
        response = await outputs.get("a.bam", params={"preview": preview})
        assert response.code == 422
        assert "a.bam is not text" in response.data["message"]
    assert (await outputs.get("a.bam", params={"preview": "picture"})).code == 422


async def test_numbers_of_a_run(outputs):
    outputs.put("quast/report.tsv", b"Assembly\ta.contigs\n# contigs\t155\nGC (%)\t65.48\n")
    outputs.put(
        "multiqc/multiqc_data/multiqc_general_stats.txt",
        b"Sample\tFastQC_mqc-generalstats-fastqc-percent_gc\na\t48.0\n",
    )
    outputs.put("other.json", b"{")
    found = (await outputs.api.get(f"runs/{outputs.run_id}/metrics")).data
    assert (found["reads"], found["truncated"]) == ([], False)
    assert found["metrics"] == [
        {
            "tool": "multiqc",
            "sample": "a",
            "name": "fastqc-percent_gc",
            "value": 48.0,
            "file": "multiqc/multiqc_data/multiqc_general_stats.txt",
        },
        *(
            {
                "tool": "quast",
                "sample": "a.contigs",
                "name": name,
                "value": value,
                "file": "quast/report.tsv",
            }
            for name, value in (("# contigs", 155.0), ("GC (%)", 65.48))
        ),
    ]


async def test_no_report_makes_the_numbers_of_others_unreadable(outputs):
    summary = dict.fromkeys(("total_reads", "total_bases", "q20_reads", "total_gc_bases"), 5)
    sequali = {
        "meta": {"sequali_version": "1.0.2", "filename": "a\ud800.fq"},
        "summary": summary,
        "adapter_content": {"adapter_content": [["Illumina", [float("nan")]]]},
    }
    outputs.put("a.json", json.dumps(sequali).encode())
    huge = sequali | {"summary": summary | {"total_bases": 10**400}}
    outputs.put("b.json", json.dumps(huge).encode())
    multiqc = {"report_general_stats_data": [{"s\ud800": {"gc": 48.0}}]}
    outputs.put("multiqc_data.json", json.dumps(multiqc).encode())

    found = (await outputs.api.get(f"runs/{outputs.run_id}/metrics")).data

    assert [(each["file"], each["adapter_share"]) for each in found["reads"]] == [("a?.fq", None)]
    assert {each["sample"] for each in found["metrics"]} == {"a?.fq", "s?"}
    assert None not in {each["value"] for each in found["metrics"]}


async def test_numbers_of_a_sheet_as_one_table(api):
    body = {"pipeline": "Outputs", "content": "sample_id\na\nb\nc\n"}
    submission = (await api.post("submissions", body)).data
    route = f"submissions/{submission['submission_id']}/metrics"
    runs = (await api.get("runs", params={"submission_id": submission["submission_id"]})).data[
        "runs"
    ]
    for run in runs:
        if run["sample_id"] != "c":
            row = {"a": b"10\t1.5", "b": b"20\t2.5"}[run["sample_id"]]
            header = b"Assembly\tN50\tGC (%)\ncontigs\t"
            Outputs(api, run).put("transposed_report.tsv", header + row)
    found = (await api.get(route)).data
    assert found["columns"] == ["quast.N50", "quast.GC (%)"]
    assert {row["sample"]: row["values"] for row in found["rows"]} == {
        "a": {"quast.N50": 10.0, "quast.GC (%)": 1.5},
        "b": {"quast.N50": 20.0, "quast.GC (%)": 2.5},
        "c": {},
    }
    page = (await api.get(route, params={"limit": "2"})).data
    rest = (await api.get(route, params={"limit": "2", "cursor": page["next_cursor"]})).data
    # The runs go on meanwhile.
    rows, pages = (
        [{**row, "status": None} for row in rows]
        for rows in (found["rows"], page["rows"] + rest["rows"])
    )
    assert pages == rows
    assert rest["next_cursor"] is None
    response = await api.get(route, params={"format": "csv"})
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["X-OmniDomain-Truncated"] == "false"
    assert "-truncated" not in response.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(response.body.decode())))
    assert [(row["row_number"], row["sample_id"], row["quast.N50"]) for row in rows] == [
        ("1", "a", "10"),
        ("2", "b", "20"),
        ("3", "c", ""),
    ]


@pytest.mark.parametrize("bound", [("MOST_CELLS", 4), ("MOST_CHARACTERS", 130)])
async def test_numbers_of_a_sheet_as_csv_end_where_there_is_no_more_room(api, monkeypatch, bound):
    body = {"pipeline": "Outputs", "content": "sample_id\na\nb\nc\n"}
    found = (await api.post("submissions", body)).data["submission_id"]
    for run in (await api.get("runs", params={"submission_id": found})).data["runs"]:
        numbers = b"Assembly\tN50\tGC (%)\ncontigs\t10\t1.5"
        Outputs(api, run).put("transposed_report.tsv", numbers)
    monkeypatch.setattr(metrics, "RUNS_A_TURN", 1)
    monkeypatch.setattr(metrics, bound[0], bound[1])
    response = await api.get(f"submissions/{found}/metrics", params={"format": "csv"})
    assert response.headers["X-OmniDomain-Truncated"] == "true"
    assert f'filename="metrics-{found}-truncated.csv"' in response.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(response.body.decode())))
    assert [(row["quast.N50"], row["quast.GC (%)"]) for row in rows] == [("10", "1.5")] * len(rows)
    assert len(rows) == 2


async def test_a_run_that_has_more_numbers_than_are_read_says_so(api, monkeypatch):
    body = {"pipeline": "Outputs", "content": "sample_id\na\nb\n"}
    found = (await api.post("submissions", body)).data["submission_id"]
    for run in (await api.get("runs", params={"submission_id": found})).data["runs"]:
        numbers = b"Assembly\tN50\tGC (%)\ncontigs\t10\t1.5"
        Outputs(api, run).put("transposed_report.tsv", numbers)
    route = f"submissions/{found}/metrics"
    assert not (await api.get(route)).data["truncated"]
    monkeypatch.setattr("omnidomain_jupyter.services.metrics.MOST_NUMBERS", 1)
    page = (await api.get(route)).data
    assert page["truncated"]
    assert [len(row["values"]) for row in page["rows"]] == [1, 1]
    response = await api.get(route, params={"format": "csv"})
    assert response.headers["X-OmniDomain-Truncated"] == "true"
    assert len(list(csv.DictReader(io.StringIO(response.body.decode())))) == 2


class TestSave:
    """Copies among the user's own files."""

    @pytest.fixture
    def save(self, outputs):
        outputs.put("summary.txt", b"one")
        outputs.put("qc/a.html", b"two")
        outputs.put("qc/deep/b.tsv", b"three")
        outputs.put("qc-2/c.txt", b"four")

        async def save(*paths, **body):
            return await outputs.api.post(
                f"runs/{outputs.run_id}/results/save", {"paths": list(paths), **body}
            )

        return save

    async def test_files_and_folders_are_copied(self, save, jp_root_dir):
        response = await save("summary.txt", "qc", folder="my/results")
        assert response.code == 201, response.body
        assert response.data["folder"] == "my/results"
        assert [file["saved_as"] for file in response.data["files"]] == [
            "my/results/summary.txt",
            "my/results/qc/a.html",
            "my/results/qc/deep/b.tsv",
        ]
        assert response.data["files"][0] == {
            "path": "summary.txt",
            "saved_as": "my/results/summary.txt",
            "size_bytes": 3,
        }
        there = sorted(
            str(file.relative_to(jp_root_dir / "my"))
            for file in (jp_root_dir / "my").rglob("*")
            if file.is_file()
        )
        assert there == ["results/qc/a.html", "results/qc/deep/b.tsv", "results/summary.txt"]
        assert (jp_root_dir / "my/results/qc/deep/b.tsv").read_bytes() == b"three"

    async def test_nothing_is_overwritten_unless_asked_for(self, save, jp_root_dir):
        (jp_root_dir / "summary.txt").write_text("my own")
        response = await save("qc/a.html", "summary.txt")
        assert response.code == 409
        assert "There already: summary.txt." in response.data["message"]
        assert (jp_root_dir / "summary.txt").read_text() == "my own"
        assert not (jp_root_dir / "qc").exists()
        assert (await save("qc/a.html", "summary.txt", overwrite=True)).code == 201
        assert (jp_root_dir / "summary.txt").read_text() == "one"

    @pytest.mark.parametrize(
        "folder",
        ["..", "a/../..", "/../x", ".hidden", "a/.b", "a//b", "a\\..\\b", "~/../..", "."],
    )
    async def test_a_folder_outside_or_hidden_is_refused(self, save, folder, jp_root_dir):
        before = sorted(jp_root_dir.parent.rglob("summary.txt"))
        response = await save("summary.txt", folder=folder)
        assert response.code == 422, response.body
        assert response.data["errors"][0]["column"] == "folder"
        assert sorted(jp_root_dir.parent.rglob("summary.txt")) == before

    async def test_a_file_in_the_place_of_the_folder_is_told(self, save, jp_root_dir):
        (jp_root_dir / "taken").write_text("")
        response = await save("summary.txt", folder="taken/inside")
        assert response.code == 422
        assert "is a file" in response.data["message"]

    async def test_what_is_no_result_is_not_there(self, save, jp_root_dir):
        for path in ("no.txt", "../x", "/etc/passwd", "qc/..", "sum"):
            assert (await save("summary.txt", path)).code == 404
        assert not (jp_root_dir / "summary.txt").exists()

    async def test_hidden_files_are_not_copied(self, save, outputs, jp_root_dir):
        outputs.put(".ipython/profile_default/startup/x.py", b"import os")
        outputs.put("qc/.hidden", b"")
        assert (await save(".ipython/profile_default/startup/x.py")).code == 422
        assert (await save("qc")).code == 201
        assert not (jp_root_dir / "qc/.hidden").exists()
        assert (await save(".ipython")).data["files"] == []
        assert not (jp_root_dir / ".ipython").exists()

    @pytest.mark.parametrize("kind", ["local"])
    async def test_copying_ends_with_the_server(self, save, jp_serverapp, jp_root_dir):
        jp_serverapp.web_app.settings["omnidomain"]._stopped = True
        response = await save("summary.txt")
        assert response.code == 409
        assert "was stopped" in response.data["message"]
        assert not (jp_root_dir / "summary.txt").exists()

    async def test_a_disk_without_room_is_told_before(self, save, jp_root_dir, monkeypatch):
        import shutil
        from types import SimpleNamespace

        monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=0))
        response = await save("summary.txt")
        assert response.code == 409
        assert "has room for 0.0 GiB" in response.data["message"]
        assert not (jp_root_dir / "summary.txt").exists()


async def test_results_are_described(api):
    described = json.loads((await api.get("openapi.json")).body)
    assert "/omnidomain/runs/{run_id}/results/save" in described["paths"]
