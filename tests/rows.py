"""Requests and waits that several tests share."""

from __future__ import annotations

import asyncio


def row(sample_id: str, **changes) -> dict[str, object]:
    """Return the body of `POST runs` for reads of a sample.

    For one file of them: what is found out of a pair takes a run several seconds more.
    """
    cells = {"sample_id": sample_id, "reads_1": "reads/ggal_gut_1.fastq.gz", **changes}
    return {"pipeline": "ReadQC", "sample_id": sample_id, "tsv_row": cells}


async def ended(api, run_id: str, *, within_s: float = 60) -> dict[str, object]:
    """Wait until a run has ended; return it."""
    async with asyncio.timeout(within_s):
        while True:
            run = (await api.get(f"runs/{run_id}")).data
            if run["status"] in {"COMPLETED", "FAILED", "CANCELLED", "UNKNOWN"}:
                return run
            await asyncio.sleep(0.1)
