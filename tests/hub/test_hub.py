"""Two users of a real JupyterHub on one PostgreSQL, and the Hub's idle culler."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from hub.real_hub import User, real_hub

ROW = {"sample_id": "s", "illumina_r1": "s3://reads/s_R1.fastq.gz"}
RUN = {"pipeline": "NextAMR", "sample_id": "s", "tsv_row": ROW}


def until(condition: Callable[[], Any], seconds: float = 40) -> Any:
    give_up = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < give_up, "It did not come about in time."
        time.sleep(0.3)
    return found


def submitted(user: User) -> dict[str, Any]:
    answer = user.ask("POST", "runs", RUN)
    assert answer.status_code == 201, answer.text
    return answer.json()


def status(user: User, run: dict[str, Any]) -> str:
    answer = user.ask("GET", f"runs/{run['run_id']}")
    assert answer.ok, answer.text
    return str(answer.json()["status"])


def test_two_users_of_one_hub(tmp_path, proxy, environment, batch_api):
    with real_hub(tmp_path / "hub", proxy, environment) as hub:
        ada, bob = hub.add("ada"), hub.add("bob")

        # Nothing to type, and nobody else to be.
        assert ada.sign_in().json()["user"]["email"] == "ada@lab.example.org"
        assert bob.sign_in("ada@lab.example.org").status_code == 409
        assert bob.sign_in("carol@example.org").status_code == 409
        assert bob.sign_in().json()["user"]["email"] == "bob@lab.example.org"

        runs = {user.name: submitted(user) for user in (ada, bob)}

        # Neither sees, cancels, resumes or logs in as the other.
        for user, other in ((ada, bob), (bob, ada)):
            theirs = f"runs/{runs[other.name]['run_id']}"
            for method, path in (
                ("GET", theirs),
                ("GET", f"{theirs}/logs"),
                ("GET", f"{theirs}/results"),
                ("POST", f"{theirs}/cancel"),
                ("POST", f"{theirs}/resume"),
            ):
                assert user.ask(method, path).status_code == 404, path
            listed = user.ask("GET", "runs").json()["runs"]
            assert [run["run_id"] for run in listed] == [runs[user.name]["run_id"]]
            # The other's token at one's own server, and one's own token at the other's server.
            stolen = User(hub, user.name, user.token, other.jwt)
            assert stolen.ask("GET", "runs").status_code == 401
            assert user.ask("GET", "runs", at=other).status_code in (401, 403, 404)

        # Both sides' runs advance.
        for run in runs.values():
            batch_api.jobs.move(run["job_id"], "RUNNING")
        for user in (ada, bob):
            until(lambda user=user: status(user, runs[user.name]) == "RUNNING")

        # Ada's server is culled: her run is watched by Bob's, which may not show it to him.
        ada.stop()
        batch_api.jobs.end(runs["ada"]["job_id"], 0)
        until(lambda: stored_status(environment, runs["ada"]["run_id"]) == "COMPLETED")
        assert bob.ask("GET", f"runs/{runs['ada']['run_id']}").status_code == 404
        ada.start()
        assert status(ada, runs["ada"]) == "COMPLETED"


def stored_status(environment: dict[str, str], run_id: str) -> str:
    from sqlalchemy import NullPool, create_engine, text

    engine = create_engine(environment["OMNIDOMAIN_DATABASE_URL"], poolclass=NullPool)
    with engine.connect() as connection:
        query = text("SELECT status FROM runs WHERE run_id = CAST(:run_id AS uuid)")
        return str(connection.execute(query, {"run_id": run_id}).scalar())


def test_an_idle_server_is_culled_and_asks_aws_nothing(tmp_path, proxy, environment, batch_api):
    with real_hub(tmp_path / "hub", proxy, environment, cull_after_s=8) as hub:
        eve = hub.add("eve")
        assert eve.sign_in().ok
        assert eve.ask("GET", "runs").json()["runs"] == []
        began = time.monotonic()
        until(lambda: not eve.has_server, 60)
        took = time.monotonic() - began
    assert took < 40
    assert not batch_api.calls, batch_api.calls
