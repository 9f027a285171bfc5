import type { IRun } from '../types';
import { appendPage, mergeRuns, mergeWindow, placeBelow } from '../merge';
import { aRun, manyRuns } from './fakeApi';

it('repeats no run that a page brings again', () => {
  const known = { runs: manyRuns(10, 5), cursor: 'run-5' };
  const page = { runs: manyRuns(6, 3), cursor: 'run-3' };
  expect(appendPage(known, page)).toEqual({
    runs: manyRuns(10, 3),
    cursor: 'run-3'
  });
});

it('keeps the deeper cursor when older runs stay below', () => {
  const known = { runs: manyRuns(10, 1), cursor: 'run-1' };
  const fresh = { runs: manyRuns(12, 8), cursor: 'run-8' };
  expect(mergeWindow(known, fresh)).toEqual({
    runs: manyRuns(12, 1),
    cursor: 'run-1'
  });
});

it('forgets everything when the server has nothing', () => {
  const known = { runs: [aRun(1)], cursor: null };
  expect(mergeWindow(known, { runs: [], cursor: null }).runs).toEqual([]);
});

it('keeps older runs below a run that is new in the middle', () => {
  const known = { runs: [aRun(10), aRun(8), aRun(6)], cursor: 'run-6' };
  const fresh = { runs: [aRun(10), aRun(9)], cursor: 'run-9' };
  expect(mergeWindow(known, fresh).runs).toEqual([
    aRun(10),
    aRun(9),
    aRun(8),
    aRun(6)
  ]);
});

it('has the order of the server, to the microsecond and the id', () => {
  const at = (created_at: string, run_id: string): IRun => ({
    ...aRun(1),
    created_at,
    run_id
  });
  const runs = [
    at('2026-01-01T00:00:01Z', 'a'),
    at('2026-01-01T00:00:00.000002Z', 'a'),
    at('2026-01-01T00:00:00.000001Z', 'c'),
    at('2026-01-01T00:00:00.000001Z', 'b'),
    at('2026-01-01T00:00:00Z', 'z')
  ];
  expect(runs.map(run => placeBelow(runs, run))).toEqual([1, 2, 3, 4, 5]);
});

it('takes out no run because of old news of it', () => {
  const known = { runs: [aRun(1, 'FAILED', 5000)], cursor: null };
  const looked = new Map([['run-1', aRun(1, 'RUNNING', 1000)]]);
  const hasFailed = (run: IRun): boolean => run.status === 'FAILED';
  expect(mergeRuns(known, looked, hasFailed, hasFailed)).toEqual(known);
});
