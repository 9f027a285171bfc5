import { ApiError } from '../problem';
import { SavingModel } from '../saving';
import { aRun, FakeApi } from './fakeApi';

describe('saving results', () => {
  let api: FakeApi;
  let saving: SavingModel;

  beforeEach(() => {
    api = new FakeApi();
    api.stored = [aRun(1)];
    saving = new SavingModel(
      api,
      'run-1',
      'results/gut_1',
      error => (error as Error).message
    );
  });

  it('takes a folder for all that is in it', () => {
    saving.choose('qc/a.txt', true);
    saving.choose('qc.html', true);
    saving.choose('qc/', true);
    expect([...saving.chosen]).toEqual(['qc.html', 'qc/']);
    expect(saving.has('qc/deep/b.txt')).toBe(true);
    saving.choose('qc/', false);
    expect(saving.has('qc/a.txt')).toBe(false);
  });

  it('leaves files alone whose names only begin alike', () => {
    saving.choose('a.txt.gz', true);
    saving.choose('a.txt', true);
    saving.choose('a.txt', false);
    expect([...saving.chosen]).toEqual(['a.txt.gz']);
  });

  it('says where they are now', async () => {
    saving.choose('a.txt', true);
    saving.setFolder('mine');
    await saving.save();
    expect(saving.saved?.files.map(each => each.saved_as)).toEqual([
      'mine/a.txt'
    ]);
    expect(saving.chosen.size).toBe(0);
  });

  it('keeps what is marked when it could not be done', async () => {
    saving.choose('a.txt', true);
    api.fault = new ApiError(409, 'There already: a.txt.');
    await saving.save();
    expect(saving.error).toBe('There already: a.txt.');
    expect(saving.saved).toBeNull();
    expect([...saving.chosen]).toEqual(['a.txt']);
  });
});
