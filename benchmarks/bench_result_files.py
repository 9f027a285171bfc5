"""What people do with results, with `/api/status` watched: lists, downloads, previews, numbers.

    python bench_result_files.py [FILES]

First FILES (100,000) objects on S3 that lie in no folder, with reports behind them; then as many
files in a folder of this machine, with reports, downloads, previews, copies, and paths that lead
out. Bounds: a first page within 1 s, `/api/status` with a p99 under 50 ms, memory; it exits with 1
if one is broken.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import boto3
import requests
from batch_account import TESTS, batch_account
from jupyter_process import Server, jupyter_server
from s3_account import s3_account
from watch import Bounds, Watch

sys.path.insert(0, str(TESTS))

from hostile_paths import generated

S3_ROW = {"sample_id": "s", "illumina_r1": "s3://reads/s_R1.fastq.gz"}
S3_RUN = {"pipeline": "NextAMR", "sample_id": "s", "tsv_row": S3_ROW}
REPORTS = 16
REPORT_BYTES = 7_000_000
LARGE_BYTES = 500_000_000
HOSTILE = 500
PREVIEWS, AT_A_TIME = 300, 4
MOST_GROWN_MB = 150
"""Eight reports of 7 MB are under way at a time."""


def report() -> bytes:
    """Return a report of Sequali that is as large as one may be."""
    summary = dict.fromkeys(("total_reads", "total_bases", "q20_reads", "total_gc_bases"), 5)
    filler = list(range(REPORT_BYTES // 9))
    meta = {"sequali_version": "1.0.2", "filename": "a.fastq"}
    return json.dumps({"meta": meta, "summary": summary, "filler": filler}).encode()


class Asking:
    """Asks one server about one run."""

    def __init__(self, server: Server, run: dict, bounds: Bounds) -> None:
        self.url = f"{server.url}/omnidomain/runs/{run['run_id']}"
        self._server, self._bounds = server, bounds

    def get(self, path: str) -> requests.Response:
        answer = requests.get(
            f"{self.url}/{path}", headers=dict(self._server.session.headers), timeout=300
        )
        answer.raise_for_status()
        return answer

    def watched(self, what: str, work: Callable[[], object], most_s: float = 300) -> None:
        with Watch(self._server) as watch:
            before = time.perf_counter()
            work()
            took = time.perf_counter() - before
        self._bounds.tell(what, took, most_s, "s")
        watch.tell(self._bounds, what, MOST_GROWN_MB)

    def several(self, path: str, times: int) -> None:
        with ThreadPoolExecutor(AT_A_TIME) as pool:
            list(pool.map(self.get, [path] * times))

    def download(self, path: str) -> None:
        url, headers = f"{self.url}/results/{path}", dict(self._server.session.headers)
        with requests.get(url, headers=headers, timeout=300, stream=True) as answer:
            size = sum(map(len, answer.iter_content(1 << 20)))
        self._bounds.require("the download is whole", kept=size == LARGE_BYTES)

    def save(self, *paths: str) -> None:
        body = {"paths": paths, "folder": "saved", "overwrite": True}
        headers = dict(self._server.session.headers)
        answer = requests.post(f"{self.url}/results/save", json=body, headers=headers, timeout=300)
        answer.raise_for_status()

    def hostile(self, outside: str) -> None:
        read = 0
        for path in generated(HOSTILE, [outside]):
            written = quote(path.encode("utf-8", "surrogatepass"), safe="/%")
            answer = self._server.session.get(f"{self.url}/results/{written}", timeout=60)
            read += b"theirs" in answer.content
        self._bounds.require(f"{HOSTILE} hostile paths read nothing outside", kept=not read)


def on_s3(files: int, bounds: Bounds) -> None:
    with batch_account() as account, s3_account() as s3:
        s3.fill("results", "other", 1)
        environment = {**account.environment, "AWS_ENDPOINT_URL_S3": s3.url}
        with jupyter_server(environment=environment) as server:
            server.sign_in()
            answer = server.session.post(f"{server.url}/omnidomain/runs", json=S3_RUN, timeout=60)
            answer.raise_for_status()
            prefix = answer.json()["outdir"].removeprefix("s3://results/")
            s3.fill("results", prefix, files, folder="")
            client = boto3.client(
                "s3",
                endpoint_url=s3.url,
                region_name="us-east-1",
                aws_access_key_id="testing",
                aws_secret_access_key="testing",
            )
            content = report()
            for number in range(REPORTS):
                key = f"{prefix}/multiqc/{number:02}.json"
                client.put_object(Bucket="results", Key=key, Body=content)
            asking = Asking(server, answer.json(), bounds)
            asking.get("results?limit=1")  # what is imported on first use counts for the server
            print(f"{files:,} objects in no folder, on S3")
            asking.watched("first page", lambda: asking.get("results"), 1)
            asking.watched(f"{REPORTS} reports of 7 MB", lambda: asking.get("metrics"))


def on_disk(files: int, bounds: Bounds) -> None:
    with jupyter_server() as server:
        server.sign_in()
        (server.directory / "root" / "r.fastq").write_text("@a\nACGT\n+\nIIII\n")
        row = {"sample_id": "s", "reads_1": "r.fastq"}
        body = {"pipeline": "ReadQC", "sample_id": "s", "tsv_row": row}
        answer = server.session.post(f"{server.url}/omnidomain/runs", json=body, timeout=60)
        answer.raise_for_status()
        run = answer.json()
        outdir = Path(run["outdir"])
        (outdir / "multiqc").mkdir(parents=True)
        (outdir.parent / "secret.txt").write_text("theirs")
        for number in range(files):
            (outdir / f"{number:06d}.bam").touch()
        content = report()
        for number in range(REPORTS):
            (outdir / "multiqc" / f"{number:02}.json").write_bytes(content)
        (outdir / "multiqc" / "large.bin").write_bytes(bytes(LARGE_BYTES))
        table = "sample\tvalue\n" + "a\t1\n" * 1_000_000
        (outdir / "multiqc" / "table.tsv").write_text(table)
        asking = Asking(server, run, bounds)
        asking.get("results?limit=1")
        print(f"{files:,} files in one folder of this machine")
        asking.watched("first page", lambda: asking.get("results"), 1)
        asking.watched(f"{REPORTS} reports of 7 MB", lambda: asking.get("metrics"))
        asking.watched("download of 500 MB", lambda: asking.download("multiqc/large.bin"))
        preview = "results/multiqc/table.tsv?preview=table&rows=1000"
        asking.watched(
            f"{PREVIEWS} previews, {AT_A_TIME} at a time",
            lambda: asking.several(preview, PREVIEWS),
        )
        asking.watched("copies", lambda: asking.save("multiqc"))
        asking.watched("hostile paths", lambda: asking.hostile(str(outdir.parent / "secret.txt")))


def main() -> int:
    files = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    bounds = Bounds()
    on_s3(files, bounds)
    on_disk(files, bounds)
    return bounds.exit_code()


if __name__ == "__main__":
    sys.exit(main())
