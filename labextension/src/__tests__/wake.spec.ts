import { RunHistoryModel } from '../model';
import { Session } from '../session';
import { onWake } from '../wake';
import { RunWatch } from '../watch';
import { aRun, FakeApi } from './fakeApi';

const HOUR = 60 * 60_000;

let woken: number;

beforeEach(() => {
  jest.useFakeTimers();
  woken = 0;
});

afterEach(() => jest.useRealTimers());

function listen(): () => void {
  const listening = onWake(() => woken++);
  return () => listening.dispose();
}

/** Let the clock go on without any timer, as in a computer that sleeps. */
function sleep(time: number): void {
  jest.setSystemTime(Date.now() + time);
}

it('is told when the clock has jumped, and once', () => {
  const stop = listen();
  sleep(8 * HOUR);
  jest.advanceTimersByTime(30_000);
  expect(woken).toBe(1);
  jest.advanceTimersByTime(HOUR);
  expect(woken).toBe(1);
  stop();
});

it('is not told of timers that a browser lets come once a minute', () => {
  const stop = listen();
  for (let minute = 0; minute < 60; minute++) {
    sleep(30_000);
    jest.advanceTimersByTime(30_000);
  }
  expect(woken).toBe(0);
  stop();
});

it('is told when the network is back, until nobody listens', () => {
  const stop = listen();
  window.dispatchEvent(new Event('online'));
  expect(woken).toBe(1);
  stop();
  window.dispatchEvent(new Event('online'));
  sleep(HOUR);
  jest.advanceTimersByTime(HOUR);
  expect(woken).toBe(1);
});

it('makes the history and the watch look at once', async () => {
  const api = new FakeApi();
  const session = new Session(api);
  const history = new RunHistoryModel(session);
  const watch = new RunWatch(session);
  api.stored = [aRun(1, 'RUNNING')];
  history.setShown(api, true);
  watch.start();
  await jest.advanceTimersByTimeAsync(0);
  const listening = onWake(() => {
    history.wake();
    watch.wake();
  });
  api.move('run-1', 'COMPLETED', 9000);
  window.dispatchEvent(new Event('online'));
  await jest.advanceTimersByTimeAsync(0);
  expect(history.runs[0].status).toBe('COMPLETED');
  expect(watch.active).toBe(0);
  history.setShown(api, false);
  await session.signOut();
  api.calls = [];
  window.dispatchEvent(new Event('online'));
  await jest.advanceTimersByTimeAsync(0);
  expect(api.calls).toEqual([]);
  listening.dispose();
  watch.dispose();
  history.dispose();
});
