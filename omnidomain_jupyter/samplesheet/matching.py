"""Finds the files of each sample by their names, and says what it could not decide.

Nothing is guessed: where two files fit one cell, or one file two samples, the cell stays empty
and both are named.
"""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from .label_matching import READS, FileName, Kind, Taker, mate_column
from .messages import listed, shown

_LANE = re.compile(r"(?:^|[_.-])(L\d{3})(?=[_.-]|$)", re.IGNORECASE)
_NUMBERED = re.compile(r"(.+)[_.-](\d+)")
_OTHER_READS = re.compile(r".+[_.-][IR]\d(_\d{3})?", re.IGNORECASE)  # index reads, R3
_NOBODYS = frozenset({"undetermined"})  # reads that the sequencer could give to no sample


@dataclass(frozen=True)
class Ambiguous:
    """A cell for which there is more than one file, or a file for more than one cell."""

    sample_id: str
    column: str
    candidates: tuple[str, ...]
    message: str


@dataclass(frozen=True)
class MissingMate:
    """A sample that has one file of a pair. `column` is the one that is empty."""

    sample_id: str
    column: str
    file: str
    message: str


@dataclass(frozen=True)
class Match:
    """Which files belong to which sample.

    Parameters
    ----------
    rows : by sample, in order: by column, the path
    unmatched : samples without any file
    unused : files that belong to no sample, or to no column
    notes : what was taken although it is not written exactly so
    """

    rows: Mapping[str, Mapping[str, str]]
    unmatched: tuple[str, ...] = ()
    missing_mates: tuple[MissingMate, ...] = ()
    ambiguous: tuple[Ambiguous, ...] = ()
    unused: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def found(self) -> bool:
        """Whether anything was found, be it too much."""
        return bool(self.ambiguous) or any(self.rows.values())


@dataclass
class _Cells:
    """The candidates for each cell: file name and label."""

    taken: dict[tuple[str, str], list[tuple[FileName, str]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    of_file: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    written: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def add(self, sample: str, column: str, file: FileName, label: str) -> None:
        self.taken[sample, column].append((file, label))
        self.of_file[file.path].append((sample, column))


def match_files(
    takers: Sequence[Taker], paths: Iterable[str], sample_ids: Sequence[str] | None = None
) -> Match:
    """Return the files of each sample.

    Parameters
    ----------
    takers : what each column takes
    paths : of all files there are; only their last part is looked at
    sample_ids : in the order of the sheet; None finds the samples in the files' names
    """
    files = [FileName.of(path) for path in paths]
    samples = list(dict.fromkeys(sample_ids)) if sample_ids is not None else _samples(takers, files)
    cells = _candidates(takers, files, samples)
    rows: dict[str, dict[str, str]] = {sample: {} for sample in samples}
    ambiguous = []
    accepts = {taker.column: taker.accepts for taker in takers}
    for (sample, column), found in sorted(cells.taken.items()):
        kept = [file for file in found if accepts[column](file[0].path)] or found
        others = {cell for file, _ in kept for cell in cells.of_file[file.path]}
        if len(kept) == 1 and len(others) == 1:
            rows[sample][column] = kept[0][0].path
        else:
            ambiguous.append(_ambiguous(sample, column, [file for file, _ in kept], others))
    order = {sample: number for number, sample in enumerate(samples)}
    in_order = [taker.column for taker in takers]
    return Match(
        rows={s: {c: row[c] for c in in_order if c in row} for s, row in rows.items()},
        unmatched=tuple(s for s in samples if not any(s == taken for taken, _ in cells.taken)),
        missing_mates=tuple(_missing_mates(takers, rows, cells)),
        ambiguous=tuple(sorted(ambiguous, key=lambda a: (order[a.sample_id], a.column))),
        unused=tuple(file.path for file in files if file.path not in cells.of_file),
        notes=tuple(_notes(cells)),
    )


def sheet_text(columns: Sequence[str], sample_column: str, match: Match) -> str:
    """Return the match as a sheet (TSV): every sample has its row, also without a file."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter="\t", lineterminator="\n")
    writer.writerow(columns)
    for sample, row in match.rows.items():
        cells = {**row, sample_column: sample}
        writer.writerow([cells.get(column, "") for column in columns])
    return text.getvalue()


def _samples(takers: Sequence[Taker], files: Sequence[FileName]) -> list[str]:
    """Return the samples that the names of the read files speak of, in natural order."""
    reads = [taker for taker in takers if taker.kind in READS] or list(takers)
    numbers: dict[str, set[str]] = defaultdict(set)
    for file in files:
        if found := _NUMBERED.fullmatch(file.stem):
            numbers[found[1]].add(found[2])
    samples: dict[str, str] = {}
    for file in sorted(files, key=lambda file: _natural(file.path)):
        for sample, label in file.splits():
            # a_1, a_2, a_3 are three samples, and no pair.
            counted = label.isdecimal() and numbers[sample] - {"1", "2"}
            if not counted and any(taker.takes(label, file, sure=True) for taker in reads):
                if sample.lower() not in _NOBODYS and not _OTHER_READS.fullmatch(sample):
                    samples.setdefault(sample.casefold(), sample)
                break
    return sorted(samples.values(), key=_natural)


def _candidates(
    takers: Sequence[Taker], files: Sequence[FileName], samples: Sequence[str]
) -> _Cells:
    exact = set(samples)
    folded: dict[str, list[str]] = defaultdict(list)
    for sample in samples:
        folded[sample.casefold()].append(sample)
    cells = _Cells()
    for file in files:
        longest_first = reversed(file.splits())
        for written, label in longest_first:
            owners = [written] if written in exact else folded.get(written.casefold(), ())
            for sample in owners:
                for taker in takers:
                    if taker.takes(label, file):
                        cells.add(sample, taker.column, file, label)
                        if written != sample:
                            cells.written[sample].add(written)
            # gut_S1_R1 is of gut_S1 where there are gut and gut_S1; but gut_1 may be of both
            # gut and gut_1.
            if label and file.path in cells.of_file:
                break
    return cells


def _ambiguous(
    sample: str, column: str, files: Sequence[FileName], cells: set[tuple[str, str]]
) -> Ambiguous:
    paths = tuple(file.path for file in files)
    lanes = sorted({lane.upper() for file in files for lane in _LANE.findall(file.stem)})
    what = f"{column} of sample {shown(sample)}"
    if len(files) > 1 and len(lanes) == len(files):
        message = (
            f"{what} was found on several lanes ({listed(lanes, 'and')}). Join the lanes' files "
            "into one, or choose one."
        )
    elif len(files) > 1:
        message = f"{len(files)} files fit {what}. Choose one."
    else:
        others = [f"{c} of {shown(s)}" for s, c in sorted(cells - {(sample, column)})]
        message = f"The file for {what} fits {listed(others, 'and')} as well. Choose one of them."
    return Ambiguous(sample, column, paths, message)


def _missing_mates(
    takers: Sequence[Taker], rows: Mapping[str, Mapping[str, str]], cells: _Cells
) -> Iterable[MissingMate]:
    columns = [taker.column for taker in takers]
    for taker in takers:
        if taker.kind not in {Kind.FORWARD, Kind.REVERSE}:
            continue
        mate = mate_column(taker.column, columns)
        for sample, row in rows.items() if mate is not None else ():
            path = row.get(taker.column)
            # A file without a label is of single reads, and has no mate.
            if path is None or mate is None or (sample, mate) in cells.taken:
                continue
            if cells.taken[sample, taker.column][0][1]:
                message = f"Sample {shown(sample)} has {taker.column}, but no file for {mate}."
                yield MissingMate(sample, mate, path, message)


def _notes(cells: _Cells) -> Iterable[str]:
    for sample, written in cells.written.items():
        names = listed([shown(name) for name in sorted(written)], "and")
        yield f"Files of {names} were taken for sample {shown(sample)}: capitals differ."


def _natural(text: str) -> list[tuple[int, str]]:
    """Return a key that sorts S2 before S10."""
    parts = re.split(r"(\d+)", text.casefold())
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]
