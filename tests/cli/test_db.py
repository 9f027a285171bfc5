"""``jupyter omnidomain db``, as it is called in a terminal."""

from __future__ import annotations

from omnidomain_jupyter.store.migrations import HEAD


def test_a_database_is_told_of_and_brought_up_to_date(run, database_url):
    url = f"--database-url={database_url}"
    empty = run("db", "current", url)
    assert (empty.returncode, empty.stdout) == (0, "empty\n")
    missing = run("db", "check", url)
    assert missing.returncode == 1
    assert "jupyter omnidomain db upgrade" in missing.stdout
    made = run("db", "upgrade", OMNIDOMAIN_DATABASE_URL=database_url)
    assert (made.returncode, made.stdout) == (
        0,
        f"The database was brought from nothing to {HEAD}.\n",
    )
    assert run("db", "current", url).stdout == f"{HEAD}\n"
    for action in ("check", "upgrade"):
        done = run("db", action, url)
        assert (done.returncode, done.stdout) == (0, f"The database is up to date ({HEAD}).\n")


def test_what_is_wrong_is_said_in_a_sentence(run):
    for arguments in ((), ("drop",), ("check", "--database-url=nonsense")):
        done = run("db", *arguments)
        assert done.returncode == 2
        assert "Traceback" not in done.stderr
    away = run("db", "check", "--database-url=postgresql://nobody@127.0.0.1:9/none")
    assert away.returncode == 1
    assert "cannot be used" in away.stdout
