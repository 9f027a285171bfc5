import { ApiError } from '../api';
import { HINT_DELAY, RunHistoryModel } from '../model';
import { aRun, FakeApi, manyRuns } from './fakeApi';

let api: FakeApi;
let model: RunHistoryModel;

beforeEach(() => {
  jest.useFakeTimers();
  api = new FakeApi();
  model = new RunHistoryModel(api);
});

afterEach(() => {
  model.dispose();
  jest.useRealTimers();
});

/** Show the list and wait until it is there. */
async function shown(): Promise<void> {
  model.setShown(true);
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
    expect(model.state).toEqual({ kind: 'ready' });
    expect(model.user?.email).toBe('you@example.org');
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
    model.setHeld(true);
    api.stored = [...manyRuns(5, 3), ...api.stored];
    api.move('run-2', 'COMPLETED', 9000);
    await model.refresh();
    expect(ids()).toEqual(['run-2', 'run-1']);
    expect(model.runs[0].status).toBe('COMPLETED');
    expect(model.newer).toBe(3);
    model.setHeld(false);
    expect(ids()).toHaveLength(5);
    expect(model.newer).toBe(0);
  });
});

describe('hints', () => {
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
    expect(api.count('runs')).toBe(1);
    open();
    await jest.advanceTimersByTimeAsync(0);
    expect(api.count('runs')).toBe(2);
  });

  it('cost nothing while nobody looks', async () => {
    api.stored = manyRuns(3);
    await shown();
    model.setShown(false);
    model.hint('run-1');
    await jest.advanceTimersByTimeAsync(5 * 60_000);
    expect(api.calls).toEqual([]);
  });

  it('have a slow poll behind them', async () => {
    api.stored = [aRun(1, 'RUNNING')];
    await shown();
    api.move('run-1', 'COMPLETED', 9000);
    await jest.advanceTimersByTimeAsync(31_000);
    expect(model.runs[0].status).toBe('COMPLETED');
  });
});

describe('signing in', () => {
  it('is asked for on a 401, and the runs are gone', async () => {
    api.stored = manyRuns(3);
    await shown();
    api.user = null;
    await model.refresh();
    expect(model.state).toEqual({ kind: 'signed-out', expired: true });
    expect(model.runs).toEqual([]);
    expect(model.user).toBeNull();
  });

  it('is no expiry at the first visit', async () => {
    api.user = null;
    await shown();
    expect(model.state).toEqual({ kind: 'signed-out', expired: false });
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
    await model.signIn('you@example.org');
    expect(model.state).toEqual({ kind: 'ready' });
    expect(ids()).toHaveLength(3);
  });

  it('passes on what is wrong with the email', async () => {
    api.user = null;
    await shown();
    await expect(model.signIn('')).rejects.toThrow('Please give your email');
    expect(model.state.kind).toBe('signed-out');
  });

  it('ends with signing out, also for an answer that is under way', async () => {
    api.stored = manyRuns(3);
    await shown();
    const late = model.refresh();
    await model.signOut();
    await late;
    expect(model.runs).toEqual([]);
    expect(model.state).toEqual({ kind: 'signed-out', expired: false });
  });

  it('needs no email where the Hub says who the user is', async () => {
    model.dispose();
    model = new RunHistoryModel(api, true);
    const user = api.user;
    api.user = null;
    api.stored = manyRuns(3);
    jest.spyOn(api, 'login').mockImplementation(() => {
      api.user = user;
      return Promise.resolve(user!);
    });
    await shown();
    expect(model.state).toEqual({ kind: 'ready' });
    expect(ids()).toHaveLength(3);
    await model.signOut();
    await model.refresh();
    expect(model.state.kind).toBe('signed-out');
  });
});

describe('trouble', () => {
  it.each([
    [404, 'extension-missing'],
    [503, 'database-away'],
    [0, 'unreachable'],
    [500, 'failed']
  ])(
    'of status %i is told as %s, and it recovers by itself',
    async (status, kind) => {
      api.stored = manyRuns(3);
      api.fault = new ApiError(status, 'The reason.');
      await shown();
      expect(model.state.kind).toBe(kind);
      api.fault = null;
      await jest.advanceTimersByTimeAsync(10 * 60_000);
      expect(model.state).toEqual({ kind: 'ready' });
      expect(ids()).toHaveLength(3);
    }
  );

  it('leaves the list as it was', async () => {
    api.stored = manyRuns(3);
    await shown();
    api.fault = new ApiError(0, '');
    await model.refresh();
    expect(model.state.kind).toBe('unreachable');
    expect(ids()).toHaveLength(3);
    expect(model.fetchedAt).not.toBeNull();
  });

  it('is followed by a look at the version, which may be another one', async () => {
    await shown();
    expect(model.serverVersion).toBe('0.1.0');
    api.fault = new ApiError(0, '');
    await model.refresh();
    api.fault = null;
    api.version = '0.2.0';
    await model.refresh();
    expect(model.serverVersion).toBe('0.2.0');
  });
});
