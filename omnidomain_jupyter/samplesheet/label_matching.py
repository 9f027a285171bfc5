"""Which files a column takes, by what stands in their names between sample and ending.

A name is read as `{sample}_{label}{ending}`: `gut_01_S1_L001_R1_001.fastq.gz` is sample
`gut_01`, label `S1_L001_R1_001`, ending `.fastq.gz`. What a column takes follows from its own
name: `illumina_r1`, `reads_1` and `fastq_1` take read 1 of a pair, `longreads` takes `_ont`, and
any column takes its own name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import partial

Accepts = Callable[[str], bool]

SEPARATORS = "_.-"

_ENDING = re.compile(
    r"(\.(bam|cram|bcf|vcf\.gz)\.(bai|crai|csi|tbi)"
    r"|\.[a-z][a-z0-9]*\.(gz|bz2|xz|zst)"
    r"|\.[a-z0-9]+)$",
    re.IGNORECASE,
)
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


class Kind(Enum):
    """What kind of files a column takes."""

    FORWARD = auto()
    REVERSE = auto()
    READS = auto()
    ONT = auto()
    HIFI = auto()
    REFERENCE = auto()
    PROTEINS = auto()
    ALIGNMENT = auto()
    CONTACTS = auto()
    OTHER = auto()


READS = frozenset({Kind.FORWARD, Kind.REVERSE, Kind.READS, Kind.ONT, Kind.HIFI})

_LABELS: dict[Kind, frozenset[str]] = {
    Kind.READS: frozenset({"reads", "single", "se"}),
    Kind.ONT: frozenset(
        {"ont", "nanopore", "minion", "promethion", "long", "longread", "longreads", "ontreads"}
    ),
    Kind.HIFI: frozenset({"hifi", "hifireads", "ccs", "pacbio", "pb"}),
    Kind.REFERENCE: frozenset({"ref", "reference", "genome", "assembly", "contigs"}),
    Kind.PROTEINS: frozenset({"protein", "proteins", "prot", "proteinhints", "peptides"}),
    Kind.ALIGNMENT: frozenset({"rnaseq", "rna", "aligned", "alignment", "sorted", "bam"}),
    Kind.CONTACTS: frozenset({"hic", "hicmap", "contacts"}),
}
_NONE: frozenset[str] = frozenset()
_FASTQ = ("fastq", "fq")
_ENDINGS: dict[Kind, tuple[str, ...]] = {
    **dict.fromkeys(READS, _FASTQ),
    Kind.REFERENCE: ("fna", "fa", "fasta", "fas", "ffn", "gb", "gbk", "gbff"),
    Kind.PROTEINS: ("faa", "pep"),
    Kind.ALIGNMENT: ("bam", "cram"),
    Kind.CONTACTS: ("hic", "cool", "mcool", "pairs"),
}
# What a sequencer puts around the mate: sample sheet number, lane, and piece.
_ILLUMINA = r"(?:s\d+_)?(?:l\d{{3}}_)?(?:r|read_?|reads_?)?{mate}(?:_\d{{3}})?"
_WITH_PIECE = re.compile(r"(?:s\d+_)?(?:l\d{3}_)?.*_\d{3}")
_SHORT = ("illumina", "short", "shortreads", "short_reads", "sr")
_MATES = {Kind.FORWARD: "(?:1|f|fwd|forward)", Kind.REVERSE: "(?:2|rev|reverse)"}


@dataclass(frozen=True)
class FileName:
    """A file's name, taken apart. `ending` is in lower case, with its dot."""

    path: str
    stem: str
    ending: str

    @classmethod
    def of(cls, path: str) -> FileName:
        """Take the last part of a path or URI apart."""
        name = path.rpartition("/")[2]
        found = _ENDING.search(name)
        cut = found.start() if found and found.start() else len(name)
        return cls(path, name[:cut], name[cut:].lower())

    def splits(self) -> list[tuple[str, str]]:
        """Return every way to read the name as sample and label; the longest label first."""
        stem = self.stem
        cuts = [i for i, sign in enumerate(stem) if sign in SEPARATORS and 0 < i < len(stem) - 1]
        return [*((stem[:cut], stem[cut + 1 :]) for cut in cuts), (stem, "")]


@dataclass(frozen=True)
class Taker:
    """What one column takes.

    Parameters
    ----------
    kind : what the column's name says
    labels : without separators and in lower case
    mate : of read 1 or 2: the expression for its label
    plain : whether a file without a label can be meant
    suffixes : as a pipeline gives them itself (`_ont.fastq.gz`); then nothing else counts
    accepts : whether the pipeline's schema accepts a path in this column
    """

    column: str
    kind: Kind
    labels: frozenset[str]
    mate: re.Pattern[str] | None
    plain: bool
    suffixes: tuple[str, ...]
    accepts: Accepts

    def takes(self, label: str, file: FileName, *, sure: bool = False) -> bool:
        """Whether a file with this label is meant for the column.

        Parameters
        ----------
        sure : only what can be no part of a sample's name; for names of samples that nobody gave
        """
        if self.suffixes:
            end = f"{label}{file.ending}".lower().lstrip(SEPARATORS)
            return any(end == suffix.lower().lstrip(SEPARATORS) for suffix in self.suffixes)
        if not label:
            return self.plain and self._is_usual(file.ending)
        low = re.sub(rf"[{re.escape(SEPARATORS)}]+", "_", label.lower())
        if self.mate is not None and self.mate.fullmatch(low):
            number_only = re.match(r"s\d+_", low) and not _WITH_PIECE.fullmatch(low)
            return self._is_usual(file.ending) and not (sure and number_only)
        if low.replace("_", "") not in self.labels:
            return False
        return self._is_usual(file.ending) or self.accepts(file.path)

    def _is_usual(self, ending: str) -> bool:
        usual = _ENDINGS.get(self.kind)
        first = ending.lstrip(".").partition(".")[0]
        return first in usual if usual else bool(ending)


def takers(
    columns: Sequence[str],
    accepts: Callable[[str, str], bool],
    suffixes: Mapping[str, Sequence[str]] | None = None,
) -> list[Taker]:
    """Return what each column takes.

    Parameters
    ----------
    columns : those whose cells name files
    accepts : whether the schema accepts a path in a column
    suffixes : by column, where the pipeline says it itself
    """
    kinds = {column: _kind(column, partial(accepts, column)) for column in columns}
    several = {kind for kind in Kind if list(kinds.values()).count(kind) > 1} - {Kind.OTHER}
    # A FASTQ file without a label is clear only where there is one kind of reads.
    read_kinds = {Kind.READS if k is Kind.FORWARD else k for k in kinds.values() if k in READS}
    one_kind = len(read_kinds - {Kind.REVERSE}) == 1
    found = []
    for column, kind in kinds.items():
        alone = kind not in several
        plain = alone and (one_kind if kind in READS else kind is not Kind.OTHER)
        found.append(
            Taker(
                column=column,
                kind=kind,
                labels=_own_labels(column) | (_LABELS.get(kind, _NONE) if alone else _NONE),
                mate=_mate(column, kind, alone=alone),
                plain=plain and kind is not Kind.REVERSE,
                suffixes=tuple((suffixes or {}).get(column, ())),
                accepts=partial(accepts, column),
            )
        )
    return found


def mate_column(column: str, columns: Sequence[str]) -> str | None:
    """Return the column of the other reads of a pair."""
    for one, other in (("1", "2"), ("forward", "reverse"), ("fwd", "rev")):
        for here, there in ((one, other), (other, one)):
            head, found, tail = column.rpartition(here)
            swapped = f"{head}{there}{tail}"
            if found and not re.search(r"\d", tail) and swapped in columns:
                return swapped
    return None


def _kind(column: str, accepts: Accepts) -> Kind:
    words = {word.lower() for word in _WORD.findall(column)}
    name = "".join(word.lower() for word in _WORD.findall(column))
    fastq = any(accepts(f"reads/a.{end}") for end in ("fastq.gz", "fq.gz", "fastq", "fq"))
    sign = _sign(column)
    rules = (
        (Kind.HIFI, words & {"hifi", "pacbio", "ccs"} or "hifi" in name),
        (Kind.ONT, words & {"ont", "long", "minion"} or "nanopore" in name or "longread" in name),
        (Kind.FORWARD, fastq and sign == 1),
        (Kind.REVERSE, fastq and sign == 2),
        (Kind.PROTEINS, "protein" in name or words & {"faa", "peptides"}),
        (Kind.CONTACTS, "hic" in words or name.startswith("hic")),
        (Kind.ALIGNMENT, words & {"bam", "cram", "alignment", "alignments"}),
        (Kind.REFERENCE, words & {"ref", "reference", "genome", "assembly", "contigs", "fasta"}),
        (Kind.READS, fastq and (words & {"reads", "read", "fastq", "fq"} or "reads" in name)),
        (Kind.READS, fastq and not accepts("reads/a.bam")),
    )
    return next((kind for kind, holds in rules if holds), Kind.OTHER)


def _sign(column: str) -> int | None:
    """Return 1 or 2 for a column of read 1 or 2 of a pair."""
    words = [word.lower() for word in _WORD.findall(column)]
    if set(words) & {"forward", "fwd"} or words[-1:] == ["1"]:
        return 1
    return 2 if set(words) & {"reverse", "rev"} or words[-1:] == ["2"] else None


def _own_labels(column: str) -> frozenset[str]:
    name = re.sub(r"[^a-z0-9]", "", column.lower())
    shorter = {name.removesuffix(end) for end in ("reads", "bam", "map", "file", "path", "fasta")}
    return frozenset({name, *shorter} - {""})


def _mate(column: str, kind: Kind, *, alone: bool) -> re.Pattern[str] | None:
    expression = _MATES.get(Kind.FORWARD if kind is Kind.READS else kind)
    if expression is None:
        return None
    own = re.sub(r"_?(?:r|read_?|reads_?|fastq_?|fq_?)?[12]$", "", column.lower())
    usual = own in {"", "reads", "fastq", "fq", "r", "read"}
    prefixes = [] if usual else [re.escape(own)]
    prefix = "|".join([*prefixes, *(_SHORT if alone else ())])
    needed = "" if alone or not prefixes else "{1}"
    head = f"(?:(?:{prefix})_){needed or '?'}" if prefix else ""
    return re.compile(head + _ILLUMINA.format(mate=expression))
