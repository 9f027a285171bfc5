import { Submissions } from '../submissions';
import type { ISubmission } from '../types';
import { aRun, FakeApi } from './fakeApi';

let api: FakeApi;
let submissions: Submissions;

beforeEach(() => {
  api = new FakeApi();
  api.stored = [aRun(1, 'RUNNING')];
  submissions = new Submissions(api);
});

/** Answer the next question as things stand now, but only when what is returned is called. */
async function slow(): Promise<() => void> {
  const old = await api.submission('sheet-1');
  let arrive = (): void => undefined;
  jest.spyOn(api, 'submission').mockImplementationOnce(
    () =>
      new Promise<ISubmission>(resolve => {
        arrive = () => resolve(old);
      })
  );
  return () => arrive();
}

it('is as new as its runs when it was asked for last', async () => {
  const arrive = await slow();
  const late = submissions.fetch('sheet-1', 'now');
  api.move('run-1', 'COMPLETED', 1);
  await submissions.fetch('sheet-1', 'later');
  arrive();
  await late;
  expect(submissions.get('sheet-1')?.counts).toEqual({ COMPLETED: 1 });
});

it('comes from a slow server too, which is not asked again before', async () => {
  const arrive = await slow();
  const late = submissions.fetch('sheet-1', 'now');
  api.calls = [];
  await submissions.refetch('sheet-1');
  expect(api.calls).toEqual([]);
  arrive();
  await late;
  expect(submissions.get('sheet-1')?.counts).toEqual({ RUNNING: 1 });
});

it('stays, and is asked for again, after a failure', async () => {
  await submissions.fetch('sheet-1', 'now');
  jest.spyOn(api, 'submission').mockRejectedValueOnce(new Error('No.'));
  await submissions.refetch('sheet-1');
  expect(submissions.get('sheet-1')?.counts).toEqual({ RUNNING: 1 });
  api.move('run-1', 'COMPLETED', 1);
  await submissions.refetch('sheet-1');
  expect(submissions.get('sheet-1')?.counts).toEqual({ COMPLETED: 1 });
});

it('is not that of somebody who has signed out', async () => {
  const arrive = await slow();
  const late = submissions.fetch('sheet-1', 'now');
  submissions.clear();
  arrive();
  await late;
  expect(submissions.get('sheet-1')).toBeNull();
});

it('is asked for once for the same state of its runs, and again after a failure', async () => {
  await submissions.fetch('sheet-1', 'now');
  await submissions.fetch('sheet-1', 'now');
  expect(api.count('submission')).toBe(1);
  jest.spyOn(api, 'submission').mockRejectedValueOnce(new Error('No.'));
  await submissions.fetch('sheet-1', 'later');
  await submissions.fetch('sheet-1', 'later');
  expect(api.count('submission')).toBe(2);
});
