import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import { durationOf } from '../arrange';
import type { RunHistoryModel } from '../model';
import { numbersByName } from '../numbers';
import { lasting } from '../time';
import type { IRun, IRunDetail, IRunMetrics } from '../types';
import { Trans } from './context';
import { useFocusRelay } from './focus';
import { Status } from './status';

/** So many runs fit side by side. */
export const MOST_COMPARED = 8;

interface ICompared {
  readonly detail: IRunDetail;
  readonly metrics: IRunMetrics | null;
}

/** Some runs side by side: how they went, their rows, their numbers. What differs stands out. */
export function Compare(props: {
  model: RunHistoryModel;
  runs: readonly IRun[];
  onClose: () => void;
}): JSX.Element {
  const { model, runs, onClose } = props;
  const trans = React.useContext(Trans);
  const [found, setFound] = React.useState<readonly ICompared[] | null>(null);
  const [error, setError] = React.useState('');
  const [onlyDifferent, setOnlyDifferent] = React.useState(false);
  const box = React.useRef<HTMLElement>(null);
  useFocusRelay(box);
  React.useEffect(() => {
    let wanted = true;
    const fetch = async (run: IRun): Promise<ICompared> => {
      const [detail, metrics] = await Promise.all([
        model.api.run(run.run_id),
        // Without its numbers a run can still be compared.
        model.api.metrics(run.run_id).catch(() => null)
      ]);
      return { detail, metrics };
    };
    Promise.all(runs.map(fetch))
      .then(all => wanted && setFound(all))
      .catch((reason: Error) => wanted && setError(reason.message));
    box.current?.focus();
    return () => {
      wanted = false;
    };
  }, [model, runs]);
  const sections = found === null ? [] : sectionsOf(found, trans);
  return (
    <section
      ref={box}
      className="jp-OmniCompare"
      tabIndex={-1}
      aria-label={trans.__('Runs side by side')}
    >
      <header>
        <h2>
          {trans._n('%1 run side by side', '%1 runs side by side', runs.length)}
        </h2>
        <label className="jp-OmniFilter-check">
          <input
            type="checkbox"
            checked={onlyDifferent}
            onChange={event => setOnlyDifferent(event.target.checked)}
          />
          {trans.__('Only what differs')}
        </label>
        <button type="button" className="jp-OmniLink" onClick={onClose}>
          {trans.__('Back to the list')}
        </button>
      </header>
      {error && (
        <p className="jp-OmniNotice-error" role="alert">
          {error}
        </p>
      )}
      {found === null && !error && (
        <p role="status">{trans.__('Fetching their rows and numbers…')}</p>
      )}
      {found !== null && (
        <div className="jp-OmniCompare-scroll" tabIndex={0}>
          <table>
            <thead>
              <tr>
                <td />
                {found.map(({ detail }) => (
                  <th key={detail.run_id} scope="col">
                    {detail.sample_id}
                    <Status
                      status={detail.status}
                      reason={detail.status_reason}
                    />
                  </th>
                ))}
              </tr>
            </thead>
            {sections.map(({ title, rows, isNumbers }) => {
              const shown = rows.filter(
                row =>
                  row.cells.some(Boolean) &&
                  (!onlyDifferent || differs(row.cells))
              );
              return shown.length === 0 ? null : (
                <tbody key={title} data-numbers={isNumbers}>
                  <tr>
                    <th scope="rowgroup" colSpan={found.length + 1}>
                      {title}
                    </th>
                  </tr>
                  {shown.map(({ name, cells }) => (
                    <tr key={name} data-differs={differs(cells)}>
                      <th scope="row">{name}</th>
                      {cells.map((cell, at) => (
                        <td key={at} title={cell}>
                          {cell || '–'}
                        </td>
                      ))}
                    </tr>
                  ))}
                </tbody>
              );
            })}
          </table>
        </div>
      )}
    </section>
  );
}

interface ISection {
  readonly title: string;
  readonly isNumbers?: boolean;
  readonly rows: readonly { name: string; cells: readonly string[] }[];
}

function sectionsOf(
  found: readonly ICompared[],
  trans: TranslationBundle
): readonly ISection[] {
  const details = found.map(each => each.detail);
  const how: readonly [string, (run: IRunDetail) => string][] = [
    [trans.__('Pipeline'), run => run.pipeline],
    [trans.__('Revision'), run => run.pipeline_revision ?? ''],
    [
      trans.__('Duration'),
      run => (run.started_at === null ? '' : lasting(durationOf(run), trans))
    ],
    [trans.__('Exit code'), run => String(run.exit_code ?? '')],
    [trans.__('Reason'), run => run.status_reason ?? '']
  ];
  const columns = distinct(details.flatMap(run => Object.keys(run.tsv_row)));
  const numbers = found.map(each => numbersByName(each.metrics));
  const names = distinct(numbers.flatMap(each => [...each.keys()]));
  return [
    {
      title: trans.__('How they went'),
      rows: how.map(([name, of]) => ({ name, cells: details.map(of) }))
    },
    {
      title: trans.__('Their rows'),
      rows: columns.map(name => ({
        name,
        cells: details.map(run => run.tsv_row[name] ?? '')
      }))
    },
    {
      title: trans.__('Their numbers'),
      isNumbers: true,
      rows: names.map(name => ({
        name,
        cells: numbers.map(each => {
          const value = each.get(name);
          return value === undefined ? '' : value.toLocaleString();
        })
      }))
    }
  ];
}

function differs(cells: readonly string[]): boolean {
  return new Set(cells).size > 1;
}

function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}
