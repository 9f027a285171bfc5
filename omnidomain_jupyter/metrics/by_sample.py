"""The numbers of a run as a table, in which no report takes another one's place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile
from pathlib import PurePosixPath

from .busco import lineage_of
from .numbers import Number

Found = tuple[str, Number]
"""A number, and the path of the file that it was found in."""


def by_sample(found: Iterable[Found], own: str) -> dict[str, dict[str, float]]:
    """Return numbers as a table: by sample, and then by ``tool.name``.

    A tool that tells of one sample only tells of `own`, whatever it calls it. Where two files
    tell different things under one name, each of their names says which it is from: by BUSCO's
    lineage, or by the folder, as in ``quast.N50 (polished)``.
    """
    unique = list(dict.fromkeys(found))
    samples: dict[str, set[str]] = {}
    for _, number in unique:
        samples.setdefault(number.tool, set()).add(number.sample)
    labels = _labels(unique)
    table: dict[str, dict[str, float]] = {}
    for path, number in unique:
        sample = number.sample if len(samples[number.tool]) > 1 else own
        label = labels.get((number.tool, path))
        name = f"{number.tool}.{number.name}" + (f" ({label})" if label else "")
        table.setdefault(sample, {})[name] = number.value
    return table


def _labels(found: Sequence[Found]) -> Mapping[tuple[str, str], str]:
    """Return how to call the files that contradict another one, by tool and path."""
    said: dict[Number, dict[str, float]] = {}
    for path, number in found:
        said.setdefault(number._replace(value=0), {})[path] = number.value
    clashes: dict[str, dict[str, None]] = {}
    for number, values in said.items():
        if len(set(values.values())) > 1:
            clashes.setdefault(number.tool, {}).update(dict.fromkeys(values))
    return {
        (tool, path): label
        for tool, paths in clashes.items()
        for path, label in zip(paths, _told_apart(list(paths)), strict=True)
    }


def _told_apart(paths: Sequence[str]) -> list[str]:
    lineages = [lineage_of(PurePosixPath(path).name) for path in paths]
    folders = _differences([PurePosixPath(path).parent.parts for path in paths])
    places: dict[str, set[str]] = {}
    for lineage, folder in zip(lineages, folders, strict=True):
        places.setdefault(lineage, set()).add(folder)
    return [
        lineage if lineage and len(places[lineage]) == 1 else f"{lineage} {folder}".strip()
        for lineage, folder in zip(lineages, folders, strict=True)
    ]


def _differences(folders: Sequence[Sequence[str]]) -> list[str]:
    """Return the folders without what all begin with, and without what all end with."""
    start = _alike(folders)
    rest = [folder[start:] for folder in folders]
    end = _alike([folder[::-1] for folder in rest])
    return ["/".join(folder[: len(folder) - end]) for folder in rest]


def _alike(folders: Sequence[Sequence[str]]) -> int:
    """Return how many parts all begin with."""
    return sum(
        1 for _ in takewhile(lambda parts: len(set(parts)) == 1, zip(*folders, strict=False))
    )
