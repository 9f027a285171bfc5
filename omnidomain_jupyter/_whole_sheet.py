"""The outputs of all runs of a sheet: their files, and their tables as one."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from ._reading import is_table
from ._run import Run, progress_bar
from .errors import InvalidInputError, NotFoundError
from .globs import has_wildcards, matches

if TYPE_CHECKING:
    import pandas as pd

    from .schemas import ResultFile

AT_ONCE = 6  # runs
SHOWN = 10
_Found = TypeVar("_Found")


def of_each(
    runs: Sequence[Run], ask: Callable[[Run], _Found], title: str, *, progress: bool
) -> list[_Found]:
    """Return what is found for each run, in their order; some are asked for at a time.

    Parameters
    ----------
    title : of the bar
    progress : show one
    """
    found: list[_Found] = []
    with (
        ThreadPoolExecutor(AT_ONCE, "omnidomain-runs") as pool,
        progress_bar(title, progress, len(runs)) as bar,
    ):
        asked = [pool.submit(ask, run) for run in runs]
        try:
            for each in asked:
                found.append(each.result())
                bar.update()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return found


def files_of_each(runs: Sequence[Run], *, progress: bool) -> list[list[ResultFile]]:
    """Return the output files of each run, by path; a warning tells what cannot be shown."""
    notes: list[str] = []

    def files(run: Run) -> list[ResultFile]:
        pages = list(run.result_pages())
        told = dict.fromkeys(page.note for page in pages if page.note)
        notes.extend(f"{run.sample_id}: {note}" for note in told)
        return [file for page in pages for file in page.results]

    found = of_each(runs, files, "results", progress=progress)
    if notes:
        more = f" The same is so in {len(notes) - 1:,} more." if notes[1:] else ""
        warnings.warn(f"{notes[0]}{more}", stacklevel=3)
    return found


def table_of_all(runs: Sequence[Run], path: str, *, progress: bool) -> pd.DataFrame:
    """Return the tables of that path, or of that pattern, one below the other.

    Raises
    ------
    NotFoundError : no run has it
    InvalidInputError : it is not the path of a table
    """
    import pandas as pd

    if not is_table(path):
        raise InvalidInputError(
            f"{path!r} is no table: its name ends in .tsv or .csv, or in one of them and .gz. "
            "client.run(…).read(…) gives any file of one run."
        )
    pattern = has_wildcards(path)

    def tables(run: Run) -> list[pd.DataFrame]:
        paths = [path]
        if pattern:
            names = (file.path for file in run.iter_results())
            paths = [name for name in names if matches(path, name)]
        return [_labelled(run, name, pattern=pattern) for name in paths]

    def tables_or_why(run: Run) -> list[pd.DataFrame] | NotFoundError:
        try:
            return tables(run)
        except NotFoundError as error:
            return error

    found = of_each(runs, tables_or_why, path, progress=progress)
    frames = [frame for each in found if isinstance(each, list) for frame in each]
    if not frames:
        why = next((each for each in found if isinstance(each, NotFoundError)), None)
        raise why or NotFoundError(f"There is no {path!r} among the results of any of its runs.")
    pairs = zip(runs, found, strict=True)
    without = [run for run, each in pairs if isinstance(each, NotFoundError) or not each]
    if without:
        warnings.warn(_left_out(path, without), stacklevel=3)
    # A table without rows has no types: it adds its columns, and takes no other's types away.
    filled = [frame for frame in frames if len(frame)]
    columns = dict.fromkeys(name for frame in frames for name in frame.columns)
    return pd.concat(filled or frames, ignore_index=True).reindex(columns=list(columns))


def _labelled(run: Run, path: str, *, pattern: bool) -> pd.DataFrame:
    """Return a table with whose it is in front; columns of its own that are called so give way."""
    table: pd.DataFrame = run.read(path)
    labels = {"sample_id": run.sample_id} | ({"path": path} if pattern else {})
    table = table.rename(columns={name: f"{name}_in_file" for name in labels})
    for place, (name, text) in enumerate(labels.items()):
        table.insert(place, name, text)
    return table


def _left_out(path: str, runs: Sequence[Run]) -> str:
    names = [f"{run.sample_id} ({run.model.status.value})" for run in runs[:SHOWN]]
    more = f" and {len(runs) - SHOWN:,} more" if len(runs) > SHOWN else ""
    count = "1 run has" if len(runs) == 1 else f"{len(runs):,} runs have"
    return f"{count} no {path!r}, and its rows are not here: {', '.join(names)}{more}."
