"""Menus and settings speak the reader's language, from our own translations."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages import mofile
from babel.messages.catalog import Catalog
from jupyterlab_server.translation_utils import translator

FRONT_END = Path(__file__).parents[2] / "labextension"
SCHEMA = json.loads((FRONT_END / "schema" / "run-history.json").read_text())
LOCALE = "de_DE"


@pytest.fixture
def language_pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of translations of a language pack, which is the one that is chosen."""
    package = f"jupyterlab_language_pack_{LOCALE}"
    folder = tmp_path / package / "locale" / LOCALE / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (tmp_path / package / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(translator, "_LOCALE", LOCALE)
    monkeypatch.setattr(translator, "_TRANSLATORS", {})
    yield folder
    sys.modules.pop(package, None)


def texts(schema: object) -> Iterator[str]:
    """Yield what people read of a schema of settings."""
    if isinstance(schema, list):
        for each in schema:
            yield from texts(each)
    elif isinstance(schema, dict):
        for key, value in schema.items():
            if key in ("title", "description", "label") and isinstance(value, str):
                yield value
            yield from texts(value)


def test_every_text_of_the_schema_is_translated(language_pack: Path):
    catalog = Catalog(LOCALE)
    for text in texts(SCHEMA):
        for context in ("schema", "settings", "menu"):
            catalog.add(text, string=f"»{text}«", context=context)
    source = (FRONT_END / "src" / "commands.ts").read_text()
    [domain] = [line.split("'")[1] for line in source.splitlines() if "DOMAIN =" in line]
    with (language_pack / f"{domain}.mo").open("wb") as file:
        mofile.write_mo(file, catalog)

    translated = list(texts(translator.translate_schema(json.loads(json.dumps(SCHEMA)))))

    assert len(translated) > 15
    assert [text for text in translated if not text.startswith("»")] == []
