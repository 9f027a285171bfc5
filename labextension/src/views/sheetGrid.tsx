import React from 'react';

import type { IIssue, IValidationReport } from '../types';
import { Trans } from './context';

/** So many rows are shown; the rest are counted. */
const SHOWN = 50;

/** The first rows of a sheet as they were understood, with a mark at every cell that is wrong. */
export function SheetGrid(props: {
  report: IValidationReport;
  onGoTo: ((line: number) => void) | null;
}): JSX.Element | null {
  const { report, onGoTo } = props;
  const trans = React.useContext(Trans);
  const faults = new Map<string, IIssue>();
  for (const issue of report.errors) {
    faults.set(`${issue.line}:${issue.column}`, issue);
  }
  const rows = report.preview.slice(0, SHOWN);
  if (rows.length === 0) {
    return null;
  }
  return (
    <div
      className="jp-OmniSheet"
      tabIndex={0}
      role="region"
      aria-label={trans.__('The first rows of the sheet')}
    >
      <table>
        <thead>
          <tr>
            <th scope="col">{trans.__('line')}</th>
            {report.columns.map(column => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ line, cells }) => (
            <tr key={line}>
              <th scope="row">{line}</th>
              {report.columns.map(column => {
                const fault = faults.get(`${line}:${column}`);
                return (
                  <td
                    key={column}
                    aria-invalid={fault !== undefined || undefined}
                    title={fault?.message ?? cells[column]}
                  >
                    {fault && onGoTo ? (
                      <button type="button" onClick={() => onGoTo(line)}>
                        {cells[column] ?? fault.value ?? '–'}
                      </button>
                    ) : (
                      (cells[column] ?? '–')
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      {report.rows > rows.length && (
        <p>
          {trans._n(
            '… and %1 more row',
            '… and %1 more rows',
            report.rows - rows.length
          )}
        </p>
      )}
    </div>
  );
}
