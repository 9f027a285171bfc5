"""What a server's disk is called, so that others leave its files to it."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4


def place_of(data_directory: Path) -> str:
    """Return what stands for the disk that a directory is on, the same after every start."""
    file = data_directory / "place"
    data_directory.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        # Of servers that start together one names the place, and no other sees half a name.
        name = uuid4().hex
        draft = data_directory / f".place-{name}"
        draft.write_text(name)
        try:
            file.hardlink_to(draft)
        except FileExistsError:
            pass
        except OSError:  # a file system without hard links
            draft.replace(file)
        draft.unlink(missing_ok=True)
    return file.read_text()
