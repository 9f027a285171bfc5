import type { IStateDB } from '@jupyterlab/statedb';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import type { ISort } from './arrange';
import type { IRunFilter } from './filter';
import { NO_FILTER } from './filter';
import type { RunHistoryModel } from './model';

/** How long changes must rest before they are kept, in ms. */
const REST = 500;

interface IKept {
  readonly filter?: Partial<IRunFilter>;
  readonly sort?: ISort;
  readonly grouped?: boolean;
}

/** Set the list as it was left, and keep how it is left. */
export async function keepView(
  model: RunHistoryModel,
  state: IStateDB,
  key: string
): Promise<void> {
  const { view } = model;
  // What cannot be read is as if it had never been.
  const kept = (await state.fetch(key).catch(() => undefined)) as
    IKept | undefined;
  if (kept?.sort) {
    view.setSort(kept.sort);
  }
  if (kept?.grouped) {
    view.setGrouped(true);
  }
  if (kept?.filter) {
    void model.setFilter({ ...NO_FILTER, ...kept.filter });
  }
  let before = JSON.stringify(kept);
  let timer: number | undefined;
  const keep = (): void => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => {
      const now: IKept = {
        filter: model.filter,
        sort: view.sort,
        grouped: view.grouped
      };
      if (JSON.stringify(now) !== before) {
        before = JSON.stringify(now);
        void state.save(key, now as unknown as ReadonlyPartialJSONObject);
      }
    }, REST);
  };
  view.changed.connect(keep);
  model.changed.connect(keep);
}
