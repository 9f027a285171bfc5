import type { IRunQuery } from './api';
import type { IRun, RunStatus } from './types';
import { STATUSES } from './types';

/** Which runs are to be seen. Empty parts let everything through. */
export interface IRunFilter {
  readonly status: readonly RunStatus[];
  readonly pipeline: string;
  /** A part of the sample's name. */
  readonly text: string;
  readonly since: Since;
  /** The first and the last day, as `2026-05-04`; only with `days`. */
  readonly from: string;
  readonly to: string;
  readonly submissionId: string;
}

/** How far back: some time before now, or from one day to another. */
export type Since = '' | 'day' | 'week' | 'month' | 'days';

export const NO_FILTER: IRunFilter = {
  status: [],
  pipeline: '',
  text: '',
  since: '',
  from: '',
  to: '',
  submissionId: ''
};

const DAY = 24 * 60 * 60_000;
const SPANS: Readonly<Record<string, number>> = {
  day: DAY,
  week: 7 * DAY,
  month: 30 * DAY
};

const A_DAY = /^\d{4}-\d{2}-\d{2}$/;

/** The filter that was kept somewhere; what of it cannot be understood lets everything through. */
export function readFilter(kept: unknown): IRunFilter {
  const { status, pipeline, text, since, from, to, submissionId } = (
    typeof kept === 'object' && kept !== null ? kept : {}
  ) as Readonly<Record<string, unknown>>;
  const word = (value: unknown): string =>
    typeof value === 'string' ? value : '';
  const day = (value: unknown): string =>
    A_DAY.test(word(value)) ? word(value) : '';
  return {
    status: Array.isArray(status)
      ? STATUSES.filter(each => status.includes(each))
      : [],
    pipeline: word(pipeline),
    text: word(text),
    since: [...Object.keys(SPANS), 'days'].includes(word(since))
      ? (since as Since)
      : '',
    from: day(from),
    to: day(to),
    submissionId: word(submissionId)
  };
}

/** Whether anything is filtered at all. */
export function isFiltering(filter: IRunFilter): boolean {
  const { status, pipeline, text, since, submissionId } = filter;
  return [status, pipeline, text, since, submissionId].some(
    part => part.length > 0
  );
}

/** What to ask the server for. */
export function queryOf(filter: IRunFilter, now = Date.now()): IRunQuery {
  const { status, pipeline, text, since, submissionId } = filter;
  return {
    status: status.length > 0 ? status : undefined,
    pipeline: pipeline || undefined,
    q: text.trim() || undefined,
    submission_id: submissionId || undefined,
    ...(since === 'days'
      ? { since: midnight(filter.from), until: midnight(filter.to, 1) }
      : since in SPANS && {
          since: new Date(now - SPANS[since]).toISOString()
        })
  };
}

/** When a day begins here, or one that is so many days later; undefined if it is no day. */
function midnight(day: string, later = 0): string | undefined {
  const [year, month, date] = day.split('-').map(Number);
  const at = new Date(year, month - 1, date + later);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}

/** Whether a run that was let through still is, now that its status has changed. */
export function stillFits(filter: IRunFilter, run: IRun): boolean {
  return filter.status.length === 0 || filter.status.includes(run.status);
}

/** Whether a filter lets a run through, as the server would. */
export function fits(filter: IRunFilter, run: IRun): boolean {
  const { pipeline, text, submissionId } = filter;
  const part = text.trim().toLowerCase();
  const { since, until } = queryOf(filter);
  const created = Date.parse(run.created_at);
  return (
    stillFits(filter, run) &&
    (pipeline === '' || run.pipeline === pipeline) &&
    (submissionId === '' || run.submission_id === submissionId) &&
    (since === undefined || created >= Date.parse(since)) &&
    (until === undefined || created < Date.parse(until)) &&
    [run.sample_id, run.job_name].some(name =>
      name.toLowerCase().includes(part)
    )
  );
}
