import type { IRunQuery } from './api';
import type { IWindow } from './merge';
import type { IRun, RunStatus } from './types';

/** Which runs are to be seen. Empty parts let everything through. */
export interface IRunFilter {
  readonly status: readonly RunStatus[];
  readonly pipeline: string;
  /** A part of the sample's name. */
  readonly text: string;
  readonly since: Since;
  readonly submissionId: string;
}

/** How far back: some time before now, or a day as `2026-05-04`, here. */
export type Since =
  '' | 'day' | 'week' | 'month' | `${number}-${number}-${number}`;

export const NO_FILTER: IRunFilter = {
  status: [],
  pipeline: '',
  text: '',
  since: '',
  submissionId: ''
};

const DAY = 24 * 60 * 60_000;
const SPANS: Readonly<Record<string, number>> = {
  day: DAY,
  week: 7 * DAY,
  month: 30 * DAY
};

/** Whether anything is filtered at all. */
export function isFiltering(filter: IRunFilter): boolean {
  const { status, pipeline, text, since, submissionId } = filter;
  return [status, pipeline, text, since, submissionId].some(
    part => part.length > 0
  );
}

/** What of a filter the server does. */
export function queryOf(filter: IRunFilter): IRunQuery {
  return {
    status: filter.status.length > 0 ? filter.status : undefined,
    pipeline: filter.pipeline || undefined,
    q: filter.text.trim() || undefined,
    submission_id: filter.submissionId || undefined
  };
}

/** The first moment that is let through, in ms; null if all are. */
export function startOf(since: Since, now = Date.now()): number | null {
  if (since === '') {
    return null;
  }
  if (since in SPANS) {
    return now - SPANS[since];
  }
  const day = new Date(`${since}T00:00`).getTime();
  return Number.isNaN(day) ? null : day;
}

/**
 * Cut a page off where it gets too old.
 *
 * Pages come newest first, so that nothing behind the cut can be young enough.
 */
export function cutOff(page: IWindow, start: number | null): IWindow {
  if (start === null) {
    return page;
  }
  const end = page.runs.findIndex(run => Date.parse(run.created_at) < start);
  return end === -1 ? page : { runs: page.runs.slice(0, end), cursor: null };
}

/** Whether a run that was let through still is, now that its status has changed. */
export function stillFits(filter: IRunFilter, run: IRun): boolean {
  return filter.status.length === 0 || filter.status.includes(run.status);
}
