import { ApiError } from '../problem';
import { RunHistoryModel } from '../model';
import { Session } from '../session';
import { Catalogue, guessPipeline } from '../submit/catalogue';
import { SubmitModel } from '../submit/model';
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

let api: FakeApi;
let history: RunHistoryModel;
let model: SubmitModel;

beforeEach(async () => {
  jest.useFakeTimers();
  api = new FakeApi();
  api.catalogue = [GENOMES, READS];
  history = new RunHistoryModel(new Session(api));
  model = new SubmitModel(history, new Catalogue(api), 'project/samples.tsv');
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

  it('takes another key after a refusal, and shows the faults at their cells', async () => {
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
    expect(new Set(api.keys).size).toBe(2);
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

describe('a sheet', () => {
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
    model = new SubmitModel(history, new Catalogue(api), 'project/samples.tsv');
    await model.start();
    expect(history.session.state.kind).toBe('signed-out');
    await history.session.signIn('you@example.org');
    await jest.advanceTimersByTimeAsync(0);
    expect(model.report?.valid).toBe(true);
    expect(model.error).toBe('');
  });
});
