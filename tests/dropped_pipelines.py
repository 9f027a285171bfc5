"""Pipelines of a test's own, dropped into a directory that the server looks into."""

from __future__ import annotations

import json
from pathlib import Path

SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {"sample_id": {"type": "string", "pattern": "^[A-Za-z0-9_.-]+$"}},
        "required": ["sample_id"],
    },
    "uniqueEntries": ["sample_id"],
}


def add_pipeline(directory: Path, name: str, command: list[str]) -> None:
    """Drop a pipeline that runs a command into a directory."""
    folder = directory / name
    folder.mkdir(parents=True)
    definition = f'name = "{name}"\ntitle = "{name}"\nengine = "command"\ncommand = {command!r}\n'
    (folder / "pipeline.toml").write_text(definition)
    (folder / "schema_input.json").write_text(json.dumps(SCHEMA))
