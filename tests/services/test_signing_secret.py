"""There is no default secret, and one that was made stays."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from omnidomain_jupyter.errors import StoreUnavailableError
from omnidomain_jupyter.services.signing_secret import signing_secret


def test_it_is_made_once_and_for_its_owner_only(tmp_path: Path):
    file = tmp_path / "new" / "jwt_secret"
    first = signing_secret("", file)
    assert len(first) == 32
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert signing_secret("", file) == first
    assert signing_secret("", tmp_path / "other") != first


def test_servers_that_start_together_share_it(tmp_path: Path):
    file = tmp_path / "jwt_secret"
    with ThreadPoolExecutor(16) as pool:
        secrets = set(pool.map(lambda _: signing_secret("", file), range(64)))
    assert len(secrets) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["jwt_secret"]


def test_a_configured_one_wins_and_leaves_no_file(tmp_path: Path):
    assert signing_secret("s" * 40, tmp_path / "jwt_secret") == b"s" * 40
    assert not (tmp_path / "jwt_secret").exists()


def test_one_that_can_be_guessed_is_refused(tmp_path: Path):
    with pytest.raises(ValueError, match="too short") as caught:
        signing_secret("hunter2", tmp_path / "jwt_secret")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("content", ["", "00ff", "not hexadecimal at all"])
def test_a_damaged_file_is_said_and_not_used(tmp_path: Path, content: str):
    file = tmp_path / "jwt_secret"
    file.write_text(content)
    with pytest.raises(StoreUnavailableError, match="Delete the file"):
        signing_secret("", file)
    assert file.read_text() == content


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnavailableError, match="cannot be read or made"):
        signing_secret("", tmp_path / "file" / "jwt_secret")
