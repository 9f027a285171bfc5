import { forEach } from '../bulk';
import { RunHistoryModel } from '../model';
import { ApiError } from '../problem';
import { Session } from '../session';
import type { IRun } from '../types';
import { aRun, FakeApi, manyRuns } from './fakeApi';

let api: FakeApi;
let model: RunHistoryModel;

beforeEach(() => {
  api = new FakeApi();
  model = new RunHistoryModel(new Session(api));
});

afterEach(() => model.dispose());

const cancel = (run: IRun): Promise<IRun> => api.cancel(run.run_id);

it('asks for all of them, and tells which were refused, and why', async () => {
  api.stored = [aRun(3, 'RUNNING'), aRun(2, 'COMPLETED'), aRun(1, 'RUNNING')];
  const hinted: string[] = [];
  model.hinted.connect((_, runId) => hinted.push(runId));
  const { done, refused } = await forEach(model, api.stored, cancel);
  expect(done).toBe(2);
  expect(refused).toEqual([
    { run: api.stored[1], reason: 'This run is COMPLETED already.' }
  ]);
  expect(hinted.sort()).toEqual(['run-1', 'run-3']);
});

it('asks for a few at a time', async () => {
  let [going, most] = [0, 0];
  const { done } = await forEach(model, manyRuns(50), async run => {
    most = Math.max(most, ++going);
    await Promise.resolve();
    going--;
    return run;
  });
  expect([done, most]).toEqual([50, 4]);
});

it('stops when nobody is signed in any more, and asks for it', async () => {
  api.fault = new ApiError(401, 'Please sign in.');
  api.stored = manyRuns(50);
  const { done, refused } = await forEach(model, api.stored, cancel);
  expect(done).toBe(0);
  expect(refused.length).toBeLessThanOrEqual(4);
  expect(api.count('cancel')).toBeLessThanOrEqual(4);
  expect(model.session.state.kind).toBe('signed-out');
});
