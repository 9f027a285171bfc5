import { HINT_PAUSE } from '../hints';
import { ApiError } from '../problem';
import { Session } from '../session';
import type { IRun } from '../types';
import type { IEnding } from '../watch';
import { RunWatch } from '../watch';
import { aRun, FakeApi, manyRuns } from './fakeApi';

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

it('asks what is going and what has failed, and no more of a page that nobody looks at', () => {
  expect(api.calls).toEqual(['runs 500', 'runs 50']);
});

it('counts what goes on, and what has failed within a day', async () => {
  expect([watch.active, watch.running]).toEqual([3, 2]);
  expect(watch.failures).toEqual({ count: 0, isCut: false });
  api.stored = api.stored.map(run =>
    run.run_id === 'run-3'
      ? { ...run, status: 'FAILED', completed_at: new Date().toISOString() }
      : run
  );
  watch.hint('run-3');
  await jest.advanceTimersByTimeAsync(HINT_PAUSE);
  expect([watch.active, watch.running]).toEqual([2, 1]);
  expect(watch.failures).toEqual({ count: 1, isCut: false });
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
  expect([watch.active, watch.failures.count]).toEqual([null, 0]);
  api.calls = [];
  await jest.advanceTimersByTimeAsync(10 * 60_000);
  expect(api.calls).toEqual([]);
});

it('begins anew when somebody signs in', async () => {
  await session.signOut();
  await session.signIn('you@example.org');
  await jest.advanceTimersByTimeAsync(0);
  expect(watch.active).toBe(3);
  expect(session.state.kind).toBe('ready');
});

it('asks once a minute while runs go and nothing is heard, rarely what has failed', async () => {
  api.calls = [];
  await jest.advanceTimersByTimeAsync(10 * 60_000);
  expect(api.count('runs 500')).toBeLessThanOrEqual(10);
  expect(api.count('runs 50')).toBe(api.count('runs 500') + 2);
});

it('hardly asks while nothing goes on', async () => {
  api.stored = [aRun(1)];
  await watch.refresh();
  api.calls = [];
  await jest.advanceTimersByTimeAsync(10 * 60_000);
  expect(api.calls.length).toBeLessThanOrEqual(4);
});

it('looks more often as soon as it has heard of a run', async () => {
  api.stored = [aRun(1)];
  await watch.refresh();
  api.stored = [aRun(5, 'RUNNING'), aRun(1)];
  watch.hint('run-5');
  await jest.advanceTimersByTimeAsync(HINT_PAUSE);
  api.move('run-5', 'COMPLETED', 9000);
  await jest.advanceTimersByTimeAsync(60_000);
  expect(named()).toEqual([['run-5']]);
});

describe('a run among very many failures', () => {
  const old = (run: IRun): IRun => ({
    ...run,
    status: 'FAILED',
    completed_at: new Date(Date.now() - 25 * 60 * 60_000).toISOString()
  });

  beforeEach(async () => {
    watch.dispose();
    watch = new RunWatch(session);
    watch.ended.connect((_, ending) => endings.push(ending));
    api.stored = [...manyRuns(601, 2).map(old), aRun(1, 'RUNNING')];
    api.calls = [];
    watch.start();
    await jest.advanceTimersByTimeAsync(0);
  });

  it('is counted, and what has failed long ago costs one small page', () => {
    expect([watch.active, watch.running, watch.isCut]).toEqual([1, 1, false]);
    expect(watch.failures).toEqual({ count: 0, isCut: false });
    expect(api.calls).toEqual(['runs 500', 'runs 50']);
  });

  it('is told of when it ends', async () => {
    await ends('run-1', 'COMPLETED');
    expect(named()).toEqual([['run-1']]);
  });

  it('is all that a hint asks about', async () => {
    api.calls = [];
    watch.hint('run-1');
    await jest.advanceTimersByTimeAsync(HINT_PAUSE);
    expect(api.calls).toEqual(['runs 500']);
  });

  it('is counted beside as many as have failed today, and no further', async () => {
    const today = (run: IRun): IRun => ({
      ...old(run),
      completed_at: new Date().toISOString()
    });
    api.stored = [
      ...manyRuns(700, 631).map(today),
      ...manyRuns(630, 2).map(old)
    ];
    await watch.refresh();
    expect(watch.failures).toEqual({ count: 70, isCut: false });
    api.stored = api.stored.map(today);
    await jest.advanceTimersByTimeAsync(5 * 60_000);
    expect(watch.failures).toEqual({ count: 200, isCut: true });
  });
});

it('is not misled by an answer that comes late', async () => {
  api.stored = [aRun(4, 'RUNNING')];
  await watch.refresh();
  const old = await api.runs({ status: ['RUNNING'] });
  let arrive = (): void => undefined;
  jest.spyOn(api, 'runs').mockImplementationOnce(
    () =>
      new Promise(resolve => {
        arrive = () => resolve(old);
      })
  );
  endings = [];
  const late = watch.refresh();
  api.move('run-4', 'COMPLETED', 9000);
  const soon = watch.refresh();
  await jest.advanceTimersByTimeAsync(0);
  arrive();
  await Promise.all([late, soon]);
  await watch.refresh();
  expect(named()).toEqual([['run-4']]);
  expect(watch.active).toBe(0);
});

it('tells of an end once the server can be asked how it was', async () => {
  api.stored = [aRun(4, 'RUNNING')];
  await watch.refresh();
  endings = [];
  const run = jest
    .spyOn(api, 'run')
    .mockRejectedValueOnce(new ApiError(0, 'No connection.'));
  await ends('run-4', 'COMPLETED');
  expect(endings).toEqual([]);
  await watch.refresh();
  expect(named()).toEqual([['run-4']]);
  run.mockRestore();
});
