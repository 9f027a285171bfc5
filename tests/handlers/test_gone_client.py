"""Who closes the connection stops the work on the answer."""

from __future__ import annotations

import asyncio
import json
import threading

from omnidomain_jupyter.samplesheet import files


async def test_a_check_of_files_ends_when_nobody_waits_for_it(
    api, jp_http_port, jp_auth_header, jp_base_url, monkeypatch
):
    looked, go_on, given_up = threading.Event(), threading.Event(), threading.Event()
    look = files._Look.fault

    def slow_look(self, *cell):
        looked.set()
        go_on.wait(30)
        return look(self, *cell)

    check = files.CheckCancelledError.__init__

    def noted(self, *arguments):
        given_up.set()
        check(self, *arguments)

    monkeypatch.setattr(files._Look, "fault", slow_look)
    monkeypatch.setattr(files.CheckCancelledError, "__init__", noted)
    rows = "".join(f"s{number}\treads_{number}.fastq.gz\n" for number in range(1000))
    body = json.dumps({"pipeline": "ReadQC", "content": f"sample_id\treads_1\n{rows}"}).encode()
    headers = {
        "Host": "127.0.0.1",
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "X-OmniDomain-Authorization": f"Bearer {api.token}",
        **jp_auth_header,
    }
    _, writer = await asyncio.open_connection("127.0.0.1", jp_http_port)
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    path = f"{jp_base_url}omnidomain/samplesheets/validate".replace("@", "%40")
    writer.write(f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + body)
    await writer.drain()
    assert await asyncio.to_thread(looked.wait, 30)
    writer.close()
    await writer.wait_closed()
    await asyncio.sleep(0.2)  # the server hears of it on its event loop
    go_on.set()
    assert await asyncio.to_thread(given_up.wait, 30)
    assert (await api.get("pipelines")).code == 200
