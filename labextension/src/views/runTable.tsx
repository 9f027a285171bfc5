import React from 'react';

import type { IRun } from '../types';
import { isActive } from '../types';
import { Now, Trans, useClock } from './context';
import { CopyId } from './copyId';
import { useFocusRelay } from './focus';
import { Status } from './status';
import { Ago, Duration } from './times';

export interface IRunTableProps {
  runs: readonly IRun[];
  /** The run whose details are open. */
  openId: string | null;
  /** `byKey`: with Enter, so that the focus should follow. */
  onOpen: (run: IRun, byKey: boolean) => void;
}

/** The runs as a grid: arrow keys move, Enter opens. One row is in the tab order. */
export function RunTable(props: IRunTableProps): JSX.Element {
  const { runs, openId, onOpen } = props;
  const trans = React.useContext(Trans);
  const now = useClock(runs.some(run => isActive(run.status)) ? 1000 : 15_000);
  const [currentId, setCurrentId] = React.useState<string | null>(null);
  const current = runs.some(run => run.run_id === currentId)
    ? currentId
    : (runs[0]?.run_id ?? null);
  const table = React.useRef<HTMLTableElement>(null);
  useFocusRelay(table, 'tbody tr');
  return (
    <Now.Provider value={now}>
      <table
        ref={table}
        className="jp-OmniRuns-table"
        role="grid"
        aria-label={trans.__('Runs, newest first')}
        onKeyDown={moveFocus}
      >
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" data-column="sample">
              {trans.__('Sample')}
            </th>
            <th role="columnheader" data-column="pipeline">
              {trans.__('Pipeline')}
            </th>
            <th role="columnheader" data-column="status">
              {trans.__('Status')}
            </th>
            <th role="columnheader" data-column="submitted">
              {trans.__('Submitted')}
            </th>
            <th role="columnheader" data-column="duration">
              {trans.__('Duration')}
            </th>
            <th role="columnheader" data-column="id">
              {trans.__('Run')}
            </th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {runs.map(run => (
            <Row
              key={run.run_id}
              run={run}
              isCurrent={run.run_id === current}
              isOpen={run.run_id === openId}
              onOpen={onOpen}
              onFocus={setCurrentId}
            />
          ))}
        </tbody>
      </table>
    </Now.Provider>
  );
}

interface IRowProps {
  run: IRun;
  isCurrent: boolean;
  isOpen: boolean;
  onOpen: IRunTableProps['onOpen'];
  onFocus: (runId: string) => void;
}

const Row = React.memo(function Row(props: IRowProps): JSX.Element {
  const { run, isCurrent, isOpen, onOpen, onFocus } = props;
  const tabIndex = isCurrent ? 0 : -1;
  return (
    <tr
      role="row"
      tabIndex={tabIndex}
      aria-selected={isOpen}
      data-run-id={run.run_id}
      onFocus={() => onFocus(run.run_id)}
      onClick={() => onOpen(run, false)}
      onKeyDown={event => {
        const onRow = event.target === event.currentTarget;
        if (onRow && (event.key === 'Enter' || event.key === ' ')) {
          event.preventDefault();
          onOpen(run, true);
        }
      }}
    >
      <td role="rowheader" data-column="sample" title={run.sample_id}>
        {run.sample_id}
      </td>
      <td role="gridcell" data-column="pipeline" title={run.pipeline}>
        {run.pipeline}
      </td>
      <td role="gridcell" data-column="status">
        <Status status={run.status} />
        {run.status_reason && (
          <span className="jp-OmniRuns-reason" title={run.status_reason}>
            {run.status_reason}
          </span>
        )}
      </td>
      <td role="gridcell" data-column="submitted">
        <Ago stamp={run.submitted_at ?? run.created_at} />
      </td>
      <td role="gridcell" data-column="duration">
        <Duration run={run} />
      </td>
      <td role="gridcell" data-column="id">
        <CopyId runId={run.run_id} tabIndex={tabIndex} />
      </td>
    </tr>
  );
});

const ROWS_PER_PAGE = 10;

function moveFocus(event: React.KeyboardEvent<HTMLTableElement>): void {
  const row = (event.target as Element).closest<HTMLElement>('tbody tr');
  if (!row || event.altKey || event.ctrlKey || event.metaKey) {
    return;
  }
  const rows = Array.from(
    event.currentTarget.querySelectorAll<HTMLElement>('tbody tr')
  );
  const at = rows.indexOf(row);
  const targets: Record<string, number> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + ROWS_PER_PAGE,
    PageUp: at - ROWS_PER_PAGE,
    Home: 0,
    End: rows.length - 1
  };
  const target = targets[event.key];
  if (target !== undefined) {
    event.preventDefault();
    rows[Math.max(0, Math.min(rows.length - 1, target))].focus();
  }
}
