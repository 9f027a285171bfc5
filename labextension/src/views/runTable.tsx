import type { Range } from '@tanstack/react-virtual';
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import React from 'react';

import type { Line } from '../arrange';
import type { RunHistoryModel } from '../model';
import type { IRun } from '../types';
import { isActive } from '../types';
import { columnsFor, tracksOf } from './columns';
import { LayoutContext, Now, Settings, Trans, useClock } from './context';
import { useFocusRelay } from './focus';
import { GroupRow } from './groupRow';
import { RunRow } from './runRow';
import { NarrowHead, TableHead } from './tableHead';
import { useChanges } from './useChanges';

/** The heights of a line, in px. */
const HEIGHT = 32;
const COMPACT = 24;
const TWO_LINES = 56;
/** So many lines are drawn beyond what is seen. */
const OVERSCAN = 12;
/** So near to the end, in lines, the next page is fetched. */
const NEAR_END = 20;
const LINES_PER_PAGE = 10;

export interface IRunTableProps {
  model: RunHistoryModel;
  /** What scrolls. */
  list: React.RefObject<HTMLElement>;
  /** The run whose details are open. */
  openId: string | null;
  /** `byKey`: with Enter, so that the focus should follow. */
  onOpen: (run: IRun, byKey: boolean) => void;
}

/**
 * The runs as a grid: arrow keys move, Enter opens, the space bar marks. Only the lines that can
 * be seen are there. One line is in the tab order.
 */
export function RunTable(props: IRunTableProps): JSX.Element {
  const { model, list, openId, onOpen } = props;
  const { view, selection } = model;
  const trans = React.useContext(Trans);
  const layout = React.useContext(LayoutContext);
  const settings = React.useContext(Settings);
  useChanges(view);
  useChanges(selection);
  useChanges(settings);
  const lines = view.lines(model.runs);
  const ids = React.useMemo(
    () => lines.flatMap(line => (line.kind === 'run' ? line.run.run_id : [])),
    [lines]
  );
  const columns = columnsFor(
    layout,
    settings.columns,
    layout === 'wide' && openId !== null,
    view.grouped
  );
  const isNarrow = layout === 'narrow';
  const heads = isNarrow ? 0 : 1;
  const height = isNarrow ? TWO_LINES : settings.compact ? COMPACT : HEIGHT;
  const [currentId, setCurrentId] = React.useState<string | null>(null);
  const found = lines.findIndex(line => idOf(line) === currentId);
  const current = Math.max(0, found);
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => list.current,
    estimateSize: () => height,
    overscan: OVERSCAN,
    scrollPaddingStart: isNarrow ? HEIGHT : COMPACT,
    rangeExtractor: React.useCallback(
      (range: Range) =>
        [
          // The line with the focus stays, however far it is scrolled away.
          ...new Set([current, ...defaultRangeExtractor(range)])
        ].sort((a, b) => a - b),
      [current]
    )
  });
  React.useLayoutEffect(() => virtualizer.measure(), [virtualizer, height]);
  const drawn = virtualizer.getVirtualItems();
  useLoadMore(model, list, drawn[drawn.length - 1]?.index ?? 0, lines.length);

  const seen = drawn.map(item => lines[item.index]);
  const now = useClock(
    seen.some(line => line?.kind === 'run' && isActive(line.run.status))
      ? 1000
      : 15_000
  );
  const table = React.useRef<HTMLDivElement>(null);
  useFocusRelay(table, '[role="row"][tabindex="0"]', drawn.length > 0);
  const wantsFocus = React.useRef(false);
  React.useLayoutEffect(() => {
    if (wantsFocus.current) {
      wantsFocus.current = false;
      table.current
        ?.querySelector<HTMLElement>('[role="row"][tabindex="0"]')
        ?.focus({ preventScroll: true });
    }
  });
  const moveTo = (at: number): void => {
    const target = Math.max(0, Math.min(lines.length - 1, at));
    wantsFocus.current = true;
    setCurrentId(idOf(lines[target]));
    virtualizer.scrollToIndex(target);
  };
  const mark = React.useCallback(
    (run: IRun, extend: boolean) =>
      extend ? selection.extend(run.run_id, ids) : selection.toggle(run.run_id),
    [selection, ids]
  );

  return (
    <Now.Provider value={now}>
      {isNarrow && <NarrowHead view={view} selection={selection} ids={ids} />}
      <div
        ref={table}
        className="jp-OmniTable"
        role={view.grouped ? 'treegrid' : 'grid'}
        aria-label={trans.__('Runs')}
        aria-rowcount={model.hasMore ? -1 : lines.length + heads}
        aria-multiselectable
        style={
          { '--jp-omni-columns': tracksOf(columns) } as React.CSSProperties
        }
        onKeyDown={event => {
          if ((event.ctrlKey || event.metaKey) && event.key === 'a') {
            event.preventDefault();
            selection.toggleAll(ids);
            return;
          }
          const target = targetOf(event, current, lines.length);
          if (target !== null) {
            event.preventDefault();
            moveTo(target);
          }
        }}
      >
        {!isNarrow && (
          <TableHead
            view={view}
            columns={columns}
            selection={selection}
            ids={ids}
          />
        )}
        <div
          role="rowgroup"
          className="jp-OmniTable-body"
          style={
            {
              height: virtualizer.getTotalSize(),
              '--jp-omni-row-height': `${height}px`
            } as React.CSSProperties
          }
        >
          {drawn.map(({ index, start }) => {
            const line = lines[index];
            if (line === undefined) {
              return null; // the list has become shorter, and is drawn again at once
            }
            const shared = {
              place: index + 1 + heads,
              top: start,
              isCurrent: index === current,
              onFocus: setCurrentId
            };
            return line.kind === 'run' ? (
              <RunRow
                key={line.run.run_id}
                {...shared}
                run={line.run}
                columns={columns}
                isOpen={line.run.run_id === openId}
                isBelow={view.grouped}
                isMarked={selection.ids.has(line.run.run_id)}
                onOpen={onOpen}
                onMark={mark}
              />
            ) : (
              <GroupRow
                key={idOf(line)}
                {...shared}
                model={model}
                line={line}
                lineId={idOf(line)}
              />
            );
          })}
        </div>
      </div>
    </Now.Provider>
  );
}

/** Fetch the next page when the end of the list comes near. */
function useLoadMore(
  model: RunHistoryModel,
  list: React.RefObject<HTMLElement>,
  last: number,
  count: number
): void {
  React.useEffect(() => {
    const scrolled = (list.current?.scrollTop ?? 0) > 0;
    if (
      scrolled &&
      last >= count - NEAR_END &&
      !model.view.grouped &&
      model.loadMoreError === ''
    ) {
      void model.loadMore();
    }
  }, [model, list, last, count]);
}

function idOf(line: Line): string {
  return line.kind === 'run' ? line.run.run_id : `of ${line.submissionId}`;
}

/** The line to which a key moves; null if it does not move. */
function targetOf(
  event: React.KeyboardEvent,
  at: number,
  count: number
): number | null {
  const onRow = (event.target as Element).matches('[role="row"]');
  if (!onRow || event.altKey || event.ctrlKey || event.metaKey) {
    return null;
  }
  const targets: Record<string, number> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + LINES_PER_PAGE,
    PageUp: at - LINES_PER_PAGE,
    Home: 0,
    End: count - 1
  };
  return targets[event.key] ?? null;
}
