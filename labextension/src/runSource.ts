import type { IApi } from './api';
import type { IRunFilter } from './filter';
import { fits, queryOf, stillFits } from './filter';
import type { IWindow, Looked } from './merge';
import { appendPage, mergeRuns, mergeWindow, placeBelow } from './merge';
import { ApiError } from './problem';
import type { IRun } from './types';
import { isActive } from './types';

/** The most that the server gives in one answer. */
export const MAX_LIMIT = 500;
/** So many hinted runs are looked at one by one; beyond, the list is. */
export const FEW = 8;

/** The newest stretch, and what else was looked at. */
export interface IFresh {
  readonly top: IWindow;
  readonly looked: Looked;
}

/** The runs that a filter lets through, as the server has them: newest first, page by page. */
export class RunSource {
  constructor(
    private readonly api: IApi,
    private readonly filter: IRunFilter,
    private readonly pageSize: () => number
  ) {}

  /** Fetch a page; the more there is already, the more it brings. */
  async page(cursor: string | undefined, already: number): Promise<IWindow> {
    const page = await this.api.runs({
      ...queryOf(this.filter),
      limit: Math.min(MAX_LIMIT, Math.max(this.pageSize(), already)),
      cursor
    });
    return { runs: page.runs, cursor: page.next_cursor };
  }

  /** Fetch some runs one by one. */
  async look(runIds: readonly string[]): Promise<Looked> {
    const runs = await Promise.all(
      runIds.map(runId => runOrNull(this.api, runId))
    );
    return new Map(runIds.map((runId, at) => [runId, runs[at]]));
  }

  /**
   * Fetch the newest runs, and those below them that may have changed.
   *
   * These are fetched one by one if that takes fewer requests than the pages down to them.
   *
   * @param known what is there already
   * @param hinted the runs that may have changed although they are not active
   */
  async fresh(known: IWindow, hinted: ReadonlySet<string>): Promise<IFresh> {
    const { runs } = known;
    const open = runs.flatMap(({ status, run_id }, at) =>
      isActive(status) || hinted.has(run_id) ? [at] : []
    );
    const deep = open.filter(at => at >= MAX_LIMIT);
    const areFew = deep.length <= Math.ceil((lastOf(open) + 1) / MAX_LIMIT);
    const paged = areFew ? open.filter(at => at < MAX_LIMIT) : open;
    const top = await this.down(runs, lastOf(paged));
    const there = new Set([...runs, ...top.runs].map(run => run.run_id));
    // Under a filter by status an old run may fit from now on, anywhere in the list.
    const strangers =
      this.filter.status.length > 0
        ? [...hinted].filter(runId => !there.has(runId))
        : [];
    const looked = await this.look([
      ...(areFew ? deep.map(at => runs[at].run_id) : []),
      ...(strangers.length <= FEW ? strangers : [])
    ]);
    return { top, looked };
  }

  /** Lay what is fresh over what is known. */
  merge(known: IWindow, { top, looked }: IFresh): IWindow {
    return this.place(mergeWindow(known, top), looked);
  }

  /** Put single runs into what is known, or take them out where they do not fit any more. */
  place(known: IWindow, looked: Looked): IWindow {
    return mergeRuns(
      known,
      looked,
      run => stillFits(this.filter, run),
      run => fits(this.filter, run)
    );
  }

  /** Fetch from the newest run down to one of those that are known; -1: to any of them. */
  private async down(known: readonly IRun[], place: number): Promise<IWindow> {
    const target = known[Math.max(0, place)] as IRun | undefined;
    let fresh = await this.page(undefined, place + 1);
    while (
      target !== undefined &&
      fresh.cursor !== null &&
      fresh.runs.length <= known.length &&
      placeBelow(fresh.runs, target) === fresh.runs.length &&
      !fresh.runs.some(run => run.run_id === target.run_id)
    ) {
      fresh = appendPage(fresh, await this.page(fresh.cursor, MAX_LIMIT));
    }
    return fresh;
  }
}

/** One run, or null if it is gone: a run that the backend has refused is taken back. */
export async function runOrNull(
  api: IApi,
  runId: string
): Promise<IRun | null> {
  try {
    return await api.run(runId);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404 && error.isOurs) {
      return null;
    }
    throw error;
  }
}

function lastOf(places: readonly number[]): number {
  return places.length > 0 ? places[places.length - 1] : -1;
}
