import { nullTranslator } from '@jupyterlab/translation';

import { RunHistoryModel } from '../model';
import { Session } from '../session';
import { share, size } from '../size';
import { Submissions } from '../submissions';
import type { IUploadProgress } from '../types';
import { isUploading, needText, progressText } from '../uploads';
import { aSubmitModel } from './aSubmitModel';
import { aRun, FakeApi } from './fakeApi';

const GB = 1024 ** 3;
const trans = nullTranslator.load('');

let api: FakeApi;

beforeEach(() => {
  jest.useFakeTimers();
  api = new FakeApi();
  api.stored = [{ ...aRun(1, 'CREATED'), submission_id: 'sheet-2' }];
});

afterEach(() => jest.useRealTimers());

function far(done_files: number, done_bytes: number): IUploadProgress {
  return { files: 3, done_files, bytes: 4.2 * GB, done_bytes };
}

describe('what goes to S3', () => {
  it('is told before', () => {
    expect(needText({ files: 3, bytes: 4.2 * GB }, trans)).toBe(
      '3 files, 4.2 GB, go to S3 first'
    );
    expect(needText({ files: 1, bytes: 700 }, trans)).toBe(
      '1 file, 700 B, goes to S3 first'
    );
    expect(needText({ files: 0, bytes: 0 }, trans)).toBe('');
    expect(needText(null, trans)).toBe('');
    expect(needText(undefined, trans)).toBe('');
  });

  it('is told while rows wait for it', async () => {
    api.uploads = far(2, 1.2 * GB);
    const sheet = await api.submission('sheet-2');
    expect(progressText(sheet, trans)).toBe('2 of 3 files, 1.2 of 4.2 GB');
    // Rows that were cancelled or refused wait for nothing.
    api.move('run-1', 'CANCELLED', 1);
    expect(progressText(await api.submission('sheet-2'), trans)).toBe('');
    expect(isUploading(null)).toBe(false);
  });

  it('has the unit of all of it', () => {
    expect(share(0, 4.2 * GB, trans)).toBe('0.0 of 4.2 GB');
    expect(share(5, 700, trans)).toBe('5 of 700 B');
    expect(share(3 * GB, 42 * GB, trans)).toBe('3 of 42 GB');
    expect(size(2_202_009, trans)).toBe('2.1 MB');
    expect(size(3000 * 1024 ** 4, trans)).toBe('3000 TB');
  });
});

it('is looked at often while it is on its way, and rarely afterwards', async () => {
  const history = new RunHistoryModel(new Session(api));
  const model = aSubmitModel(history);
  await model.start();
  api.uploads = far(0, 0);
  await model.submit();
  api.uploads = far(1, GB);
  await jest.advanceTimersByTimeAsync(2_100);
  expect(model.submission?.uploads?.done_files).toBe(1);
  api.uploads = far(3, 4.2 * GB);
  await jest.advanceTimersByTimeAsync(2_100);
  api.calls = [];
  await jest.advanceTimersByTimeAsync(10_000);
  expect(api.count('submission')).toBe(0);
  model.dispose();
  history.dispose();
});

it('is fetched again although no run has changed', async () => {
  const submissions = new Submissions(api);
  await submissions.refetch('sheet-2'); // of which nobody has asked
  expect(api.calls).toEqual([]);
  await submissions.fetch('sheet-2', 'now');
  api.uploads = far(1, GB);
  await submissions.fetch('sheet-2', 'now');
  expect(submissions.get('sheet-2')?.uploads).toBeNull();
  await submissions.refetch('sheet-2');
  expect(submissions.get('sheet-2')?.uploads?.done_files).toBe(1);
});
