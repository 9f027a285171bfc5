import type { IStateDB } from '@jupyterlab/statedb';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { readSort } from './arrange';
import { isFiltering, readFilter } from './filter';
import type { RunHistoryModel } from './model';

/** How long changes must rest before they are kept, in ms. */
const REST = 500;

/** Set the list as it was left, and keep how it is left. */
export async function keepView(
  model: RunHistoryModel,
  state: IStateDB,
  key: string
): Promise<void> {
  const { view } = model;
  // What cannot be read, or is of another version, is as if it had never been.
  const kept = ((await state.fetch(key).catch(() => undefined)) ??
    {}) as Readonly<Record<string, unknown>>;
  view.setSort(readSort(kept['sort']));
  view.setGrouped(kept['grouped'] === true);
  if (!isFiltering(model.filter)) {
    // Nobody has asked for other runs meanwhile.
    void model.setFilter(readFilter(kept['filter']));
  }
  let before = JSON.stringify(kept);
  let timer: number | undefined;
  const keep = (): void => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => {
      const now = {
        filter: model.filter,
        sort: view.sort,
        grouped: view.grouped
      };
      if (JSON.stringify(now) !== before) {
        before = JSON.stringify(now);
        // Where nothing can be kept the list begins as usual.
        state
          .save(key, now as unknown as ReadonlyPartialJSONObject)
          .catch(() => undefined);
      }
    }, REST);
  };
  view.changed.connect(keep);
  model.changed.connect(keep);
}
