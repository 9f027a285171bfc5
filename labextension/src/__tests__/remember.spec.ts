import type { IStateDB } from '@jupyterlab/statedb';
import { StateDB } from '@jupyterlab/statedb';

import { NEWEST_FIRST } from '../arrange';
import { NO_FILTER } from '../filter';
import { RunHistoryModel } from '../model';
import { keepView } from '../remember';
import { Session } from '../session';
import { FakeApi } from './fakeApi';

const KEY = 'omnidomain-jupyter:run-history';
const FILTER = {
  ...NO_FILTER,
  status: ['FAILED' as const],
  text: 'gut',
  since: 'days' as const,
  from: '2026-01-02',
  to: '2026-01-03'
};

let state: IStateDB;
let models: RunHistoryModel[];

beforeEach(() => {
  jest.useFakeTimers();
  state = new StateDB();
  models = [];
});

afterEach(() => {
  models.forEach(model => model.dispose());
  jest.useRealTimers();
});

function aModel(): RunHistoryModel {
  const model = new RunHistoryModel(new Session(new FakeApi()));
  models.push(model);
  return model;
}

/** A list as it is after the page was loaded again. */
async function reloaded(): Promise<RunHistoryModel> {
  const model = aModel();
  await keepView(model, state, KEY);
  return model;
}

it('is as it was left', async () => {
  const model = await reloaded();
  await model.setFilter(FILTER);
  model.view.sortBy('sample');
  model.view.setGrouped(true);
  await jest.advanceTimersByTimeAsync(1_000);
  const later = await reloaded();
  expect(later.filter).toEqual(FILTER);
  expect(later.view.sort).toEqual({ key: 'sample', descending: false });
  expect(later.view.grouped).toBe(true);
});

it('is kept once when much has changed', async () => {
  const save = jest.spyOn(state, 'save');
  const model = await reloaded();
  for (const text of ['g', 'gu', 'gut']) {
    await model.setFilter({ ...NO_FILTER, text });
    await jest.advanceTimersByTimeAsync(100);
  }
  await jest.advanceTimersByTimeAsync(1_000);
  expect(save).toHaveBeenCalledTimes(1);
  // What is fetched is no change of how it is left.
  await model.refresh();
  await jest.advanceTimersByTimeAsync(1_000);
  expect(save).toHaveBeenCalledTimes(1);
});

it.each([
  ['is broken', 'no object'],
  ['is of another version', { filter: 7, sort: 'sample', grouped: 'yes' }],
  [
    'has parts of another version',
    {
      filter: { status: ['GONE'], since: 'year', text: null, pipeline: ['a'] },
      sort: { key: 'toString' }
    }
  ]
])('is as usual when what was kept %s', async (_, kept) => {
  await state.save(KEY, kept);
  const model = await reloaded();
  expect(model.filter).toEqual(NO_FILTER);
  expect(model.view.sort).toEqual(NEWEST_FIRST);
  expect(model.view.grouped).toBe(false);
});

it('is as usual when nothing can be kept', async () => {
  jest.spyOn(state, 'fetch').mockRejectedValue(new Error('Full.'));
  jest.spyOn(state, 'save').mockRejectedValue(new Error('Full.'));
  const model = await reloaded();
  expect(model.filter).toEqual(NO_FILTER);
  await model.setFilter(FILTER);
  await jest.advanceTimersByTimeAsync(1_000);
  expect(model.filter).toEqual(FILTER);
});

it('does not take away what somebody has asked for meanwhile', async () => {
  await state.save(KEY, { filter: { ...NO_FILTER, text: 'old' } });
  const model = aModel();
  const keeping = keepView(model, state, KEY);
  await model.setFilter(FILTER);
  await keeping;
  expect(model.filter).toEqual(FILTER);
});
