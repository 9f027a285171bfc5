import type { IApi } from './api';
import type { IRun } from './types';

/** How long a failure counts, in ms. */
const DAY = 24 * 60 * 60_000;
/** Few are wanted, and most people have none. */
const PAGE = 50;
/** Nobody counts further. */
const PAGES = 4;

/** The runs that have failed within a day. */
export interface IFailures {
  readonly count: number;
  /** Whether there may be more. */
  readonly isCut: boolean;
}

/**
 * Count the runs that have failed within a day.
 *
 * Pages come by when runs were submitted: a page in which nothing has failed of late ends it,
 * though a run that took very long may be behind it.
 */
export async function recentFailures(api: IApi): Promise<IFailures> {
  const since = Date.now() - DAY;
  let count = 0;
  let cursor: string | null = null;
  for (let page = 0; page < PAGES; page++) {
    const { runs, next_cursor } = await api.runs({
      status: ['FAILED'],
      limit: PAGE,
      cursor: cursor ?? undefined
    });
    const recent = runs.filter(run => failedAt(run) >= since).length;
    count += recent;
    cursor = next_cursor;
    if (cursor === null || recent === 0) {
      return { count, isCut: false };
    }
  }
  return { count, isCut: true };
}

function failedAt(run: IRun): number {
  return Date.parse(run.completed_at ?? run.updated_at);
}
