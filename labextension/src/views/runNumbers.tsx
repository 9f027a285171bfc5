import React from 'react';

import type { RunDetailsModel } from '../details';
import type { INumberTable } from '../numbers';
import { numberTables } from '../numbers';
import type { IRunMetrics } from '../types';
import { isActive } from '../types';
import { Trans } from './context';
import { TryAgain } from './tryAgain';

/** The numbers that were found in a run's outputs, a table for each tool. */
export function RunNumbers(props: { details: RunDetailsModel }): JSX.Element {
  const { details } = props;
  const { run } = details;
  const trans = React.useContext(Trans);
  const [metrics, setMetrics] = React.useState<IRunMetrics | null>(null);
  const [error, setError] = React.useState('');
  const [tries, setTries] = React.useState(0);
  React.useEffect(() => {
    let isWanted = true;
    setError('');
    details.metrics().then(
      found => isWanted && setMetrics(found),
      (reason: unknown) => isWanted && setError(details.told(reason))
    );
    return () => {
      isWanted = false;
    };
    // When it has ended there may be more.
  }, [details, run.status, tries]);
  if (error) {
    return <TryAgain error={error} onClick={() => setTries(tries + 1)} />;
  }
  if (metrics === null) {
    return <p role="status">{trans.__('Fetching…')}</p>;
  }
  const tables = numberTables(metrics);
  return (
    <>
      {tables.length === 0 && (
        <p>
          {isActive(run.status)
            ? trans.__('No numbers yet. They are found when the run has ended.')
            : trans.__(
                'No numbers were found: its files hold none that are known, such as those of MultiQC, QUAST or BUSCO.'
              )}
        </p>
      )}
      {tables.map(table => (
        <Numbers key={table.tool} table={table} />
      ))}
      {metrics.truncated && (
        <p>
          {trans.__(
            'The run has more files than were looked through for them.'
          )}
        </p>
      )}
      {tables.length > 0 && run.submission_id !== null && (
        <p>
          <a href={details.sheetNumbersUrl(run.submission_id)} download="">
            {trans.__('Numbers of the whole sheet, as CSV')}
          </a>
        </p>
      )}
    </>
  );
}

function Numbers(props: { table: INumberTable }): JSX.Element {
  const { tool, samples, rows } = props.table;
  return (
    <div className="jp-OmniPreview-table" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{tool}</th>
            {samples.map(sample => (
              <th key={sample} scope="col" title={sample} data-type="number">
                {sample.slice(sample.lastIndexOf('/') + 1)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, values }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {values.map((value, at) => (
                <td key={at} data-type="number">
                  {value === null ? '–' : value.toLocaleString()}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
