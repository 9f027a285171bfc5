import { nullTranslator } from '@jupyterlab/translation';

import { ApiError } from '../problem';
import { rerunNotebook, runInPython } from '../python';
import { RESULTS_INTERVAL, ResultsModel } from '../results';
import type { IResultNode } from '../resultTree';
import { treeOf } from '../resultTree';
import { size } from '../size';
import { aFile, aRun, FakeApi } from './fakeApi';

function drawn(nodes: readonly IResultNode[], depth = 0): string[] {
  return nodes.flatMap(node => [
    `${' '.repeat(depth)}${node.name}`,
    ...drawn(node.children, depth + 1)
  ]);
}

describe('the tree of results', () => {
  it('has folders first, and those that hold one folder alone in one line', () => {
    const paths = ['a/b/c/x.txt', 'a/b/c/y.txt', 'qc/z.txt', 'report.html'];
    expect(drawn(treeOf(paths.map(path => aFile(path))))).toEqual([
      'a/b/c/',
      ' x.txt',
      ' y.txt',
      'qc/',
      ' z.txt',
      'report.html'
    ]);
  });
});

describe('results', () => {
  let api: FakeApi;
  let results: ResultsModel;
  let grows: boolean;

  beforeEach(() => {
    jest.useFakeTimers();
    grows = false;
    api = new FakeApi();
    api.stored = [aRun(1)];
    api.files = ['1.tsv', '2.txt', '3.html', '4.bin'].map(path => aFile(path));
    api.files[2] = aFile('3.html', 'text/html');
    api.files[3] = aFile('4.bin', 'application/octet-stream');
    results = new ResultsModel({
      api,
      runId: 'run-1',
      row: { submissionId: 'sheet-1', sampleId: 'a.1' },
      mayGrow: () => grows,
      isShown: () => true,
      told: error => (error as Error).message
    });
  });

  afterEach(() => {
    results.dispose();
    jest.useRealTimers();
  });

  it.each([
    ['quast/report.tsv', 'quast/report.tsv'],
    ['qc/a.1/a.1_R1.tsv', 'qc/*/*_R1.tsv'],
    ['ba.1/a.10/a-1.tsv', 'ba.1/a.10/a-1.tsv'],
    ['a.1/of_a.1.tsv', '*/of_a.1.tsv'],
    ['a.1_a.1.tsv', '*_a.1.tsv']
  ])('%s is found in all runs of the sheet', (path, pattern) => {
    const url = `/submissions/sheet-1/tables?format=csv&path=${pattern}`;
    expect(results.sheetTableUrl(path)).toBe(url);
  });

  it('come page by page', async () => {
    await results.refresh();
    expect(results.files).toHaveLength(3);
    expect(results.hasMore).toBe(true);
    await results.loadMore();
    expect(results.files).toHaveLength(4);
    expect(results.hasMore).toBe(false);
  });

  it('are looked at again while a run writes them, all pages that are there', async () => {
    grows = true;
    await results.refresh();
    await results.loadMore();
    const following = results.follow();
    api.files = ['0', '1', '2', '3', '4', '5', '6'].map(name => aFile(name));
    await jest.advanceTimersByTimeAsync(RESULTS_INTERVAL);
    expect(results.files?.map(each => each.path)).toEqual(
      ['0', '1', '2', '3', '4', '5'] // two pages, as before
    );
    expect(results.hasMore).toBe(true);
    api.calls = [];
    grows = false;
    await jest.advanceTimersByTimeAsync(10 * RESULTS_INTERVAL);
    expect(api.calls).toEqual([]);
    grows = true;
    following.dispose();
    await jest.advanceTimersByTimeAsync(10 * RESULTS_INTERVAL);
    expect(api.calls).toEqual([]);
  });

  it('are not drawn again as long as nothing has changed', async () => {
    grows = true;
    await results.refresh();
    const { files } = results;
    const drawn = jest.fn();
    results.changed.connect(drawn);
    const following = results.follow();
    await jest.advanceTimersByTimeAsync(5 * RESULTS_INTERVAL);
    expect(api.count('results')).toBeGreaterThan(3);
    expect(drawn).not.toHaveBeenCalled();
    expect(results.files).toBe(files);
    api.files = [];
    await jest.advanceTimersByTimeAsync(RESULTS_INTERVAL);
    expect(results.files).toEqual([]);
    following.dispose();
  });

  it('are asked for less often while they cannot be had, and said to be old', async () => {
    grows = true;
    await results.refresh();
    const following = results.follow();
    api.fault = new ApiError(502, 'S3 does not answer.');
    await jest.advanceTimersByTimeAsync(RESULTS_INTERVAL);
    expect(results.error).toBe('S3 does not answer.');
    expect(results.files).toHaveLength(3);
    api.fault = null;
    await jest.advanceTimersByTimeAsync(60_000);
    expect(results.error).toBe('');
    following.dispose();
  });

  it('are not put back by an answer that comes late', async () => {
    let arrive = (): void => undefined;
    const first = await api.results('run-1');
    jest.spyOn(api, 'results').mockImplementationOnce(
      () =>
        new Promise(resolve => {
          arrive = () => resolve(first);
        })
    );
    const late = results.refresh();
    api.files = [aFile('only.txt')];
    await results.refresh();
    arrive();
    await late;
    expect(results.files?.map(each => each.path)).toEqual(['only.txt']);
  });

  it('come once when more is asked for twice', async () => {
    await results.refresh();
    await Promise.all([results.loadMore(), results.loadMore()]);
    expect(results.files).toHaveLength(4);
    expect(api.count('results')).toBe(2);
  });

  it('come with the next page when both are asked for at once', async () => {
    await results.refresh();
    await Promise.all([results.loadMore(), results.refresh()]);
    expect(results.files).toHaveLength(4);
  });

  it.each([
    [0, 'table'],
    [1, 'text'],
    [2, 'page'],
    [3, 'none']
  ])('are shown as what they are: file %i as a %s', async (at, kind) => {
    await results.open(api.files[at]);
    expect(results.preview.kind).toBe(kind);
    await results.open(api.files[at]);
    expect(results.opened).toBeNull();
  });

  it('say why they cannot be shown', async () => {
    api.fault = new ApiError(502, 'S3 does not answer.');
    await results.refresh();
    expect(results.error).toBe('S3 does not answer.');
    await results.open(api.files[0]);
    expect(results.preview).toEqual({
      kind: 'error',
      message: 'S3 does not answer.'
    });
  });
});

describe('a run in Python', () => {
  it('is found by its id', () => {
    expect(runInPython(aRun(1))).toContain('client.run("run-1")');
  });

  it('is no code that a sample has brought', () => {
    const run = { ...aRun(1), sample_id: 'x\nimport os' };
    expect(runInPython(run).split('\n')).toHaveLength(5);
  });

  it('is a notebook that submits its row again', () => {
    const notebook = rerunNotebook(
      {
        ...aRun(1),
        tsv_row: { sample_id: 'gut_1', note: 'a "b"\tc' },
        status_history: []
      },
      'project',
      nullTranslator.load('')
    ) as { cells: { id: string; source: string }[] };
    const text = notebook.cells.map(cell => cell.source).join('\n');
    expect(text).toContain(
      String.raw`SHEET = "sample_id\tnote\ngut_1\t\"a \"\"b\"\"\tc\"\n"`
    );
    expect(text).toContain('FOLDER = "project"');
    expect(text).toContain('REVISION = None');
    expect(text).toMatch(/if revision != REVISION:\n +raise OmniDomainError/);
    expect(new Set(notebook.cells.map(cell => cell.id)).size).toBe(
      notebook.cells.length
    );
  });
});

it('tells sizes in words', () => {
  const trans = nullTranslator.load('');
  expect(
    [0, 1023, 87 * 1024, 2.1 * 1024 ** 2].map(n => size(n, trans))
  ).toEqual(['0 B', '1023 B', '87 kB', '2.1 MB']);
});
