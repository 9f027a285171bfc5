import { RunHistoryModel } from '../model';
import { OpenRun } from '../openRun';
import { Session } from '../session';
import type { IRunDetail } from '../types';
import { aRun, FakeApi } from './fakeApi';

let api: FakeApi;
let history: RunHistoryModel;
let openRun: OpenRun;

beforeEach(() => {
  jest.useFakeTimers();
  api = new FakeApi();
  api.stored = [aRun(2), aRun(1)];
  history = new RunHistoryModel(new Session(api));
  openRun = new OpenRun(history);
});

afterEach(() => {
  openRun.dispose();
  history.dispose();
  jest.useRealTimers();
});

function shown(): string | undefined {
  return openRun.details?.run.run_id;
}

/** Let the next look at a run be answered only when what is returned is called. */
function slow(): () => void {
  let arrive = (): void => undefined;
  const answer = api.run.bind(api);
  jest.spyOn(api, 'run').mockImplementationOnce(
    runId =>
      new Promise<IRunDetail>((resolve, reject) => {
        arrive = () => void answer(runId).then(resolve, reject);
      })
  );
  return () => arrive();
}

it('is the one that was asked for last, not the one that came last', async () => {
  const arrive = slow();
  const first = openRun.openById('run-1');
  await openRun.openById('run-2');
  arrive();
  await first;
  expect(shown()).toBe('run-2');
});

it.each([
  ['another was opened in the list', () => openRun.open(aRun(2)), 'run-2'],
  ['it was closed', () => openRun.close(), undefined],
  ['the view has gone', () => openRun.dispose(), undefined]
])('is not one that comes after %s', async (_, act, expected) => {
  const arrive = slow();
  const opening = openRun.openById('run-1');
  act();
  arrive();
  await opening;
  expect(shown()).toBe(expected);
});

it('says why one cannot be shown, until another is', async () => {
  await openRun.openById('run-9');
  expect(openRun.error).toBe('There is no such run.');
  openRun.open(aRun(1));
  await openRun.openById('run-9');
  openRun.open(aRun(1));
  expect(openRun.error).toBe('');
});

it('leads to the sign-in when nobody is signed in', async () => {
  await history.session.ask(() => api.runs({}));
  api.user = null;
  jest.spyOn(api, 'run').mockImplementation(() => api.me() as never);
  await openRun.openById('run-1');
  expect(history.session.state.kind).toBe('signed-out');
  expect(openRun.error).toBe('');
});

it('is gone with who was signed in', async () => {
  openRun.open(aRun(1));
  await history.session.signOut();
  expect(openRun.details).toBeNull();
});
