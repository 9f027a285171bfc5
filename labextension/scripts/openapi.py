# ruff: noqa: INP001
"""Write the server's OpenAPI description to a file; `jlpm api` makes the front end's types of it.

The version is left out: it changes no type.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from omnidomain_jupyter.handlers.description import openapi

description = openapi()
description |= {"info": description["info"] | {"version": "*"}}
Path(sys.argv[1]).write_text(json.dumps(description, sort_keys=True), encoding="utf-8")
