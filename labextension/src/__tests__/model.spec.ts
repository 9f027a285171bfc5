import { ApiError } from '../problem';
import { NO_FILTER } from '../filter';
import { HINT_DELAY, HINT_PAUSE } from '../hints';
import { RunHistoryModel } from '../model';
import { Session } from '../session';
import { aRun, aUser, FakeApi, manyRuns } from './fakeApi';

let api: FakeApi;
let session: Session;
let model: RunHistoryModel;
const viewer = {};

beforeEach(() => {
  jest.useFakeTimers();
  api = new FakeApi();
  session = new Session(api);
  model = new RunHistoryModel(session);
});

afterEach(() => {
  model.dispose();
  jest.useRealTimers();
});

/** Show the list and wait until it is there. */
async function shown(): Promise<void> {
  model.setShown(viewer, true);
  await model.refresh();
  await jest.advanceTimersByTimeAsync(0);
  api.calls = [];
}

function ids(): string[] {
  return model.runs.map(run => run.run_id);
}

describe('the list', () => {
  it('shows the newest first', async () => {
    api.stored = manyRuns(3);
    await shown();
    expect(ids()).toEqual(['run-3', 'run-2', 'run-1']);
    expect(session.state).toEqual({ kind: 'ready' });
    expect(session.user?.email).toBe('you@example.org');
  });

  it('loads more without a duplicate, also when new runs come between', async () => {
    api.stored = manyRuns(120);
    await shown();
    api.stored = [...manyRuns(123, 121), ...api.stored];
    await model.loadMore();
    await model.refresh();
    await model.loadMore();
    expect(ids()).toEqual(manyRuns(123).map(run => run.run_id));
    expect(model.hasMore).toBe(false);
  });

  it('asks once when "load more" is pressed twice', async () => {
    api.stored = manyRuns(120);
    await shown();
    await Promise.all([model.loadMore(), model.loadMore()]);
    expect(api.count('runs 50 run-71')).toBe(1);
    expect(ids()).toHaveLength(100);
  });

  it('says why there is no more, and keeps what is there', async () => {
    api.stored = manyRuns(60);
    await shown();
    api.fault = new ApiError(502, 'Bad gateway');
    await model.loadMore();
    expect(model.loadMoreError).toBe('Bad gateway');
    expect(ids()).toHaveLength(50);
    api.fault = null;
    await model.loadMore();
    expect(model.loadMoreError).toBe('');
    expect(ids()).toHaveLength(60);
  });

  it('changes a run in place and leaves the others as they are', async () => {
    api.stored = [aRun(3), aRun(2, 'RUNNING'), aRun(1)];
    await shown();
    const before = model.runs;
    api.move('run-2', 'COMPLETED', 9000);
    await model.refresh();
    expect(ids()).toEqual(['run-3', 'run-2', 'run-1']);
    expect(model.runs[1].status).toBe('COMPLETED');
    expect(model.runs[0]).toBe(before[0]);
    expect(model.runs[2]).toBe(before[2]);
  });

  it('keeps looking at an active run far below the first page', async () => {
    api.stored = manyRuns(120);
    api.move('run-30', 'RUNNING', 1);
    await shown();
    await model.loadMore();
    api.move('run-30', 'FAILED', 2);
    await model.refresh();
    expect(ids()).toHaveLength(100);
    expect(model.runs.find(run => run.run_id === 'run-30')?.status).toBe(
      'FAILED'
    );
  });

  it('looks at a few active runs very far down one by one', async () => {
    api.stored = manyRuns(20_000);
    api.move('run-30', 'RUNNING', 1);
    await shown();
    while (model.hasMore) {
      await model.loadMore();
    }
    api.calls = [];
    await jest.advanceTimersByTimeAsync(10 * 60_000);
    expect(new Set(api.calls)).toEqual(new Set(['runs 50', 'run run-30']));
    expect(api.calls.length).toBeLessThanOrEqual(20);
    api.move('run-30', 'FAILED', 2);
    await model.refresh();
    expect(ids()).toHaveLength(20_000);
    expect(model.runs[19_970]).toMatchObject({
      run_id: 'run-30',
      status: 'FAILED'
    });
  });

  it('takes out one of them that the server has taken back', async () => {
    api.stored = manyRuns(1_000);
    api.move('run-30', 'CREATED', 1);
    await shown();
    while (model.hasMore) {
      await model.loadMore();
    }
    api.stored = api.stored.filter(run => run.run_id !== 'run-30');
    await model.refresh();
    expect(ids()).toHaveLength(999);
    expect(ids()).not.toContain('run-30');
  });

  it('goes down page by page to very many of them', async () => {
    api.stored = manyRuns(2_000).map(run => ({ ...run, status: 'RUNNING' }));
    await shown();
    while (model.hasMore) {
      await model.loadMore();
    }
    api.calls = [];
    api.move('run-1', 'COMPLETED', 1);
    await model.refresh();
    expect(api.calls).toEqual([
      'runs 500',
      'runs 500 run-1501',
      'runs 500 run-1001',
      'runs 500 run-501'
    ]);
    expect(model.runs[1_999].status).toBe('COMPLETED');
  });

  it('does not read all of it in search of an active run that is gone', async () => {
    api.stored = manyRuns(5_000);
    api.move('run-4900', 'CREATED', 1);
    await shown();
    while (model.hasMore) {
      await model.loadMore();
    }
    api.calls = [];
    api.stored = api.stored.filter(run => run.run_id !== 'run-4900');
    await model.refresh();
    expect(api.calls).toEqual(['runs 101']);
    expect(ids()).toHaveLength(4_999);
  });

  it('keeps what is loaded when a sheet brings more runs than a page', async () => {
    api.stored = manyRuns(1_000);
    await shown();
    while (model.hasMore) {
      await model.loadMore();
    }
    api.stored = manyRuns(1_200);
    await model.refresh();
    expect(ids()).toEqual(manyRuns(1_200).map(run => run.run_id));
  });

  it('keeps a page that comes while it looks', async () => {
    api.stored = manyRuns(120);
    await shown();
    const looked = model.refresh();
    await Promise.all([model.loadMore(), looked]);
    expect(ids()).toHaveLength(100);
  });

  it('never goes back to older news', async () => {
    api.stored = [aRun(1, 'COMPLETED', 5000)];
    await shown();
    api.move('run-1', 'RUNNING', 1000);
    await model.refresh();
    expect(model.runs[0].status).toBe('COMPLETED');
  });

  it('drops a run that the server has taken back', async () => {
    api.stored = [aRun(3), aRun(2, 'CREATED'), aRun(1)];
    await shown();
    api.stored = [aRun(3), aRun(1)];
    await model.refresh();
    expect(ids()).toEqual(['run-3', 'run-1']);
  });

  it('starts anew rather than leave a gap after very many new runs', async () => {
    api.stored = manyRuns(10);
    await shown();
    api.stored = manyRuns(200);
    await model.refresh();
    expect(ids()).toEqual(manyRuns(200, 151).map(run => run.run_id));
    expect(model.hasMore).toBe(true);
  });

  it('lets new runs wait while it is held, and changes the others', async () => {
    api.stored = [aRun(2, 'RUNNING'), aRun(1)];
    await shown();
    model.setHeld(viewer, true);
    api.stored = [...manyRuns(5, 3), ...api.stored];
    api.move('run-2', 'COMPLETED', 9000);
    await model.refresh();
    expect(ids()).toEqual(['run-2', 'run-1']);
    expect(model.runs[0].status).toBe('COMPLETED');
    expect(model.newer).toBe(3);
    model.setHeld(viewer, false);
    expect(ids()).toHaveLength(5);
    expect(model.newer).toBe(0);
  });
});

it('shows the newer runs on demand, also while another view holds the list', async () => {
  api.stored = [aRun(1)];
  await shown();
  model.setHeld({}, true);
  api.stored = manyRuns(3);
  await model.refresh();
  expect(model.newer).toBe(2);
  model.showNewer();
  expect([ids().length, model.newer]).toEqual([3, 0]);
  api.stored = manyRuns(4);
  await model.refresh();
  expect([ids().length, model.newer]).toEqual([3, 1]);
});

describe('hints', () => {
  it('are not undone by an older answer of the list', async () => {
    api.stored = [aRun(2, 'CREATED'), aRun(1)];
    await shown();
    const old = await api.runs({ limit: 50 });
    let lookArrives = (): void => undefined;
    let listArrives = (): void => undefined;
    jest.spyOn(api, 'run').mockImplementationOnce(
      () =>
        new Promise((_, reject) => {
          lookArrives = () =>
            reject(new ApiError(404, 'There is no such run.'));
        })
    );
    jest.spyOn(api, 'runs').mockImplementationOnce(
      () =>
        new Promise(resolve => {
          listArrives = () => resolve(old);
        })
    );
    model.hint('run-2');
    await jest.advanceTimersByTimeAsync(HINT_DELAY);
    const refreshed = model.refresh();
    api.stored = [aRun(1)];
    lookArrives();
    await jest.advanceTimersByTimeAsync(0);
    listArrives();
    await refreshed;
    expect(ids()).toEqual(['run-1']);
  });

  it('are answered by one request for many', async () => {
    api.stored = manyRuns(3);
    await shown();
    for (let index = 0; index < 200; index++) {
      model.hint(`run-${index}`);
    }
    expect(api.count('runs')).toBe(0);
    await jest.advanceTimersByTimeAsync(HINT_DELAY);
    expect(api.count('runs')).toBe(1);
  });

  it('that come during a request are answered by one more after it', async () => {
    api.stored = manyRuns(3);
    await shown();
    let open = (): void => undefined;
    api.gate = new Promise(resolve => {
      open = resolve;
    });
    model.hint('run-1');
    await jest.advanceTimersByTimeAsync(HINT_DELAY);
    model.hint('run-2');
    model.hint('run-3');
    await jest.advanceTimersByTimeAsync(HINT_DELAY);
    expect(api.calls).toEqual(['run run-1']);
    open();
    await jest.advanceTimersByTimeAsync(HINT_PAUSE);
    expect(api.calls).toEqual(['run run-1', 'run run-2', 'run run-3']);
  });

  it('are answered within 300 ms, and by the run alone', async () => {
    api.stored = [aRun(2, 'RUNNING'), aRun(1)];
    await shown();
    api.move('run-2', 'COMPLETED', 9000);
    model.hint('run-2');
    await jest.advanceTimersByTimeAsync(300);
    expect(model.runs[0].status).toBe('COMPLETED');
    expect(api.calls).toEqual(['run run-2']);
  });

  it('of a run that is not known make it look at the newest', async () => {
    api.stored = manyRuns(3);
    await shown();
    api.stored = manyRuns(4);
    model.hint('run-4');
    await jest.advanceTimersByTimeAsync(300);
    expect(ids()).toEqual(['run-4', 'run-3', 'run-2', 'run-1']);
  });

  it('of a run that was taken back take it out', async () => {
    api.stored = [aRun(2, 'CREATED'), aRun(1)];
    await shown();
    api.stored = [aRun(1)];
    model.hint('run-2');
    await jest.advanceTimersByTimeAsync(300);
    expect(ids()).toEqual(['run-1']);
  });

  it('are not more than two requests a second in a storm', async () => {
    api.stored = manyRuns(100);
    await shown();
    for (let at = 0; at < 100; at++) {
      model.hint(`run-${at + 1}`);
      await jest.advanceTimersByTimeAsync(100);
    }
    expect(api.calls.length).toBeLessThan(100);
    expect(api.count('runs')).toBeLessThanOrEqual(20);
  });

  it('cost nothing while nobody looks', async () => {
    api.stored = manyRuns(3);
    await shown();
    model.setShown(viewer, false);
    model.hint('run-1');
    await jest.advanceTimersByTimeAsync(5 * 60_000);
    expect(api.calls).toEqual([]);
  });

  it('have a slow poll behind them', async () => {
    api.stored = [aRun(1, 'RUNNING')];
    await shown();
    api.move('run-1', 'COMPLETED', 9000);
    await jest.advanceTimersByTimeAsync(61_000);
    expect(model.runs[0].status).toBe('COMPLETED');
  });
});

describe('a filter', () => {
  beforeEach(async () => {
    api.stored = [
      aRun(4, 'FAILED'),
      aRun(3, 'RUNNING'),
      aRun(2, 'FAILED'),
      aRun(1)
    ];
    await shown();
  });

  it('is asked of the server', async () => {
    await model.setFilter({ ...NO_FILTER, status: ['FAILED'] });
    expect(ids()).toEqual(['run-4', 'run-2']);
    await model.setFilter({ ...NO_FILTER, text: 'gut_3' });
    expect(ids()).toEqual(['run-3']);
    await model.setFilter(NO_FILTER);
    expect(ids()).toHaveLength(4);
  });

  it('leaves what is there until the answer comes, and takes the last one', async () => {
    let open = (): void => undefined;
    api.gate = new Promise(resolve => {
      open = resolve;
    });
    void model.setFilter({ ...NO_FILTER, text: 'gut_1' });
    const last = model.setFilter({ ...NO_FILTER, text: 'gut_2' });
    expect(ids()).toHaveLength(4);
    expect(model.filtering).toBe(true);
    open();
    await last;
    expect(ids()).toEqual(['run-2']);
    expect(model.filtering).toBe(false);
  });

  it('lets a run go that no longer fits', async () => {
    await model.setFilter({ ...NO_FILTER, status: ['RUNNING'] });
    api.move('run-3', 'COMPLETED', 9000);
    model.hint('run-3');
    await jest.advanceTimersByTimeAsync(300);
    expect(ids()).toEqual([]);
  });

  it('finds an old run that fits from now on, and puts it in its place', async () => {
    api.stored = [...manyRuns(200, 6), ...api.stored].map(run =>
      run.run_id === 'run-3' ? run : { ...run, status: 'FAILED' }
    );
    await model.setFilter({ ...NO_FILTER, status: ['FAILED'], text: 'gut' });
    while (model.hasMore) {
      await model.loadMore();
    }
    api.move('run-3', 'FAILED', 9000);
    api.calls = [];
    model.hint('run-3');
    await jest.advanceTimersByTimeAsync(300);
    expect(ids().slice(-4)).toEqual(['run-4', 'run-3', 'run-2', 'run-1']);
    expect(api.calls).toEqual(['runs 50', 'run run-3']);
  });

  it.each([
    ['of another pipeline', { pipeline: 'Other' }],
    ['of another name', { text: 'gut_4' }],
    ['of another sheet', { submissionId: 'sheet-9' }],
    ['that is too old', { since: 'days' as const, from: '2030-01-01' }]
  ])('lets no run in %s, whatever its state', async (_, part) => {
    await model.setFilter({ ...NO_FILTER, status: ['FAILED'], ...part });
    api.move('run-3', 'FAILED', 9000);
    model.hint('run-3');
    await jest.advanceTimersByTimeAsync(300);
    expect(ids()).not.toContain('run-3');
  });

  it('leaves a run below what is loaded to "load more"', async () => {
    api.stored = [...manyRuns(200, 5), ...api.stored].map(run =>
      run.run_id === 'run-3' ? run : { ...run, status: 'FAILED' }
    );
    await model.setFilter({ ...NO_FILTER, status: ['FAILED'] });
    api.move('run-3', 'FAILED', 9000);
    model.hint('run-3');
    await jest.advanceTimersByTimeAsync(300);
    expect(ids()).toHaveLength(50);
    while (model.hasMore) {
      await model.loadMore();
    }
    expect(ids()).toHaveLength(200);
  });

  it('of time ends the list where it gets too old', async () => {
    jest.setSystemTime(Date.parse(aRun(3).created_at) + 24 * 60 * 60_000);
    await model.setFilter({ ...NO_FILTER, since: 'day' });
    expect(ids()).toEqual(['run-4', 'run-3']);
    expect(model.hasMore).toBe(false);
  });
});

describe('two views of it', () => {
  it('ask once, and as long as one of them can be seen', async () => {
    const other = {};
    api.stored = manyRuns(3);
    await shown();
    model.setShown(other, true);
    model.setShown(viewer, false);
    expect(model.isShown).toBe(true);
    await jest.advanceTimersByTimeAsync(61_000);
    expect(api.calls).toEqual(['runs 50']);
  });

  it('hold the list still when one of them does', async () => {
    const other = {};
    api.stored = manyRuns(2);
    await shown();
    model.setHeld(viewer, true);
    model.setHeld(other, true);
    api.stored = manyRuns(3);
    await model.refresh();
    model.setHeld(viewer, false);
    expect(ids()).toEqual(['run-2', 'run-1']);
    model.setHeld(other, false);
    expect(ids()).toHaveLength(3);
  });
});

it('makes at most one request a minute while nothing happens', async () => {
  api.stored = manyRuns(3);
  await shown();
  await jest.advanceTimersByTimeAsync(10 * 60_000);
  expect(api.calls.length).toBeLessThanOrEqual(10);
});

describe('signing in', () => {
  it('is asked for on a 401, and the runs are gone', async () => {
    api.stored = manyRuns(3);
    await shown();
    api.user = null;
    await model.refresh();
    expect(session.state).toEqual({ kind: 'signed-out', expired: true });
    expect(model.runs).toEqual([]);
    expect(session.user).toBeNull();
  });

  it('is no expiry at the first visit', async () => {
    api.user = null;
    await shown();
    expect(session.state).toEqual({ kind: 'signed-out', expired: false });
  });

  it('stops the poll until somebody is signed in', async () => {
    api.user = null;
    await shown();
    await jest.advanceTimersByTimeAsync(10 * 60_000);
    expect(api.calls).toEqual([]);
  });

  it('brings the runs', async () => {
    api.user = null;
    api.stored = manyRuns(3);
    await shown();
    await session.signIn('you@example.org');
    await jest.advanceTimersByTimeAsync(0);
    expect(session.state).toEqual({ kind: 'ready' });
    expect(ids()).toHaveLength(3);
  });

  it('passes on what is wrong with the email', async () => {
    api.user = null;
    await shown();
    await expect(session.signIn('')).rejects.toThrow('Please give your email');
    expect(session.state.kind).toBe('signed-out');
  });

  it('ends with signing out, also for an answer that is under way', async () => {
    api.stored = manyRuns(3);
    await shown();
    const late = model.refresh();
    await session.signOut();
    await late;
    expect(model.runs).toEqual([]);
    expect(session.state).toEqual({ kind: 'signed-out', expired: false });
  });

  it('shows whose runs these are, whatever is still told of somebody else', async () => {
    await shown();
    await session.signOut();
    api.user = aUser('old@example.org');
    let arrive = (): void => undefined;
    jest.spyOn(api, 'me').mockImplementationOnce(
      () =>
        new Promise(resolve => {
          arrive = () => resolve(aUser('old@example.org'));
        })
    );
    const late = session.ask(() => api.runs({}));
    await session.signIn('new@example.org');
    await jest.advanceTimersByTimeAsync(0);
    arrive();
    await late;
    expect(session.user?.email).toBe('new@example.org');
  });

  it('needs no email where the Hub says who the user is', async () => {
    model.dispose();
    session = new Session(api, true);
    model = new RunHistoryModel(session);
    const user = api.user;
    api.user = null;
    api.stored = manyRuns(3);
    jest.spyOn(api, 'login').mockImplementation(() => {
      api.user = user;
      return Promise.resolve(user!);
    });
    await shown();
    expect(session.state).toEqual({ kind: 'ready' });
    expect(ids()).toHaveLength(3);
    // Nor when the session has expired, whoever finds that out.
    api.user = null;
    await session.ask(() => api.me());
    await jest.advanceTimersByTimeAsync(0);
    expect(session.state).toEqual({ kind: 'ready' });
    expect(ids()).toHaveLength(3);
    await session.signOut();
    await model.refresh();
    expect(session.state.kind).toBe('signed-out');
  });

  it('asks the Hub once when its word is not enough', async () => {
    model.dispose();
    session = new Session(api, true);
    model = new RunHistoryModel(session);
    const login = jest.spyOn(api, 'login');
    api.user = null;
    await shown();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(session.state.kind).toBe('signed-out');
    expect(login).toHaveBeenCalledTimes(1);
  });
});

describe('trouble', () => {
  it.each([
    [404, 'extension-missing', false],
    [404, 'failed', true],
    [503, 'database-away', true],
    [503, 'unreachable', false],
    [504, 'unreachable', false],
    [424, 'unreachable', false],
    [0, 'unreachable', true],
    [401, 'failed', false],
    [200, 'failed', false],
    [500, 'failed', true]
  ])(
    'of status %i is told as %s, of our own: %s, and it recovers by itself',
    async (status, kind, isOurs) => {
      api.stored = manyRuns(3);
      api.fault = new ApiError(status, 'The reason.', [], isOurs);
      await shown();
      expect(session.state.kind).toBe(kind);
      api.fault = null;
      await jest.advanceTimersByTimeAsync(10 * 60_000);
      expect(session.state).toEqual({ kind: 'ready' });
      expect(ids()).toHaveLength(3);
    }
  );

  it('of a server that is asked too early takes no run out of the list', async () => {
    api.stored = [aRun(1, 'RUNNING')];
    await shown();
    api.fault = new ApiError(404, 'Not Found', [], false);
    model.hint('run-1');
    await jest.advanceTimersByTimeAsync(300);
    expect(session.state.kind).toBe('extension-missing');
    expect(ids()).toEqual(['run-1']);
  });

  it('leaves the list as it was', async () => {
    api.stored = manyRuns(3);
    await shown();
    api.fault = new ApiError(0, '');
    await model.refresh();
    expect(session.state.kind).toBe('unreachable');
    expect(ids()).toHaveLength(3);
    expect(model.fetchedAt).not.toBeNull();
  });

  it('is followed by a look at the version, which may be another one', async () => {
    await shown();
    expect(session.serverVersion).toBe('0.1.0');
    api.fault = new ApiError(0, '');
    await model.refresh();
    api.fault = null;
    api.version = '0.2.0';
    await model.refresh();
    expect(session.serverVersion).toBe('0.2.0');
  });
});
