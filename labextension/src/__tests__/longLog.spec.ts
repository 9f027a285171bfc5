import { RunDetailsModel } from '../details';
import { LOG_INTERVAL } from '../log';
import { RunHistoryModel } from '../model';
import { Session } from '../session';
import { aRun, FakeApi } from './fakeApi';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

async function opened(api: FakeApi) {
  const history = new RunHistoryModel(new Session(api));
  history.setShown(api, true);
  await jest.advanceTimersByTimeAsync(0);
  const details = new RunDetailsModel(history, history.runs[0]);
  await details.start();
  await jest.advanceTimersByTimeAsync(0);
  return { history, details };
}

it('asks for the end of a long log at once, and once', async () => {
  const api = new FakeApi();
  api.stored = [aRun(1, 'COMPLETED')];
  api.log = Array.from({ length: 25_000 }, (_, n) => `line ${n}`);
  const { history, details } = await opened(api);
  await jest.advanceTimersByTimeAsync(10 * LOG_INTERVAL);
  expect(details.log.lines?.slice(-1)).toEqual(['line 24999']);
  expect(api.count('logs')).toBe(1);
  details.dispose();
  history.dispose();
});

it('does not ask for the log while the view is hidden, and goes on when it is shown', async () => {
  const api = new FakeApi();
  api.stored = [aRun(1, 'RUNNING')];
  const { history, details } = await opened(api);
  history.setShown(api, false);
  await jest.advanceTimersByTimeAsync(0);
  api.calls = [];
  await jest.advanceTimersByTimeAsync(60_000);
  expect(api.count('logs')).toBe(0);
  history.setShown(api, true);
  await jest.advanceTimersByTimeAsync(2 * LOG_INTERVAL);
  expect(api.count('logs')).toBeGreaterThan(0);
  details.dispose();
  history.dispose();
});

it('shows lines as a terminal does', async () => {
  const escape = String.fromCharCode(27);
  const api = new FakeApi();
  api.stored = [aRun(1, 'COMPLETED')];
  api.log = [
    `${escape}[32mgood${escape}[0m`,
    `10%\r50%\r100%${escape}[A`,
    'as it is\r'
  ];
  const { history, details } = await opened(api);
  expect(details.log.lines).toEqual(['good', '100%', 'as it is']);
  details.dispose();
  history.dispose();
});
