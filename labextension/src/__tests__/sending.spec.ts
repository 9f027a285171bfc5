import { nullTranslator } from '@jupyterlab/translation';

import { sendFile } from '../submit/sending';
import { FakeApi } from './fakeApi';

const DATA = '0123456789';

let api: FakeApi;
let answers: number[];
let sent: { url: string; init: RequestInit; size: number }[];
let controller: AbortController;

beforeEach(() => {
  jest.useFakeTimers();
  api = new FakeApi();
  answers = [];
  sent = [];
  controller = new AbortController();
  window.localStorage.clear();
  globalThis.fetch = jest.fn((url: string, init: RequestInit) => {
    sent.push({ url, init, size: (init.body as Blob).size });
    const status = answers.shift() ?? 200;
    if (status === 0) {
      return Promise.reject(new TypeError('Failed to fetch'));
    }
    return Promise.resolve({ status } as Response);
  }) as unknown as typeof fetch;
});

afterEach(() => jest.useRealTimers());

async function send(told: number[] = []): Promise<string> {
  const ended = sendFile(
    api,
    new File([DATA], 'a.fastq.gz', { lastModified: 1 }),
    {
      onProgress: bytes => told.push(bytes),
      signal: controller.signal,
      trans: nullTranslator.load('')
    }
  );
  ended.catch(() => undefined);
  await jest.advanceTimersByTimeAsync(60_000);
  return ended;
}

it('cuts a file, and sends each part with its headers and nothing else', async () => {
  const told: number[] = [];
  await expect(send(told)).resolves.toBe('s3://lab/a.fastq.gz');
  expect(sent.map(each => each.size).sort()).toEqual([2, 4, 4]);
  expect(told[told.length - 1]).toBe(DATA.length);
  for (const { init, url } of sent) {
    expect(init.credentials).toBe('omit');
    expect(init.headers).toEqual({
      'x-amz-checksum-sha256': `sum ${url.slice(-1)}`
    });
  }
  expect(api.count('abort')).toBe(0);
});

it('sends a part that broke again, by a new address', async () => {
  answers = [0, 503];
  await expect(send()).resolves.toBe('s3://lab/a.fastq.gz');
  expect(sent.length).toBe(5);
  expect(api.count('links')).toBe(5);
});

it('takes everything back when S3 refuses a part', async () => {
  answers = [403];
  await expect(send()).rejects.toThrow('S3 refused the file (HTTP 403).');
  expect(api.calls[api.calls.length - 1]).toBe('abort upload-1');
});

it('takes everything back when it is cancelled', async () => {
  controller.abort();
  await expect(send()).rejects.toBeDefined();
  expect(sent).toEqual([]);
  expect(api.calls[api.calls.length - 1]).toBe('abort upload-1');
});

const KEY = 'omnidomain-jupyter:upload:a.fastq.gz:10:1';

it('keeps what has arrived when S3 cannot be reached, and goes on next time', async () => {
  answers = [200, 200, 0, 0, 0, 0, 0];
  await expect(send()).rejects.toThrow('Choose the file again to go on.');
  expect(api.count('abort')).toBe(0);
  expect(window.localStorage.getItem(KEY)).toBe('upload-1');
  api.begun = {
    ...(await api.beginUpload({
      filename: 'a.fastq.gz',
      size_bytes: DATA.length,
      checksums: false,
      sha256: null
    })),
    done_parts: [1, 2],
    done_bytes: 8
  };
  sent = [];
  const told: number[] = [];
  await expect(send(told)).resolves.toBe('s3://lab/a.fastq.gz');
  expect(sent.map(each => each.size)).toEqual([2]);
  expect(told).toEqual([8, 10]);
  expect(window.localStorage.getItem(KEY)).toBeNull();
});

it('begins anew when the upload that it remembers is gone', async () => {
  window.localStorage.setItem(KEY, 'of-somebody-else');
  await expect(send()).resolves.toBe('s3://lab/a.fastq.gz');
  expect(sent.length).toBe(3);
});

it('forgets what was taken back', async () => {
  answers = [403];
  await expect(send()).rejects.toBeDefined();
  expect(window.localStorage.getItem(KEY)).toBeNull();
});
