"""Commands are shown, and secrets in them are not."""

from __future__ import annotations

from omnidomain_jupyter.services.commands import HIDDEN, without_secrets


def test_what_is_secret_by_its_name_is_left_out():
    command = ["nextflow", "run", "lab/x", "--access_token", "abc", "--outdir", "s3://b/x"]
    command += [
        "--API_KEY=def",
        "--password",
        "-resume",
        "--tower-token",
        "ghi jkl",
        "--reads",
        "r",
    ]
    assert without_secrets(command) == [
        *("nextflow", "run", "lab/x", "--access_token", HIDDEN, "--outdir", "s3://b/x"),
        *(f"--API_KEY={HIDDEN}", "--password", "-resume", "--tower-token", HIDDEN, "--reads", "r"),
    ]
