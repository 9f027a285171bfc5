"""The same behaviour on SQLite and on PostgreSQL, both reached through the migrations."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event

from omnidomain_jupyter.status import RunStatus
from omnidomain_jupyter.store.database import Database
from omnidomain_jupyter.store.models import RejectedRow, Run, Submission, User
from omnidomain_jupyter.store.runs import RunFilter

NOW = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)


def add_user(database: Database, email: str = "ada@example.org") -> User:
    with database.writing() as transaction:
        user = transaction.users.add(email, name=None, org=None, identity=None, now=NOW)
    assert user is not None
    return user


def make_run(user: User, **changes) -> Run:
    run_id = uuid4()
    fields = {
        "run_id": run_id,
        "user_id": user.user_id,
        "pipeline": "ReadQC",
        "sample_id": "gut_01",
        "tsv_row": {"sample_id": "gut_01", "reads_1": "a.fastq.gz"},
        "base_outdir": "/results",
        "resume": False,
        "backend": "local",
        "status": "CREATED",
        "job_name": f"ReadQC-{run_id}",
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Run(**{**fields, **changes})


def add_run(database: Database, user: User, **changes) -> Run:
    run = make_run(user, **changes)
    with database.writing() as transaction:
        transaction.runs.add([run])
    return run


def make_submission(user: User, key: str | None = None) -> Submission:
    return Submission(
        submission_id=uuid4(),
        user_id=user.user_id,
        pipeline="ReadQC",
        filename="samples.tsv",
        sheet_sha256="0" * 64,
        sheet="sample_id\treads_1\n",
        rows=1,
        idempotency_key=key,
        request_sha256="1" * 64,
        created_at=NOW,
    )


def page(database: Database, user: User, where: RunFilter | None = None, after=None, limit=50):
    with database.reading() as transaction:
        return transaction.runs.page(user.user_id, where or RunFilter(), after=after, limit=limit)


def move(database: Database, run: Run, status: RunStatus, at: datetime = NOW, **more) -> bool:
    with database.writing() as transaction:
        return transaction.runs.move(run.run_id, status, at=at, now=NOW, **more)


def history(database: Database, run: Run) -> list[str]:
    with database.reading() as transaction:
        return [entry.status for entry in transaction.runs.history(run.run_id)]


def test_what_is_stored_comes_back_the_same(database: Database):
    user = add_user(database)
    stored = add_run(database, user, tsv_row={"sample_id": "001", "note": "Ünïcode 'quoted'"})
    with database.reading() as transaction:
        found = transaction.runs.get(stored.run_id, user.user_id)
    assert found is not None
    assert found.tsv_row == {"sample_id": "001", "note": "Ünïcode 'quoted'"}
    assert found.created_at == NOW
    assert found.created_at.utcoffset() == timedelta(0)


def test_a_time_without_a_zone_is_refused(database: Database):
    user = add_user(database)
    with pytest.raises(Exception, match="without a time zone"):
        add_run(database, user, created_at=datetime(2026, 1, 1))  # noqa: DTZ001


def test_an_email_is_one_account_however_many_ask_at_once(database: Database):
    def first_visit(_: int) -> UUID:
        with database.writing() as transaction:
            user = transaction.users.by_email("ada@example.org") or transaction.users.add(
                "ada@example.org", name=None, org=None, identity=None, now=NOW
            )
            user = user or transaction.users.by_email("ada@example.org")
            assert user is not None
            return user.user_id

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(first_visit, range(16)))) == 1


def test_somebody_elses_run_is_not_there(database: Database):
    ada, eve = add_user(database), add_user(database, "eve@example.org")
    run = add_run(database, ada)
    with database.reading() as transaction:
        assert transaction.runs.get(run.run_id, eve.user_id) is None
    assert page(database, eve) == []


def test_pages_hold_every_run_once_newest_first(database: Database):
    user = add_user(database)
    # Three at each moment: the id decides between them.
    runs = [make_run(user, created_at=NOW + timedelta(seconds=n // 3)) for n in range(25)]
    with database.writing() as transaction:
        transaction.runs.add(runs)
    seen, after = [], None
    while found := page(database, user, after=after, limit=4):
        seen += found
        after = (found[-1].created_at, found[-1].run_id)
    expected = sorted(runs, key=lambda run: (run.created_at, run.run_id.hex), reverse=True)
    assert [run.run_id for run in seen] == [run.run_id for run in expected]


@pytest.mark.parametrize("limit", [1, 3, 50])
def test_a_stretch_of_time_is_paged_through_whole(database: Database, limit: int):
    user = add_user(database)
    runs = [make_run(user, created_at=NOW + timedelta(seconds=n // 3)) for n in range(15)]
    with database.writing() as transaction:
        transaction.runs.add(runs)
    where = RunFilter(since=NOW + timedelta(seconds=1), until=NOW + timedelta(seconds=4))
    seen, after = [], None
    while found := page(database, user, where, after=after, limit=limit):
        seen += found
        after = (found[-1].created_at, found[-1].run_id)
    expected = sorted(runs[3:12], key=lambda run: (run.created_at, run.run_id.hex), reverse=True)
    assert [run.run_id for run in seen] == [run.run_id for run in expected]
    # A page that begins later than the stretch ends begins where that ends.
    newest = (NOW + timedelta(seconds=4), runs[12].run_id)
    first = page(database, user, where, after=newest, limit=limit)
    assert [run.run_id for run in first] == [run.run_id for run in seen[:limit]]
    assert page(database, user, RunFilter(until=NOW)) == []
    assert page(database, user, RunFilter(since=NOW + timedelta(seconds=5))) == []


def test_a_page_of_a_stretch_is_found_by_its_place_in_the_index(tmp_path: Path):
    database = Database(f"sqlite:///{tmp_path / 'store.sqlite'}")
    user = add_user(database)
    asked: list[tuple[str, object]] = []

    def note(_connection, _cursor, statement, parameters, *_):
        asked.append((statement, parameters))

    event.listen(database._ready(), "before_cursor_execute", note)
    where = RunFilter(since=NOW, until=NOW + timedelta(days=9))
    page(database, user, where, after=(NOW + timedelta(days=5), uuid4()))
    [(statement, parameters)] = [each for each in asked if "ORDER BY" in each[0]]
    with database.reading() as transaction:
        connection = transaction.runs._session.connection()
        [plan] = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
    assert "ix_runs_history (user_id=? AND created_at>? AND (created_at,run_id)<(?,?))" in plan[3]
    database.close()


def test_filters(database: Database):
    user = add_user(database)
    submission = make_submission(user)
    with database.writing() as transaction:
        assert transaction.submissions.add(submission)
    wanted = add_run(
        database,
        user,
        sample_id="Oak_50%",
        pipeline="PhytoFlow",
        submission_id=submission.submission_id,
    )
    add_run(database, user, sample_id="oak_501")
    for where in (
        RunFilter(pipeline="PhytoFlow"),
        RunFilter(text="oak_50%"),
        RunFilter(text=str(wanted.run_id)),
        RunFilter(submission_id=submission.submission_id),
        RunFilter(statuses=[RunStatus.CREATED], text="OAK_50%"),
    ):
        assert [run.run_id for run in page(database, user, where)] == [wanted.run_id], where
    assert page(database, user, RunFilter(statuses=[RunStatus.FAILED])) == []
    assert len(page(database, user, RunFilter(text="oak"))) == 2


def test_a_run_only_moves_forward(database: Database):
    run = add_run(database, add_user(database))
    assert move(database, run, RunStatus.RUNNING, values={"started_at": NOW})
    assert not move(database, run, RunStatus.SUBMITTED)
    assert not move(database, run, RunStatus.RUNNING)
    assert move(database, run, RunStatus.COMPLETED, message="done", values={"exit_code": 0})
    for late in (RunStatus.FAILED, RunStatus.CANCELLED, RunStatus.UNKNOWN, RunStatus.RUNNING):
        assert not move(database, run, late)
    assert history(database, run) == ["CREATED", "RUNNING", "COMPLETED"]


def test_an_unknown_run_can_still_end(database: Database):
    run = add_run(database, add_user(database))
    assert move(database, run, RunStatus.UNKNOWN)
    assert move(database, run, RunStatus.COMPLETED)


def test_of_many_that_move_a_run_one_succeeds(database: Database):
    run = add_run(database, add_user(database))
    with ThreadPoolExecutor(8) as pool:
        moved = list(pool.map(lambda _: move(database, run, RunStatus.RUNNING), range(16)))
    assert sum(moved) == 1
    assert history(database, run) == ["CREATED", "RUNNING"]


def test_only_an_intent_can_be_removed(database: Database):
    user = add_user(database)
    run = add_run(database, user)
    with database.writing() as transaction:
        assert transaction.runs.remove_intent(run.run_id)
    assert page(database, user) == []
    assert history(database, run) == []
    accepted = add_run(database, user)
    move(database, accepted, RunStatus.SUBMITTED)
    with database.writing() as transaction:
        assert not transaction.runs.remove_intent(accepted.run_id)


def test_watched_runs_come_in_pages(database: Database):
    user = add_user(database)
    runs = [make_run(user, status="SUBMITTED") for _ in range(5)]
    others = [make_run(user, status="COMPLETED"), make_run(user, backend="aws_batch")]
    server = uuid4()
    with database.writing() as transaction:
        transaction.runs.add([*runs, *others])
        assert transaction.runs.claim_watched(server, "local", limit=100) == 5
    with database.reading() as transaction:
        first = transaction.runs.watched(server, "local", after=None, limit=3)
        rest = transaction.runs.watched(server, "local", after=first[-1].run_id, limit=3)
    assert {run.run_id for run in [*first, *rest]} == {run.run_id for run in runs}


def test_an_idempotency_key_is_let_in_once(database: Database):
    user = add_user(database)

    def send(_: int) -> bool:
        with database.writing() as transaction:
            return transaction.submissions.add(make_submission(user, key="k"))

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(send, range(16))) == 1
    eve = add_user(database, "eve@example.org")
    with database.writing() as transaction:
        assert transaction.submissions.add(make_submission(eve, key="k"))
        assert transaction.submissions.add(make_submission(eve))
        assert transaction.submissions.add(make_submission(eve))


def test_counts_and_refused_rows_of_a_submission(database: Database):
    user = add_user(database)
    submission = make_submission(user)
    with database.writing() as transaction:
        transaction.submissions.add(submission)
        transaction.runs.add(
            [make_run(user, submission_id=submission.submission_id) for _ in range(3)]
        )
        refused = RejectedRow(
            submission_id=submission.submission_id,
            row_number=4,
            line=5,
            sample_id="x",
            reason="no",
            at=NOW,
        )
        transaction.submissions.reject(refused)
    with database.reading() as transaction:
        assert transaction.submissions.counts(submission.submission_id) == {RunStatus.CREATED: 3}
        assert [row.line for row in transaction.submissions.rejected(submission.submission_id)] == [
            5
        ]


def test_a_failed_transaction_leaves_nothing(database: Database):
    user = add_user(database)
    with pytest.raises(RuntimeError, match="stop"), database.writing() as transaction:
        transaction.runs.add([make_run(user)])
        raise RuntimeError("stop")
    assert page(database, user) == []


def test_two_threads_of_a_server_begin_its_lease_at_once(database: Database):
    server, length = uuid4(), timedelta(seconds=30)
    database.ping()
    begun = threading.Event()

    def begin_later() -> None:
        begun.wait(10)
        with database.writing() as transaction:
            transaction.servers.renew(server, length)

    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(begin_later)
        with database.writing() as transaction:
            transaction.servers.renew(server, length)
            begun.set()
            time.sleep(0.3)  # the other one does not see this transaction, which is not over
        other.result(10)
    with database.reading() as transaction:
        assert list(transaction.servers.alive()) == [server]
