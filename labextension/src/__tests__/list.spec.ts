import type { Line } from '../arrange';
import { isFiltering, NO_FILTER, queryOf } from '../filter';
import { ListView } from '../listView';
import { Selection } from '../selection';
import { aRun } from './fakeApi';

function shown(lines: readonly Line[]): string[] {
  return lines.map(line =>
    line.kind === 'run' ? line.run.sample_id : `of ${line.submissionId}`
  );
}

describe('the order of the list', () => {
  const runs = [
    { ...aRun(3, 'RUNNING'), sample_id: 'gut_10' },
    { ...aRun(2), sample_id: 'gut_9', submission_id: 'sheet-2' },
    { ...aRun(1, 'FAILED'), sample_id: 'gut_2' }
  ];

  it('is the newest first, and the oldest at a second press', () => {
    const view = new ListView();
    expect(shown(view.lines(runs))).toEqual(['gut_10', 'gut_9', 'gut_2']);
    view.sortBy('submitted');
    expect(shown(view.lines(runs))).toEqual(['gut_2', 'gut_9', 'gut_10']);
  });

  it('has the newest sheet first, and its runs together', () => {
    const view = new ListView();
    const sheets = [
      { ...aRun(6), submission_id: 'b' },
      { ...aRun(5), submission_id: null },
      { ...aRun(4), submission_id: 'a' },
      { ...aRun(3), submission_id: 'b' },
      { ...aRun(2), submission_id: 'c' },
      { ...aRun(1), submission_id: 'c' }
    ];
    view.sortBy('submission');
    expect(shown(view.lines(sheets))).toEqual([
      'gut_5',
      'gut_4',
      'gut_6',
      'gut_3',
      'gut_2',
      'gut_1'
    ]);
    view.sortBy('submission');
    expect(shown(view.lines(sheets))[0]).toBe('gut_2');
  });

  it('takes numbers in names as numbers', () => {
    const view = new ListView();
    view.sortBy('sample');
    expect(shown(view.lines(runs))).toEqual(['gut_2', 'gut_9', 'gut_10']);
  });

  it('of states is that of a run’s life, and stays when a state changes', () => {
    const view = new ListView();
    view.sortBy('status');
    expect(shown(view.lines(runs))).toEqual(['gut_10', 'gut_9', 'gut_2']);
    const later = runs.map(run => ({ ...run, status: 'FAILED' as const }));
    expect(shown(view.lines(later))).toEqual(['gut_10', 'gut_9', 'gut_2']);
    const fewer = later.slice(1);
    expect(shown(view.lines(fewer))).toEqual(['gut_9', 'gut_2']);
  });

  it('is by submission when grouped, and closed groups hide their runs', () => {
    const view = new ListView();
    view.setGrouped(true);
    expect(shown(view.lines(runs))).toEqual([
      'of sheet-1',
      'gut_10',
      'gut_2',
      'of sheet-2',
      'gut_9'
    ]);
    view.toggleGroup('sheet-1');
    expect(shown(view.lines(runs))).toEqual([
      'of sheet-1',
      'of sheet-2',
      'gut_9'
    ]);
  });

  it('is the same object as long as nothing has changed', () => {
    const view = new ListView();
    expect(view.lines(runs)).toBe(view.lines(runs));
  });
});

describe('marks', () => {
  const ids = ['a', 'b', 'c', 'd'];

  it('are set and taken away one by one', () => {
    const selection = new Selection();
    selection.toggle('b');
    selection.toggle('c');
    selection.toggle('b');
    expect([...selection.ids]).toEqual(['c']);
  });

  it('reach from the last one to here, in both directions', () => {
    const selection = new Selection();
    selection.toggle('c');
    selection.extend('a', ids);
    selection.extend('d', ids);
    expect([...selection.ids].sort()).toEqual(ids);
  });

  it('are set for all, or for none', () => {
    const selection = new Selection();
    selection.toggle('b');
    selection.toggleAll(ids);
    expect(selection.ids.size).toBe(4);
    selection.toggleAll(ids);
    expect(selection.ids.size).toBe(0);
  });
});

describe('a filter', () => {
  it('asks for nothing that was not chosen', () => {
    expect(isFiltering(NO_FILTER)).toBe(false);
    expect(
      Object.values(queryOf(NO_FILTER)).every(part => part === undefined)
    ).toBe(true);
  });

  it('goes back some time before now', () => {
    const week = { ...NO_FILTER, since: 'week' as const };
    const { since, until } = queryOf(week, Date.UTC(2026, 4, 8, 12));
    expect([since, until]).toEqual(['2026-05-01T12:00:00.000Z', undefined]);
  });

  it('has whole days, as they are here', () => {
    const days = { ...NO_FILTER, since: 'days' as const };
    const { since, until } = queryOf({
      ...days,
      from: '2026-02-28',
      to: '2026-02-28'
    });
    expect([since, until]).toEqual([
      new Date(2026, 1, 28).toISOString(),
      new Date(2026, 2, 1).toISOString()
    ]);
    expect(isFiltering(days)).toBe(true);
    expect(queryOf(days).since).toBeUndefined();
    expect(queryOf(days).until).toBeUndefined();
  });
});
