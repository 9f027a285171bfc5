import { HINT_PAUSE } from '../hints';
import { Session } from '../session';
import type { IRun } from '../types';
import type { IEnding } from '../watch';
import { RunWatch } from '../watch';
import { aRun, FakeApi } from './fakeApi';

let api: FakeApi;
let session: Session;
let watch: RunWatch;
let endings: IEnding[];

beforeEach(async () => {
  jest.useFakeTimers();
  api = new FakeApi();
  session = new Session(api);
  watch = new RunWatch(session);
  endings = [];
  watch.ended.connect((_, ending) => endings.push(ending));
  api.stored = [
    aRun(4, 'SUBMITTED'),
    aRun(3, 'RUNNING'),
    aRun(2, 'RUNNING'),
    aRun(1)
  ];
  watch.start();
  await jest.advanceTimersByTimeAsync(0);
});

afterEach(() => {
  watch.dispose();
  jest.useRealTimers();
});

async function ends(runId: string, status: IRun['status']): Promise<void> {
  api.move(runId, status, 9000);
  watch.hint(runId);
  await jest.advanceTimersByTimeAsync(2 * HINT_PAUSE);
}

function named(): string[][] {
  return endings.map(({ runs }) => runs.map(run => run.run_id));
}

it('asks one question, and no more of a page that nobody looks at', () => {
  expect(api.calls).toHaveLength(1);
  expect(api.count('runs')).toBe(1);
});

it('counts what goes on, and what has failed within a day', async () => {
  expect([watch.active, watch.running, watch.failed]).toEqual([3, 2, 0]);
  api.stored = api.stored.map(run =>
    run.run_id === 'run-3'
      ? { ...run, status: 'FAILED', completed_at: new Date().toISOString() }
      : run
  );
  watch.hint('run-3');
  await jest.advanceTimersByTimeAsync(HINT_PAUSE);
  expect([watch.active, watch.running, watch.failed]).toEqual([2, 1, 1]);
});

it('tells of a sheet when all of it is through', async () => {
  await ends('run-4', 'COMPLETED');
  await ends('run-3', 'COMPLETED');
  expect(named()).toEqual([]);
  await ends('run-2', 'COMPLETED');
  expect(named()).toEqual([['run-4', 'run-3', 'run-2']]);
});

it('tells of a failure at once, and once', async () => {
  await ends('run-3', 'FAILED');
  expect(named()).toEqual([['run-3']]);
  await ends('run-4', 'COMPLETED');
  await ends('run-2', 'COMPLETED');
  expect(named()).toEqual([['run-3'], ['run-4', 'run-2']]);
});

it('tells of nothing that had ended before the page was opened', () => {
  expect(endings).toEqual([]);
});

it('forgets everything when somebody signs out', async () => {
  await session.signOut();
  expect([watch.active, watch.failed]).toEqual([null, 0]);
  api.calls = [];
  await jest.advanceTimersByTimeAsync(10 * 60_000);
  expect(api.calls).toEqual([]);
});

it('begins anew when somebody signs in', async () => {
  await session.signOut();
  await session.signIn('you@example.org');
  await session.ask(() => api.runs({})); // as an open history does
  await jest.advanceTimersByTimeAsync(50);
  expect(watch.active).toBe(3);
});

it('asks once a minute at most while runs go and nothing is heard', async () => {
  api.calls = [];
  await jest.advanceTimersByTimeAsync(10 * 60_000);
  expect(api.calls.length).toBeLessThanOrEqual(10);
});

it('hardly asks while nothing goes on', async () => {
  api.stored = [aRun(1)];
  await watch.refresh();
  api.calls = [];
  await jest.advanceTimersByTimeAsync(10 * 60_000);
  expect(api.calls.length).toBeLessThanOrEqual(3);
});
