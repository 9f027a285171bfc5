import {
  caretDownIcon,
  caretUpIcon,
  HTMLSelect
} from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import type { SortKey } from '../arrange';
import type { ListView } from '../listView';
import type { Selection } from '../selection';
import type { Column } from './columns';
import { SORTS } from './columns';
import { Trans } from './context';

/** The heads of the columns: each sorts. */
export function TableHead(props: {
  view: ListView;
  columns: readonly Column[];
  selection: Selection;
  /** The runs that can be marked. */
  ids: readonly string[];
}): JSX.Element {
  const { view, columns, selection, ids } = props;
  const trans = React.useContext(Trans);
  const { sort } = view;
  const titles = titlesOf(trans);
  return (
    <div role="rowgroup" className="jp-OmniTable-head">
      <div role="row" aria-rowindex={1} className="jp-OmniHeadRow">
        <span role="columnheader" data-column="mark">
          <MarkAll selection={selection} ids={ids} />
        </span>
        {columns.map(column => {
          const key = SORTS[column];
          const by = key !== null && sort.key === key;
          const Caret = sort.descending ? caretDownIcon : caretUpIcon;
          return (
            <span
              key={column}
              role="columnheader"
              data-column={column}
              aria-sort={
                !by ? undefined : sort.descending ? 'descending' : 'ascending'
              }
            >
              {key === null ? (
                titles[column]
              ) : (
                <button type="button" onClick={() => view.sortBy(key)}>
                  {titles[column]}
                  {by && <Caret.react tag="span" />}
                </button>
              )}
            </span>
          );
        })}
      </div>
    </div>
  );
}

/** The same in a line where there is no room for columns. */
export function NarrowHead(props: {
  view: ListView;
  selection: Selection;
  ids: readonly string[];
}): JSX.Element {
  const { view, selection, ids } = props;
  const trans = React.useContext(Trans);
  const { key, descending } = view.sort;
  const titles = titlesOf(trans);
  const Caret = descending ? caretDownIcon : caretUpIcon;
  return (
    <div
      className="jp-OmniNarrowHead"
      role="group"
      aria-label={trans.__('The order of the runs')}
    >
      <MarkAll selection={selection} ids={ids} />
      <HTMLSelect
        aria-label={trans.__('Sort by')}
        value={key}
        onChange={event => view.sortBy(event.target.value as SortKey)}
      >
        {Object.values(SORTS).map(
          each =>
            each !== null && (
              <option key={each} value={each}>
                {trans.__('Sort by: %1', titles[each])}
              </option>
            )
        )}
      </HTMLSelect>
      <button
        type="button"
        aria-pressed={descending}
        aria-label={trans.__('Descending')}
        title={trans.__('Turn the order round')}
        onClick={() => view.sortBy(key)}
      >
        <Caret.react tag="span" />
      </button>
    </div>
  );
}

function MarkAll(props: {
  selection: Selection;
  ids: readonly string[];
}): JSX.Element {
  const { selection, ids } = props;
  const trans = React.useContext(Trans);
  const box = React.useRef<HTMLInputElement>(null);
  const marked = ids.filter(id => selection.ids.has(id)).length;
  React.useEffect(() => {
    if (box.current) {
      box.current.indeterminate = marked > 0 && marked < ids.length;
    }
  });
  return (
    <input
      ref={box}
      type="checkbox"
      checked={ids.length > 0 && marked === ids.length}
      aria-label={trans.__('Mark all that are loaded')}
      onChange={() => selection.toggleAll(ids)}
    />
  );
}

function titlesOf(trans: TranslationBundle): Readonly<Record<Column, string>> {
  return {
    sample: trans.__('Sample'),
    pipeline: trans.__('Pipeline'),
    status: trans.__('Status'),
    submitted: trans.__('Submitted'),
    duration: trans.__('Duration'),
    submission: trans.__('Submission'),
    run: trans.__('Run')
  };
}
