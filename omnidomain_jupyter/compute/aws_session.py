"""Sessions of botocore that share what it knows of the services.

Each reads that from its own files otherwise, which takes 13 MB of memory for S3 alone. boto3, whose
clients are botocore's with some shortcuts that nobody here takes, needs 2 MB more; what is said of
boto3 elsewhere, its variables and files, holds for both.
"""

from __future__ import annotations

import gzip
import json
from contextlib import suppress
from functools import cache
from typing import Any


def aws_session(*, profile: str = "", region: str = "") -> Any:
    """Return a new session of botocore.

    Parameters
    ----------
    profile, region : empty leaves them to botocore: its variables and files
    """
    from botocore.session import get_session

    session = get_session()
    session.register_component("data_loader", _loader())
    for name, text in (("profile", profile), ("region", region)):
        if text:
            session.set_config_variable(name, text)
    return session


@cache
def _loader() -> Any:
    from botocore.loaders import JSONFileLoader, Loader

    class WithoutDocumentation(JSONFileLoader):  # type: ignore[misc]
        """Empties what only help() would show: a third of what a client has in memory."""

        def load_file(self, file_path: str) -> Any:
            """Return what is in the file of that name, which may be compressed, or None."""
            for ending, opened in ((".json", open), (".json.gz", gzip.open)):
                with suppress(FileNotFoundError), opened(f"{file_path}{ending}", "rb") as stream:
                    return json.load(stream, object_pairs_hook=_undocumented)
            return None

    return Loader(file_loader=WithoutDocumentation())


def _undocumented(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    # A member may have this name too, and is no text. Emptied, as some readers count on it.
    return {
        name: "" if name == "documentation" and isinstance(value, str) else value
        for name, value in pairs
    }
