import type { IRun } from './types';

/** A stretch of the history from its newest run on, and where the next one begins. */
export interface IWindow {
  readonly runs: readonly IRun[];
  readonly cursor: string | null;
}

/**
 * Lay a fresh stretch over what is known.
 *
 * Within the stretch the server is right: its runs are new, changed or gone. Below it what was
 * loaded before stays. Runs that have not changed stay the same objects, and news that is older
 * than what is known changes nothing.
 */
export function mergeWindow(known: IWindow, fresh: IWindow): IWindow {
  const before = new Map(known.runs.map(run => [run.run_id, run]));
  const runs = fresh.runs.map(run => latest(before.get(run.run_id), run));
  const last = fresh.runs.length
    ? known.runs.findIndex(
        run => run.run_id === fresh.runs[fresh.runs.length - 1].run_id
      )
    : -1;
  const below = last === -1 ? [] : known.runs.slice(last + 1);
  if (fresh.cursor === null || below.length === 0) {
    return { runs, cursor: fresh.cursor };
  }
  return { runs: [...runs, ...below], cursor: known.cursor };
}

/** Put the next page below what is known, without repeating a run. */
export function appendPage(known: IWindow, page: IWindow): IWindow {
  const before = new Set(known.runs.map(run => run.run_id));
  return {
    runs: [...known.runs, ...page.runs.filter(run => !before.has(run.run_id))],
    cursor: page.cursor
  };
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

/** Put fresh runs where they are known, and take out those that are gone. */
export function replaceRuns(
  known: IWindow,
  fresh: readonly IRun[],
  gone: ReadonlySet<string>
): IWindow {
  const byId = new Map(fresh.map(run => [run.run_id, run]));
  const runs = known.runs
    .filter(run => !gone.has(run.run_id))
    .map(run => latest(run, byId.get(run.run_id) ?? run));
  return { runs, cursor: known.cursor };
}
