import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { ISort, Line, SortKey } from './arrange';
import { group, NEWEST_FIRST, sortCalmly } from './arrange';
import type { IRun } from './types';

/** What begins with the newest. */
const NEW_FIRST: readonly SortKey[] = ['submitted', 'submission'];

/** How the list is sorted and grouped, and the lines that this makes of the runs. */
export class ListView {
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get sort(): ISort {
    return this._sort;
  }

  /** Whether runs stand below the head of their submission. */
  get grouped(): boolean {
    return this._grouped;
  }

  setSort(sort: ISort): void {
    this._sort = sort;
    this._order = [];
    this._emit();
  }

  /** Sort by a column; by the same one again, the other way round. */
  sortBy(key: SortKey): void {
    const { sort } = this;
    this.setSort({
      key,
      descending: sort.key === key ? !sort.descending : NEW_FIRST.includes(key)
    });
  }

  setGrouped(grouped: boolean): void {
    this._grouped = grouped;
    this._emit();
  }

  /** Open or close the runs of a submission. */
  toggleGroup(submissionId: string): void {
    const closed = new Set(this._closed);
    if (!closed.delete(submissionId)) {
      closed.add(submissionId);
    }
    this._closed = closed;
    this._emit();
  }

  /** The lines to draw. The same array as long as nothing has changed. */
  lines(runs: readonly IRun[]): readonly Line[] {
    if (runs !== this._runs) {
      this._runs = runs;
      const sorted = sortCalmly(runs, this._sort, this._order);
      this._order =
        this._sort.key === 'submitted' ? [] : sorted.map(run => run.run_id);
      this._lines = this._grouped
        ? group(sorted, this._closed)
        : sorted.map(run => ({ kind: 'run', run }));
    }
    return this._lines;
  }

  private _emit(): void {
    this._runs = null;
    this._changed.emit();
  }

  private readonly _changed = new Signal<this, void>(this);
  private _sort: ISort = NEWEST_FIRST;
  private _grouped = false;
  private _closed: ReadonlySet<string> = new Set();
  private _order: readonly string[] = [];
  private _runs: readonly IRun[] | null = null;
  private _lines: readonly Line[] = [];
}
