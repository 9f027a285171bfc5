import type { IRun } from './types';
import { STATUSES } from './types';

export type SortKey =
  'sample' | 'pipeline' | 'status' | 'submitted' | 'duration' | 'submission';

/** By what the list is sorted. */
export interface ISort {
  readonly key: SortKey;
  readonly descending: boolean;
}

/** Newest first, as the server gives them. */
export const NEWEST_FIRST: ISort = { key: 'submitted', descending: true };

/** A line of the list: a run, or the head of a submission's runs. */
export type Line =
  | { readonly kind: 'run'; readonly run: IRun }
  | {
      readonly kind: 'submission';
      /** Empty for runs that were submitted one by one. */
      readonly submissionId: string;
      readonly runs: readonly IRun[];
      readonly open: boolean;
    };

const names = new Intl.Collator(undefined, { numeric: true });

/** How long a run took or takes, in ms; -1 if it has not begun. */
export function durationOf(run: IRun, now = Date.now()): number {
  if (run.started_at === null) {
    return -1;
  }
  const end = run.completed_at === null ? now : Date.parse(run.completed_at);
  return end - Date.parse(run.started_at);
}

type Compare = (a: IRun, b: IRun) => number;

const BY: Readonly<Record<Exclude<SortKey, 'submission'>, Compare>> = {
  sample: (a, b) => names.compare(a.sample_id, b.sample_id),
  pipeline: (a, b) => names.compare(a.pipeline, b.pipeline),
  status: (a, b) => STATUSES.indexOf(a.status) - STATUSES.indexOf(b.status),
  submitted: (a, b) => Date.parse(a.created_at) - Date.parse(b.created_at),
  duration: (a, b) => durationOf(a) - durationOf(b)
};

/** By when their sheets were submitted; the runs of one sheet stay together. */
function bySubmission(newestFirst: readonly IRun[]): Compare {
  const sheetOf = (run: IRun): string => run.submission_id ?? run.run_id;
  const began = new Map(
    newestFirst.map(run => [sheetOf(run), Date.parse(run.created_at)])
  );
  return (a, b) =>
    (began.get(sheetOf(a)) ?? 0) - (began.get(sheetOf(b)) ?? 0) ||
    names.compare(sheetOf(a), sheetOf(b));
}

/** The order that was kept somewhere; the usual one if it cannot be understood. */
export function readSort(kept: unknown): ISort {
  const { key, descending } = (
    typeof kept === 'object' && kept !== null ? kept : {}
  ) as Readonly<Record<string, unknown>>;
  return typeof key === 'string' &&
    [...Object.keys(BY), 'submission'].includes(key)
    ? { key: key as SortKey, descending: descending === true }
    : NEWEST_FIRST;
}

/** Sort runs; equals stay newest first. */
export function sortRuns(runs: readonly IRun[], sort: ISort): readonly IRun[] {
  if (sort.key === 'submitted') {
    return sort.descending ? runs : [...runs].reverse();
  }
  const sign = sort.descending ? -1 : 1;
  const compare = sort.key === 'submission' ? bySubmission(runs) : BY[sort.key];
  return [...runs].sort((a, b) => sign * compare(a, b));
}

/**
 * Sort runs, but leave every one where it is as long as they are the same ones.
 *
 * A status that changes must not move a line under the pointer.
 *
 * @param before the ids, as they were shown last under the same sort
 */
export function sortCalmly(
  runs: readonly IRun[],
  sort: ISort,
  before: readonly string[]
): readonly IRun[] {
  const byId = new Map(runs.map(run => [run.run_id, run]));
  if (sort.key === 'submitted') {
    return sortRuns(runs, sort);
  }
  if (before.length === runs.length && before.every(id => byId.has(id))) {
    return before.flatMap(id => byId.get(id) ?? []);
  }
  return sortRuns(runs, sort);
}

/** Put the runs of a submission below its head, submissions as their first runs come. */
export function group(
  runs: readonly IRun[],
  closed: ReadonlySet<string>
): readonly Line[] {
  const groups = new Map<string, IRun[]>();
  for (const run of runs) {
    const id = run.submission_id ?? '';
    const members = groups.get(id);
    if (members) {
      members.push(run);
    } else {
      groups.set(id, [run]);
    }
  }
  return [...groups].flatMap(([submissionId, members]): Line[] => {
    const open = !closed.has(submissionId);
    const head: Line = {
      kind: 'submission',
      submissionId,
      runs: members,
      open
    };
    return open
      ? [head, ...members.map((run): Line => ({ kind: 'run', run }))]
      : [head];
  });
}
