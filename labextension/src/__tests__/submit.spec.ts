import { nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';

import type { OtherTabs } from '../otherTabs';
import { ApiError } from '../problem';
import { RunHistoryModel } from '../model';
import { Session } from '../session';
import { Catalogue, guessPipeline } from '../submit/catalogue';
import type { SubmitModel } from '../submit/model';
import type { SheetText } from '../submit/sheetText';
import { Submitter } from '../submit/submitter';
import { aSubmitModel } from './aSubmitModel';
import { aPipeline, aReport, aRun, FakeApi } from './fakeApi';

const READS = aPipeline('ReadQC', {
  sample_id: true,
  reads_1: true,
  reads_2: false
});
const GENOMES = aPipeline('Genomes', {
  sample_id: true,
  genome_type: true,
  hifi_reads: true
});

const SIGNED_OUT = new ApiError(401, 'Please sign in.');

let api: FakeApi;
let history: RunHistoryModel;
let model: SubmitModel;

beforeEach(async () => {
  jest.useFakeTimers();
  api = new FakeApi();
  api.catalogue = [GENOMES, READS];
  history = new RunHistoryModel(new Session(api));
  model = aSubmitModel(history);
  await model.start();
});

afterEach(() => {
  model.dispose();
  history.dispose();
  jest.useRealTimers();
});

describe('the pipeline', () => {
  it('is guessed from the columns', () => {
    expect(model.pipeline?.name).toBe('ReadQC');
    expect(model.guessed).toBe(true);
    expect(
      guessPipeline(
        ['sample_id', ' Genome_Type', 'hifi_reads'],
        [READS, GENOMES]
      )
    ).toBe(GENOMES);
  });

  it('is not guessed from a name of a sample alone', () => {
    expect(guessPipeline(['sample_id'], [READS, GENOMES])).toBeNull();
    expect(guessPipeline(['x', 'y'], [READS, GENOMES])).toBeNull();
  });

  it('can be another one, for which the sheet is checked anew', async () => {
    api.calls = [];
    await model.choose('Genomes');
    expect(api.calls).toEqual(['validate Genomes project/samples.tsv']);
    expect(model.guessed).toBe(false);
  });
});

describe('submitting', () => {
  it('sends the same key until the answer is clear', async () => {
    api.fault = new ApiError(0, 'The server cannot be reached.');
    await model.submit();
    expect(model.error).toBe('The server cannot be reached.');
    api.fault = null;
    await model.submit();
    expect(new Set(api.keys).size).toBe(1);
    expect(model.submission?.submission_id).toBe('sheet-2');
  });

  it('happens once when it is pressed twice', async () => {
    await Promise.all([model.submit(), model.submit()]);
    expect(api.count('submit ')).toBe(1);
  });

  it('shows what it was refused for at its cells, and goes well afterwards', async () => {
    api.fault = new ApiError(422, 'One cell is wrong.', [
      {
        line: 3,
        row: 2,
        column: 'reads_1',
        value: 'x',
        code: 'missing',
        message: 'The file is gone.',
        suggestion: null
      }
    ]);
    await model.submit();
    expect(model.report?.valid).toBe(false);
    expect(model.report?.errors[0].line).toBe(3);
    api.fault = null;
    await model.submit();
    expect(model.submission?.submission_id).toBe('sheet-2');
  });

  it('is another submission each time that it is wanted', async () => {
    const submitter = new Submitter(api, nullTranslator.load(''));
    for (let time = 0; time < 2; time++) {
      const again = aSubmitModel(history, { submitter });
      await again.start();
      await again.submit();
      again.dispose();
    }
    expect(api.accepted.size).toBe(2);
  });

  it.each([
    ['by the server', new ApiError(0, 'No connection.')],
    ['by its database', new ApiError(503, 'The database is away.')],
    ['by a proxy', new ApiError(504, 'Gateway Timeout', [], false)],
    ['by the session', new ApiError(401, 'Please sign in.')]
  ])(
    'happens once also in another dialog, after an answer was lost and refused %s',
    async (_, fault) => {
      const submitter = new Submitter(api, nullTranslator.load(''));
      const first = aSubmitModel(history, { submitter });
      await first.start();
      api.losesAnswer = true;
      await first.submit();
      expect(first.submission).toBeNull();
      api.fault = fault;
      await first.submit();
      first.dispose();
      api.fault = null;
      await history.session.signIn('you@example.org');
      const second = aSubmitModel(history, { submitter });
      await second.start();
      await second.submit();
      expect(second.submission?.submission_id).toBe('sheet-2');
      expect(api.accepted.size).toBe(1);
      second.dispose();
    }
  );

  it('tells of an earlier version that was accepted without an answer', async () => {
    api.stored = [
      { ...aRun(2), submission_id: null },
      { ...aRun(1), submission_id: 'sheet-2' }
    ];
    api.losesAnswer = true;
    await model.submit();
    api.content = 'sample_id\nanother\n';
    await model.submit();
    expect(model.submission).toBeNull();
    expect(model.error).toContain('An earlier version of this sheet was');
    expect(model.earlier).toBe('sheet-2');
    // Whoever still wants it gets it.
    await model.submit();
    expect(model.error).toBe('');
    expect(model.submission).not.toBeNull();
    expect([...api.accepted.values()]).toEqual([
      'ReadQC sample_id\n',
      'ReadQC sample_id\nanother\n'
    ]);
  });

  it('does not happen with another sheet than was checked', async () => {
    let version = 'first';
    const text = {
      version: () => Promise.resolve(version)
    } as unknown as SheetText;
    const careful = aSubmitModel(history, { text });
    await careful.start();
    version = 'second';
    api.report = aReport({ rows: 7 });
    await careful.submit();
    expect(careful.submission).toBeNull();
    expect(careful.error).toContain('has changed since it was checked');
    expect(careful.report?.rows).toBe(7);
    await careful.submit();
    expect(careful.submission).not.toBeNull();
    careful.dispose();
  });

  it.each([
    ['the dialog is closed', (dialog: SubmitModel) => dialog.dispose()],
    ['all are signed out', () => history.session.stumble(SIGNED_OUT)]
  ])('does not happen when %s meanwhile', async (_, act) => {
    let arrive = (): void => undefined;
    let version = Promise.resolve('first');
    const text = { version: () => version } as unknown as SheetText;
    const slow = aSubmitModel(history, { text });
    await slow.start();
    version = new Promise(resolve => {
      arrive = () => resolve('first');
    });
    const submitted = slow.submit();
    act(slow);
    arrive();
    await submitted;
    expect(api.count('submit ')).toBe(0);
    slow.dispose();
  });

  it('is looked at again when something happens while it is', async () => {
    api.stored = [{ ...aRun(1, 'RUNNING'), submission_id: 'sheet-2' }];
    await model.submit();
    await jest.advanceTimersByTimeAsync(0);
    api.calls = [];
    let arrive = (): void => undefined;
    const old = await api.submission('sheet-2');
    jest.spyOn(api, 'submission').mockImplementationOnce(
      () =>
        new Promise(resolve => {
          arrive = () => resolve(old);
        })
    );
    history.hint('run-1');
    await jest.advanceTimersByTimeAsync(300);
    api.move('run-1', 'COMPLETED', 1);
    history.hint('run-1');
    arrive();
    await jest.advanceTimersByTimeAsync(300);
    expect(model.isDone).toBe(true);
  });

  it('is followed until all rows have ended', async () => {
    api.stored = [
      { ...aRun(2, 'RUNNING'), submission_id: 'sheet-2' },
      { ...aRun(1, 'SUBMITTED'), submission_id: 'sheet-2' }
    ];
    await model.submit();
    expect([model.ended, model.isDone]).toEqual([0, false]);
    api.move('run-2', 'COMPLETED', 1);
    history.hint('run-2');
    await jest.advanceTimersByTimeAsync(1_000);
    expect([model.ended, model.isDone]).toEqual([1, false]);
    api.move('run-1', 'FAILED', 1);
    await jest.advanceTimersByTimeAsync(20_000);
    expect([model.ended, model.isDone]).toEqual([2, true]);
    api.calls = [];
    await jest.advanceTimersByTimeAsync(120_000);
    expect(api.calls).toEqual([]);
  });
});

it('knows a pipeline that was added since the last dialog', async () => {
  const catalogue = new Catalogue(api);
  await catalogue.pipelines();
  api.catalogue = [...api.catalogue, aPipeline('New', { sample_id: true })];
  const next = aSubmitModel(history, { catalogue });
  await next.start();
  const names = next.pipelines.map(each => each.name);
  expect(names).toEqual(['Genomes', 'ReadQC', 'New']);
  expect((await catalogue.pipelines()).length).toBe(3);
  next.dispose();
});

describe('a sheet', () => {
  it('is checked anew for whoever signs in in its stead', async () => {
    api.report = aReport({ rows: 7 });
    await history.session.signIn('other@example.org');
    expect(model.report).toBeNull();
    await jest.advanceTimersByTimeAsync(0);
    expect(model.report?.rows).toBe(7);
  });

  it('that is on its way is shown to nobody else', async () => {
    api.stored = [{ ...aRun(1, 'RUNNING'), submission_id: 'sheet-2' }];
    await model.submit();
    await jest.advanceTimersByTimeAsync(0);
    await history.session.signIn('you@example.org');
    expect(model.submission?.submission_id).toBe('sheet-2');
    await history.session.signIn('other@example.org');
    expect(model.submission).toBeNull();
    await jest.advanceTimersByTimeAsync(0);
    expect(model.report?.valid).toBe(true);
  });

  it('is checked when the server is back that could not say who is here', async () => {
    const told = new Signal<object, void>({});
    const tabs = { told } as unknown as OtherTabs;
    const session = new Session(api, false, tabs);
    const other = new RunHistoryModel(session);
    const waiting = aSubmitModel(other);
    await waiting.start();
    jest
      .spyOn(api, 'me')
      .mockRejectedValue(new ApiError(0, 'The server cannot be reached.'));
    told.emit();
    await jest.advanceTimersByTimeAsync(0);
    expect(session.state.kind).toBe('unreachable');
    expect([waiting.report, waiting.isWaiting]).toEqual([null, true]);
    await session.ask(() => api.health(), false);
    await jest.advanceTimersByTimeAsync(0);
    expect(waiting.report?.valid).toBe(true);
    expect(waiting.isWaiting).toBe(false);
    waiting.dispose();
    other.dispose();
  });

  it('that is on its way is followed on after an expired session', async () => {
    api.stored = [{ ...aRun(1, 'RUNNING'), submission_id: 'sheet-2' }];
    await model.submit();
    api.fault = new ApiError(401, 'Please sign in.');
    await jest.advanceTimersByTimeAsync(20_000);
    expect(history.session.state.kind).toBe('signed-out');
    api.calls = [];
    await jest.advanceTimersByTimeAsync(60_000);
    expect(api.calls).toEqual([]);
    api.fault = null;
    api.move('run-1', 'COMPLETED', 1);
    await history.session.signIn('you@example.org');
    await jest.advanceTimersByTimeAsync(0);
    expect([model.isDone, model.error]).toEqual([true, '']);
    expect(api.count('submit ')).toBe(0);
  });

  it('is checked again on demand', async () => {
    api.report = aReport({ valid: false, error_count: 1 });
    await model.check();
    expect(model.report?.valid).toBe(false);
    api.report = aReport();
    await model.check();
    expect(model.report?.valid).toBe(true);
  });

  it('is checked as soon as somebody has signed in', async () => {
    model.dispose();
    api.user = null;
    model = aSubmitModel(history);
    await model.start();
    expect(history.session.state.kind).toBe('signed-out');
    await history.session.signIn('you@example.org');
    await jest.advanceTimersByTimeAsync(0);
    expect(model.report?.valid).toBe(true);
    expect(model.error).toBe('');
  });
});
