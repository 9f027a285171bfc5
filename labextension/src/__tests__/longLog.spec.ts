import { LOG_INTERVAL, RunDetailsModel } from '../details';
import { RunHistoryModel } from '../model';
import { aRun, FakeApi } from './fakeApi';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

async function opened(api: FakeApi) {
  const history = new RunHistoryModel(api);
  history.setShown(true);
  await jest.advanceTimersByTimeAsync(0);
  const details = new RunDetailsModel(history, history.runs[0]);
  await details.start();
  await jest.advanceTimersByTimeAsync(0);
  return { history, details };
}

it('shows the end of a log that is longer than one look brings, after the run has ended', async () => {
  const api = new FakeApi();
  api.stored = [aRun(1, 'COMPLETED')];
  api.log = Array.from({ length: 25_000 }, (_, n) => `line ${n}`);
  const { history, details } = await opened(api);
  await jest.advanceTimersByTimeAsync(10 * LOG_INTERVAL);
  expect(details.lines?.[details.lines.length - 1]).toBe('line 24999');
  api.calls = [];
  await jest.advanceTimersByTimeAsync(60_000);
  expect(api.count('logs')).toBe(0);
  details.dispose();
  history.dispose();
});

it('does not ask for the log while the view is hidden, and goes on when it is shown', async () => {
  const api = new FakeApi();
  api.stored = [aRun(1, 'RUNNING')];
  const { history, details } = await opened(api);
  history.setShown(false);
  await jest.advanceTimersByTimeAsync(0);
  api.calls = [];
  await jest.advanceTimersByTimeAsync(60_000);
  expect(api.count('logs')).toBe(0);
  history.setShown(true);
  await jest.advanceTimersByTimeAsync(2 * LOG_INTERVAL);
  expect(api.count('logs')).toBeGreaterThan(0);
  details.dispose();
  history.dispose();
});
