import type { IApi } from './api';
import { ApiError } from './problem';
import type { IWindow } from './merge';
import { appendPage } from './merge';
import type { IRun } from './types';
import { isActive } from './types';

/** The most that the server gives in one answer. */
export const MAX_LIMIT = 500;

/** Fetches a page of runs, newest first. */
export type FetchPage = (
  cursor: string | undefined,
  limit: number
) => Promise<IWindow>;

/**
 * Fetch from the newest run down to the last one that may have changed.
 *
 * @param known what is there already
 * @param hinted the runs that may have changed although they have ended
 */
export async function fetchTop(
  fetchPage: FetchPage,
  known: IWindow,
  hinted: ReadonlySet<string>,
  pageSize: number
): Promise<IWindow> {
  const { runs } = known;
  let deepest = runs.length - 1;
  while (
    deepest >= 0 &&
    !isActive(runs[deepest].status) &&
    !hinted.has(runs[deepest].run_id)
  ) {
    deepest--;
  }
  const target = deepest < 0 ? null : runs[deepest].run_id;
  const limit = Math.min(MAX_LIMIT, Math.max(pageSize, deepest + 1));
  let fresh = await fetchPage(undefined, limit);
  while (
    target !== null &&
    fresh.cursor !== null &&
    fresh.runs.length <= runs.length &&
    !fresh.runs.some(run => run.run_id === target)
  ) {
    fresh = appendPage(fresh, await fetchPage(fresh.cursor, limit));
  }
  return fresh;
}

/** One run, or null if it is gone: a run that the backend has refused is taken back. */
export async function runOrNull(
  api: IApi,
  runId: string
): Promise<IRun | null> {
  try {
    return await api.run(runId);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) {
      return null;
    }
    throw error;
  }
}
