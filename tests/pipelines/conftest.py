from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "sample_id": {"type": "string"},
            "reads": {"type": "string", "format": "file-path"},
            "note": {"type": "string"},
        },
        "required": ["sample_id"],
    },
}
TOML = 'name = "mine"\ntitle = "Mine"\nengine = "nextflow"\nsource = "me/mine"\n'


@pytest.fixture
def write_pipeline(tmp_path: Path) -> Callable[..., Path]:
    """Writes a pipeline's folder; `schema` may be text that is no JSON."""

    def write(toml: str = TOML, schema: object = SCHEMA, folder: str = "mine") -> Path:
        directory = tmp_path / folder
        directory.mkdir(exist_ok=True)
        (directory / "pipeline.toml").write_text(toml, encoding="utf-8")
        text = schema if isinstance(schema, str) else json.dumps(schema)
        (directory / "schema_input.json").write_text(text, encoding="utf-8")
        return directory

    return write
