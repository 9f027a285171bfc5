"""The block in which Nextflow says why it has given up, found in its log.

Its words are those of Nextflow's ``TaskProcessor`` and of its launcher, since version 19 the
same: ``Error executing process > '…'``, ``Caused by:``, ``Command exit status:`` and so on.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..compute.local_worker import explained, without_escapes

MOST_LINES = 200
_MOST_SAID = 300

_STAMP = re.compile(r"^(?:\w{3}-\d\d \d\d:\d\d:\d\d\.\d{3} \[[^\]]*\] \w+ +[\w.$]+ - )")
_PROCESS = re.compile(r"Error executing process > '(.+)'")
_OTHER = re.compile(r"^ERROR ~ (\S.*)")
_HEADING = re.compile(
    r"^(Caused by|Command executed|Command exit status|Command output|Command error|"
    r"Command wrapper|Work dir|Container)(?: \[.*\])?:\s*$"
)
_END = re.compile(r"^(Tip:| ?-- Check |-\[|Join mismatch|WARN: |Completed at:|executor >)")
_STATUS = re.compile(r"-?\d{1,3}")
_POINTS = ("* ", "-> ")
_UNSAID = ("", "-", "(empty)")


@dataclass(frozen=True)
class NextflowError:
    """Why Nextflow gave up. `process` is None when it was not one of its tasks.

    `lines` are the block as it is in the log.
    """

    process: str | None
    cause: str
    exit_status: int | None
    said: str
    work_directory: str | None
    lines: Sequence[str]

    @property
    def summary(self) -> str:
        """The same in some sentences."""
        parts = []
        if self.process is None:
            parts.append(f"Nextflow stopped: {_closed(self.cause)}")
        else:
            parts.append(f"The step {self.process} failed.")
            if self.exit_status is not None:
                parts.append(explained(self.exit_status))
            elif self.cause:
                parts.append(_closed(self.cause))
        if self.said:
            parts.append(f"It said: {self.said}")
        return " ".join(parts)


def nextflow_error(log: Sequence[str]) -> NextflowError | None:
    """Return the error that ended a run of Nextflow, as its log tells of it, or None."""
    lines = [_STAMP.sub("", without_escapes(line)).rstrip() for line in log]
    # The first one that is told of ends the run; what follows comes of it.
    for number, line in enumerate(lines):
        found = _PROCESS.search(line)
        if found:
            return _of_task(found[1], lines[number : number + MOST_LINES])
    for number, line in enumerate(lines):
        found = _OTHER.match(line)
        if found:
            return _of_workflow(found[1], lines[number : number + MOST_LINES])
    return None


def _of_task(process: str, lines: Sequence[str]) -> NextflowError:
    sections: dict[str, list[str]] = {}
    taken = 1
    current: list[str] = []
    for taken, line in enumerate(lines[1:], 1):  # noqa: B007 - where it ends is wanted
        heading = _HEADING.match(line)
        if heading:
            current = sections.setdefault(heading[1], [])
        elif _END.match(line) or _PROCESS.search(line):
            break
        else:
            current.append(line.strip())
    else:
        taken = len(lines)
    status = _first(sections.get("Command exit status", ()))
    said = sections.get("Command error") or sections.get("Command output") or ()
    return NextflowError(
        process=process,
        cause=_first(sections.get("Caused by", ())),
        exit_status=int(status) if _STATUS.fullmatch(status) else None,
        said=_last(said),
        work_directory=_first(sections.get("Work dir", ())) or None,
        lines=_trimmed(lines[:taken]),
    )


def _of_workflow(cause: str, lines: Sequence[str]) -> NextflowError:
    end = next((n for n, line in enumerate(lines) if n and _END.match(line)), len(lines))
    block = _trimmed(lines[:end])
    if cause.endswith((":", "!")):
        # What is wrong with the parameters is listed further down.
        points = (line.strip() for line in lines[1:])
        cause = f"{cause} {next((p for p in points if p.startswith(_POINTS)), '')}".strip()
    return NextflowError(None, cause[:_MOST_SAID], None, "", None, block)


def _first(lines: Sequence[str]) -> str:
    return next((line for line in lines if line not in _UNSAID), "")


def _last(lines: Sequence[str]) -> str:
    """Return the last line of a program's output, which says most often why it gave up."""
    return next((line for line in reversed(lines) if line not in _UNSAID), "")[:_MOST_SAID]


def _trimmed(lines: Sequence[str]) -> list[str]:
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    return list(lines[:end])


def _closed(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
