"""Which pipelines can be run here: the built-in ones and those in configured folders."""

from __future__ import annotations

import difflib
import os
import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import NotFoundError
from .definition import DEFINITION_FILE, PipelineDefinition, load_definition
from .errors import PipelineDefinitionError
from .schema import SCHEMA_FILE

BUILTIN = Path(__file__).parent / "builtin"

# Also in a file that is no TOML: whoever asks for the pipeline knows it by this name.
_NAME = re.compile(r"""^name[ \t]*=[ \t]*["']([^"'\n]+)["']""", re.MULTILINE)

_Stamp = tuple[tuple[int, int] | None, ...]


@dataclass(frozen=True)
class _Broken:
    name: str
    message: str


@dataclass(frozen=True)
class _State:
    pipelines: dict[str, PipelineDefinition]
    broken: tuple[tuple[str, str], ...]
    notes: tuple[tuple[str, str], ...]


class PipelineRegistry:
    """All pipelines, read again when a file of theirs has changed. Safe in many threads.

    Parameters
    ----------
    paths : folders that hold one folder per pipeline each; of two pipelines of the same name
        the one in the earlier folder is taken, and any of them before a built-in one, also
        when it is broken: what runs is never another pipeline than the one that was set up
    """

    def __init__(self, paths: Sequence[Path] = ()) -> None:
        self._paths = tuple(Path(path) for path in paths)
        self._lock = threading.Lock()
        self._loaded: dict[Path, tuple[_Stamp, PipelineDefinition | _Broken]] = {}

    def list(self) -> tuple[PipelineDefinition, ...]:
        """Return the pipelines that can be run, by name."""
        pipelines = self._state().pipelines
        return tuple(sorted(pipelines.values(), key=lambda each: each.name.casefold()))

    def get(self, name: str) -> PipelineDefinition:
        """Return the pipeline of that name.

        Raises
        ------
        NotFoundError : there is none, or its definition is broken; the text says which
        """
        state = self._state()
        if name in state.pipelines:
            return state.pipelines[name]
        for broken, message in state.broken:
            if broken == name:
                raise NotFoundError(f"The pipeline {name!r} cannot be used: {message}")
        folded = {each.casefold(): each for each in state.pipelines}
        near = difflib.get_close_matches(name.casefold(), folded, n=1)
        hint = f" Did you mean {folded[near[0]]!r}?" if near else ""
        raise NotFoundError(f"There is no pipeline {name!r}.{hint}")

    @property
    def broken(self) -> tuple[tuple[str, str], ...]:
        """The pipelines that cannot be used: their names, and what is wrong."""
        return self._state().broken

    @property
    def notes(self) -> tuple[tuple[str, str], ...]:
        """What is worth knowing about pipelines that work: name and text."""
        return self._state().notes

    def _state(self) -> _State:
        with self._lock:
            return self._read()

    def _read(self) -> _State:
        pipelines: dict[str, PipelineDefinition] = {}
        broken: list[tuple[str, str]] = []
        notes: list[tuple[str, str]] = []
        seen: set[Path] = set()
        for root in (*self._paths, BUILTIN):
            try:
                folders = list(_folders(root))
            except OSError as error:
                reason = error.strerror or str(error)
                broken.append(
                    (str(root), f"{root}: this folder of pipelines cannot be read: {reason}")
                )
                continue
            hidden = {name for name, _ in broken}
            for folder in folders:
                if folder in seen:
                    continue
                seen.add(folder)
                result = self._load(folder)
                if isinstance(result, _Broken):
                    broken.append((result.name, result.message))
                elif result.name in hidden:
                    continue
                elif result.name in pipelines:
                    notes.append((result.name, _shadowed(pipelines[result.name], result)))
                else:
                    pipelines[result.name] = result
        for gone in self._loaded.keys() - seen:
            del self._loaded[gone]
        return _State(pipelines, tuple(broken), tuple(notes))

    def _load(self, folder: Path) -> PipelineDefinition | _Broken:
        stamp = (_stamp(folder / DEFINITION_FILE), _stamp(folder / SCHEMA_FILE))
        known = self._loaded.get(folder)
        if known is not None and known[0] == stamp:
            return known[1]
        try:
            result: PipelineDefinition | _Broken = load_definition(folder)
        except PipelineDefinitionError as error:
            result = _Broken(_declared_name(folder), error.message)
        self._loaded[folder] = (stamp, result)
        return result


def _folders(root: Path) -> Iterator[Path]:
    """Yield the folders of one pipeline each; other folders are nobody's business."""
    with os.scandir(root) as entries:
        names = sorted(entry.name for entry in entries if not entry.name.startswith("."))
    for name in names:
        folder = root / name
        if (folder / DEFINITION_FILE).exists() or (folder / SCHEMA_FILE).exists():
            yield folder


def _declared_name(folder: Path) -> str:
    """Return what a broken pipeline calls itself, or else its folder's name."""
    try:
        found = _NAME.search((folder / DEFINITION_FILE).read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError):
        found = None
    return found[1] if found else folder.name


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


def _shadowed(taken: PipelineDefinition, other: PipelineDefinition) -> str:
    what = "the built-in pipeline" if other.directory.parent == BUILTIN else str(other.directory)
    return f"{taken.name}: {taken.directory} is used instead of {what}"
