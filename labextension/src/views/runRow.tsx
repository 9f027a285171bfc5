import React from 'react';

import type { IRun } from '../types';
import type { Column } from './columns';
import { Trans } from './context';
import { CopyId } from './copyId';
import { Status } from './status';
import { Ago, Duration } from './times';

export interface IRowProps {
  run: IRun;
  columns: readonly Column[];
  /** Its place in the grid, from 1. */
  place: number;
  /** Its distance from the first line, in px. */
  top: number;
  isCurrent: boolean;
  isOpen: boolean;
  isMarked: boolean;
  /** Whether it stands below the head of its submission. */
  isBelow: boolean;
  onOpen: (run: IRun, byKey: boolean) => void;
  onMark: (run: IRun, extend: boolean) => void;
  onFocus: (lineId: string) => void;
}

/** A run in the list. Enter opens it, the space bar marks it. */
export const RunRow = React.memo(function RunRow(
  props: IRowProps
): JSX.Element {
  const { run, columns, place, top, isCurrent, isOpen, isMarked, isBelow } =
    props;
  const { onOpen, onMark, onFocus } = props;
  const trans = React.useContext(Trans);
  const tabIndex = isCurrent ? 0 : -1;
  return (
    <div
      role="row"
      className="jp-OmniRow"
      style={{ transform: `translateY(${top}px)` }}
      tabIndex={tabIndex}
      aria-rowindex={place}
      aria-level={isBelow ? 2 : undefined}
      aria-selected={isMarked}
      aria-current={isOpen || undefined}
      data-line={run.run_id}
      data-run-id={run.run_id}
      data-status={run.status}
      onFocus={() => onFocus(run.run_id)}
      onClick={event =>
        event.shiftKey || event.ctrlKey || event.metaKey
          ? onMark(run, event.shiftKey)
          : onOpen(run, false)
      }
      onKeyDown={event => {
        if (event.target !== event.currentTarget) {
          return;
        }
        if (event.key === 'Enter') {
          event.preventDefault();
          onOpen(run, true);
        } else if (event.key === ' ') {
          event.preventDefault();
          onMark(run, event.shiftKey);
        }
      }}
    >
      <span
        role="gridcell"
        data-column="mark"
        onClick={event => event.stopPropagation()}
      >
        <input
          type="checkbox"
          tabIndex={tabIndex}
          checked={isMarked}
          aria-label={trans.__('Mark %1', run.sample_id)}
          onClick={event => onMark(run, event.shiftKey)}
          onChange={() => undefined}
        />
      </span>
      {columns.map(column => (
        <span
          key={column}
          role={column === 'sample' ? 'rowheader' : 'gridcell'}
          data-column={column}
        >
          <Cell column={column} run={run} tabIndex={tabIndex} />
        </span>
      ))}
    </div>
  );
});

function Cell(props: {
  column: Column;
  run: IRun;
  tabIndex: number;
}): JSX.Element {
  const { column, run, tabIndex } = props;
  const trans = React.useContext(Trans);
  switch (column) {
    case 'sample':
      return <span title={run.sample_id}>{run.sample_id}</span>;
    case 'pipeline':
      return <span title={run.pipeline}>{run.pipeline}</span>;
    case 'status':
      return (
        <>
          <Status status={run.status} reason={run.status_reason} />
          {run.status_reason && (
            <span className="jp-OmniRuns-reason" title={run.status_reason}>
              {lastWords(run.status_reason)}
            </span>
          )}
        </>
      );
    case 'submitted':
      return <Ago stamp={run.submitted_at ?? run.created_at} />;
    case 'duration':
      return <Duration run={run} />;
    case 'submission':
      return run.submission_id === null ? (
        <span aria-label={trans.__('not of a sheet')}>–</span>
      ) : (
        <CopyId id={run.submission_id} what="submission" tabIndex={tabIndex} />
      );
    case 'run':
      return <CopyId id={run.run_id} what="run" tabIndex={tabIndex} />;
  }
}

/** The reason, without an exit code that says no more than what the program has said last. */
function lastWords(reason: string): string {
  return reason.replace(/^Exit code \d+\. Its last words: /, '');
}
