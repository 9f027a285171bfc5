import { ApiError } from '../problem';
import { RunDetailsModel } from '../details';
import { NO_FILTER } from '../filter';
import { LOG_INTERVAL, LOG_TAIL } from '../log';
import { RunHistoryModel } from '../model';
import { Session } from '../session';
import { aRun, FakeApi } from './fakeApi';

let api: FakeApi;
let history: RunHistoryModel;
let details: RunDetailsModel;

beforeEach(async () => {
  jest.useFakeTimers();
  api = new FakeApi();
  api.stored = [aRun(1, 'RUNNING')];
  history = new RunHistoryModel(new Session(api));
  history.setShown({}, true);
  await jest.advanceTimersByTimeAsync(0);
  details = new RunDetailsModel(history, history.runs[0]);
});

afterEach(() => {
  details.dispose();
  history.dispose();
  jest.useRealTimers();
});

async function started(): Promise<void> {
  await details.start();
  await jest.advanceTimersByTimeAsync(0);
}

describe('the log', () => {
  it('is followed while the run is active, each line once', async () => {
    api.log = ['one'];
    await started();
    expect(details.log.lines).toEqual(['one']);
    api.log = ['one', 'two', 'three'];
    await jest.advanceTimersByTimeAsync(LOG_INTERVAL);
    expect(details.log.lines).toEqual(['one', 'two', 'three']);
  });

  it('is left alone once a run has ended long ago', async () => {
    api.log = ['one'];
    api.move('run-1', 'COMPLETED', 1000);
    await history.refresh();
    await started();
    api.calls = [];
    await jest.advanceTimersByTimeAsync(60_000);
    expect(details.log.lines).toEqual(['one']);
    expect(api.count('logs')).toBe(0);
  });

  it('keeps its end and says that the rest is left out', async () => {
    api.log = Array.from({ length: LOG_TAIL + 500 }, (_, n) => `line ${n}`);
    await started();
    expect(details.log.lines).toHaveLength(LOG_TAIL);
    expect(details.log.lines?.[LOG_TAIL - 1]).toBe(`line ${LOG_TAIL + 499}`);
    expect(details.log.isCut).toBe(true);
  });

  it('says that it is not up to date, and catches up', async () => {
    api.log = ['one'];
    await started();
    api.fault = new ApiError(502, 'The backend is away.');
    await jest.advanceTimersByTimeAsync(LOG_INTERVAL);
    expect(details.log.error).toBe('The backend is away.');
    expect(details.log.lines).toEqual(['one']);
    api.fault = null;
    api.log = ['one', 'two'];
    await jest.advanceTimersByTimeAsync(60_000);
    expect(details.log.error).toBe('');
    expect(details.log.lines).toEqual(['one', 'two']);
  });
});

describe('the details', () => {
  it('follow the list', async () => {
    await started();
    api.move('run-1', 'FAILED', 5000);
    await history.refresh();
    await jest.advanceTimersByTimeAsync(0);
    expect(details.run.status).toBe('FAILED');
    expect(details.detail?.status).toBe('FAILED');
  });

  it('cancel a run, and wait for its status', async () => {
    await started();
    await details.cancel();
    expect(api.count('cancel run-1')).toBe(1);
    expect(details.doing).toBe('cancelling');
    api.move('run-1', 'CANCELLED', 5000);
    await history.refresh();
    expect(details.doing).toBe('nothing');
    expect(details.run.status).toBe('CANCELLED');
  });

  it('say why a run could not be cancelled', async () => {
    await started();
    api.stored = [aRun(1, 'COMPLETED')];
    await details.cancel();
    expect(details.doing).toBe('nothing');
    expect(details.doingError).toBe('This run is COMPLETED already.');
  });

  it('lead to the new run when this one is resumed', async () => {
    api.stored = [aRun(1, 'FAILED')];
    await started();
    expect((await details.resume())?.parent_run_id).toBe('run-1');
    expect(details.doing).toBe('nothing');
  });

  it('tell why a run has failed', async () => {
    api.stored = [aRun(1, 'FAILED')];
    await started();
    expect(details.failure?.exit_code).toBe(137);
  });

  it('follow a run that the filter has taken out of the list', async () => {
    await started();
    api.move('run-1', 'COMPLETED', 5000);
    await history.setFilter({ ...history.filter, status: ['RUNNING'] });
    history.hint('run-1');
    await jest.advanceTimersByTimeAsync(1000);
    expect(details.run.status).toBe('COMPLETED');
  });

  describe('of a run that the filter has taken out of the list', () => {
    beforeEach(async () => {
      await started();
      await history.setFilter({ ...NO_FILTER, text: 'other' });
      await jest.advanceTimersByTimeAsync(60_000);
      api.calls = [];
    });

    it('are looked at with the list, for a hint may be lost', async () => {
      api.move('run-1', 'COMPLETED', 5000);
      await jest.advanceTimersByTimeAsync(60_000);
      expect(details.run.status).toBe('COMPLETED');
      expect(details.detail?.status).toBe('COMPLETED');
      api.calls = [];
      await jest.advanceTimersByTimeAsync(10 * 60_000);
      expect(api.count('run ')).toBe(0);
    });

    it('are not asked for again at every hint of other runs', async () => {
      for (let at = 0; at < 10; at++) {
        await history.refresh();
        await jest.advanceTimersByTimeAsync(500);
      }
      expect(api.count('run ')).toBeLessThanOrEqual(1);
    });
  });

  it('keep the last answer, whichever comes last', async () => {
    await started();
    let arrive = (): void => undefined;
    jest.spyOn(api, 'run').mockImplementationOnce(
      () =>
        new Promise((_, reject) => {
          arrive = () => reject(new ApiError(502, 'Too late.'));
        })
    );
    const late = details.refresh();
    await details.refresh();
    arrive();
    await late;
    expect(details.error).toBe('');
  });

  it('are fetched once the list can be had again', async () => {
    api.fault = new ApiError(0, 'The server cannot be reached.');
    await details.refresh();
    expect(details.error).toBe('The server cannot be reached.');
    api.fault = null;
    await jest.advanceTimersByTimeAsync(1000);
    await history.refresh();
    await jest.advanceTimersByTimeAsync(0);
    expect(details.error).toBe('');
    expect(details.detail).not.toBeNull();
  });

  it('do not ask for a sign-in once they are closed', async () => {
    await started();
    let arrive = (): void => undefined;
    api.gate = new Promise(resolve => {
      arrive = resolve;
    });
    api.fault = new ApiError(401, 'Please sign in.');
    const late = Promise.all([details.refresh(), details.cancel()]);
    details.dispose();
    arrive();
    await late;
    expect(history.session.state.kind).toBe('ready');
  });

  it('lead to the sign-in when the session has ended', async () => {
    await started();
    api.fault = new ApiError(401, 'Please sign in.');
    await details.refresh();
    await jest.advanceTimersByTimeAsync(0);
    expect(history.session.state.kind).toBe('signed-out');
  });
});
