"""A database that is away breaks one call, and the next one finds it again."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import NamedTuple

import pytest

from omnidomain_jupyter.errors import StoreUnavailableError
from omnidomain_jupyter.store.database import Database
from omnidomain_jupyter.store.network_filesystem import is_on_network


def test_making_the_object_opens_nothing(tmp_path: Path):
    Database(f"sqlite:///{tmp_path / 'new' / 'store.sqlite'}")
    assert not (tmp_path / "new").exists()


def test_a_file_that_is_no_database(tmp_path: Path):
    file = tmp_path / "store.sqlite"
    file.write_text("hello " * 1000)
    database = Database(f"sqlite:///{file}")
    with pytest.raises(StoreUnavailableError, match="not a database"):
        database.ping()
    file.unlink()
    database.ping()
    database.close()


def test_a_place_that_cannot_be_written(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnavailableError):
        Database(f"sqlite:///{tmp_path / 'file' / 'store.sqlite'}").ping()


def test_postgresql_that_is_not_there_says_so_without_the_password():
    database = Database("postgresql://omni:planted-secret@127.0.0.1:1/omnidomain")
    with pytest.raises(StoreUnavailableError) as caught:
        database.ping()
    assert "127.0.0.1" in str(caught.value)
    assert "planted-secret" not in str(caught.value)


def test_a_read_only_database_refuses_writes_and_recovers(tmp_path: Path):
    file = tmp_path / "store" / "omnidomain.sqlite"
    database = Database(f"sqlite:///{file}")
    database.ping()
    engine = database._ready()
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only = ON")
        connection.commit()
    with pytest.raises(StoreUnavailableError, match="readonly"), database.writing() as transaction:
        _add(transaction)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only = OFF")
        connection.commit()
    with database.writing() as transaction:
        assert _add(transaction)
    database.close()


def test_a_full_disk_refuses_writes_and_recovers(tmp_path: Path):
    database = Database(f"sqlite:///{tmp_path / 'store.sqlite'}")
    database.ping()
    engine = database._ready()
    with engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        connection.commit()
    with pytest.raises(StoreUnavailableError, match="full"), database.writing() as transaction:
        for number in range(2000):
            _add(transaction, f"user{number}@example.org")
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
        connection.commit()
    with database.writing() as transaction:
        assert _add(transaction)
    database.close()


def test_the_file_is_for_its_owner_only(tmp_path: Path):
    directory = tmp_path / "mine"
    database = Database(f"sqlite:///{directory / 'store.sqlite'}")
    database.ping()
    assert stat.S_IMODE(directory.stat().st_mode) & 0o077 == 0
    database.close()


@pytest.mark.parametrize(("mode", "found"), [("auto", "wal"), ("DELETE", "delete")])
def test_journal_mode(tmp_path: Path, mode: str, found: str):
    database = Database(f"sqlite:///{tmp_path / 'store.sqlite'}", journal_mode=mode)
    database.ping()
    with database._ready().connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == found
    database.close()


def test_network_file_systems_are_told_apart(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    mounts = [Mount("/", "ext4"), Mount(str(tmp_path), "nfs4"), Mount(f"{tmp_path}/l", "ext4")]
    # A fake: mounting NFS needs a server and rights that a test machine does not have.
    monkeypatch.setattr("psutil.disk_partitions", lambda **_: mounts)
    assert is_on_network(tmp_path / "home")
    assert not is_on_network(tmp_path / "l" / "x")
    assert not is_on_network(Path("/var"))


class Mount(NamedTuple):
    """As psutil tells of one."""

    mountpoint: str
    fstype: str


def _add(transaction, email: str = "ada@example.org"):
    from datetime import UTC, datetime

    now = datetime.now(UTC)
    return transaction.users.add(email, name="x" * 200, org=None, identity=None, now=now)
