import type { IRun } from './types';

/** A stretch of the history from its newest run on, and where the next one begins. */
export interface IWindow {
  readonly runs: readonly IRun[];
  readonly cursor: string | null;
}

/** Runs that were looked at one by one; null for one that is gone. */
export type Looked = ReadonlyMap<string, IRun | null>;

/**
 * Lay a fresh stretch over what is known.
 *
 * Within the stretch the server is right: its runs are new, changed or gone. Below it what was
 * loaded before stays, unless there may be runs between. Runs that have not changed stay the same
 * objects, and news that is older than what is known changes nothing.
 */
export function mergeWindow(known: IWindow, fresh: IWindow): IWindow {
  const before = new Map(known.runs.map(run => [run.run_id, run]));
  const runs = fresh.runs.map(run => latest(before.get(run.run_id), run));
  const below = runs.length ? placeBelow(known.runs, runs[runs.length - 1]) : 0;
  if (fresh.cursor === null || below === 0 || below === known.runs.length) {
    return { runs, cursor: fresh.cursor };
  }
  return { runs: [...runs, ...known.runs.slice(below)], cursor: known.cursor };
}

/** Put the next page below what is known, without repeating a run. */
export function appendPage(known: IWindow, page: IWindow): IWindow {
  const before = new Set(known.runs.map(run => run.run_id));
  return {
    runs: [...known.runs, ...page.runs.filter(run => !before.has(run.run_id))],
    cursor: page.cursor
  };
}

/**
 * Put runs that were looked at one by one into what is known.
 *
 * @param stays whether a run that was there stays there
 * @param comes whether one that was not belongs there; not below what is loaded in any case
 */
export function mergeRuns(
  known: IWindow,
  looked: Looked,
  stays: (run: IRun) => boolean,
  comes: (run: IRun) => boolean
): IWindow {
  const added = new Map(looked);
  const runs = known.runs.flatMap(run => {
    const fresh = looked.get(run.run_id);
    added.delete(run.run_id);
    if (fresh === undefined) {
      return [run];
    }
    const now = fresh && latest(run, fresh);
    return now && stays(now) ? [now] : [];
  });
  for (const run of added.values()) {
    const place = run === null ? -1 : placeBelow(runs, run);
    if (
      run !== null &&
      comes(run) &&
      (place < runs.length || known.cursor === null)
    ) {
      runs.splice(place, 0, run);
    }
  }
  return { runs, cursor: known.cursor };
}

/** How many runs of a stretch are not below this one, in the server's order. */
export function placeBelow(runs: readonly IRun[], run: IRun): number {
  let [from, to] = [0, runs.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (isBelow(runs[middle], run)) {
      to = middle;
    } else {
      from = middle + 1;
    }
  }
  return from;
}

/** The newest come first; of the same moment those with the higher id. */
function isBelow(run: IRun, other: IRun): boolean {
  const [then, at] = [other, run].map(momentOf);
  return at < then || (at === then && run.run_id < other.run_id);
}

/** When a run was created, to the microsecond, in a form that can be compared. */
function momentOf({ created_at }: IRun): string {
  const [seconds, fraction = ''] = created_at.replace(/Z$/, '').split('.');
  return `${seconds}.${fraction.padEnd(6, '0')}`;
}

function latest(known: IRun | undefined, fresh: IRun): IRun {
  if (known === undefined) {
    return fresh;
  }
  const [then, now] = [known, fresh].map(run => Date.parse(run.updated_at));
  return now > then || (now === then && known.status !== fresh.status)
    ? fresh
    : known;
}
