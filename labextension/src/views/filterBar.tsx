import { HTMLSelect } from '@jupyterlab/ui-components';
import React from 'react';

import type { IRunFilter } from '../filter';
import { isFiltering, NO_FILTER } from '../filter';
import type { RunHistoryModel } from '../model';
import type { RunStatus } from '../types';
import { ACTIVE, STATUSES } from '../types';
import { Trans } from './context';
import { TimeFilter } from './timeFilter';
import { useChanges } from './useChanges';

/** How long typing must rest before the list is asked for, in ms. */
const TYPING = 250;
/** The choice for all states in which something is still to come. */
const NOT_FINISHED = 'not-finished';

/** Which runs are shown: by a part of the sample's name, status, pipeline, and how far back. */
export function FilterBar(props: { model: RunHistoryModel }): JSX.Element {
  const { model } = props;
  const { filter, view } = model;
  const trans = React.useContext(Trans);
  useChanges(view);
  const change = (part: Partial<IRunFilter>): void =>
    void model.setFilter({ ...model.filter, ...part });
  const pipelines = usePipelines(model);

  return (
    <div
      className="jp-OmniFilter"
      role="search"
      aria-label={trans.__('Which runs are shown')}
    >
      <SearchText model={model} />
      <HTMLSelect
        aria-label={trans.__('Status')}
        value={
          filter.status.length > 1 ? NOT_FINISHED : (filter.status[0] ?? '')
        }
        onChange={event => change({ status: statusesOf(event.target.value) })}
      >
        <option value="">{trans.__('Any status')}</option>
        <option value={NOT_FINISHED}>{trans.__('Not finished')}</option>
        {STATUSES.map(status => (
          <option key={status} value={status}>
            {status}
          </option>
        ))}
      </HTMLSelect>
      <HTMLSelect
        aria-label={trans.__('Pipeline')}
        value={filter.pipeline}
        onChange={event => change({ pipeline: event.target.value })}
      >
        <option value="">{trans.__('Any pipeline')}</option>
        {pipelines.map(name => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </HTMLSelect>
      <TimeFilter filter={filter} onChange={change} />
      <label className="jp-OmniFilter-check">
        <input
          type="checkbox"
          checked={view.grouped}
          onChange={event => view.setGrouped(event.target.checked)}
        />
        {trans.__('By submission')}
      </label>
      {isFiltering(filter) && (
        <button
          type="button"
          className="jp-OmniLink"
          title={filter.submissionId || undefined}
          onClick={() => void model.setFilter(NO_FILTER)}
        >
          {filter.submissionId
            ? trans.__('One submission only: show all')
            : trans.__('Show all')}
        </button>
      )}
    </div>
  );
}

function SearchText(props: { model: RunHistoryModel }): JSX.Element {
  const { model } = props;
  const trans = React.useContext(Trans);
  const [text, setText] = React.useState(model.filter.text);
  const timer = React.useRef<number>();
  React.useEffect(() => setText(model.filter.text), [model.filter.text]);
  React.useEffect(() => () => window.clearTimeout(timer.current), []);
  return (
    <input
      type="search"
      className="jp-mod-styled"
      value={text}
      maxLength={255}
      placeholder={trans.__('Sample…')}
      aria-label={trans.__('Part of a sample name')}
      onChange={event => {
        const wanted = event.target.value;
        setText(wanted);
        window.clearTimeout(timer.current);
        timer.current = window.setTimeout(
          () => void model.setFilter({ ...model.filter, text: wanted }),
          TYPING
        );
      }}
    />
  );
}

function statusesOf(choice: string): readonly RunStatus[] {
  return choice === NOT_FINISHED
    ? ACTIVE
    : STATUSES.filter(status => status === choice);
}

/** The names to choose from: what can be run here, and what the runs are of. */
function usePipelines(model: RunHistoryModel): readonly string[] {
  const [names, setNames] = React.useState<readonly string[]>([]);
  const ready = model.session.state.kind === 'ready';
  React.useEffect(() => {
    if (ready) {
      model.api
        .pipelines()
        .then(list => setNames(list.map(each => each.name)))
        .catch(() => undefined); // the runs' own names are left to choose from
    }
  }, [model, ready]);
  const all = new Set([
    ...names,
    ...model.runs.map(run => run.pipeline),
    ...(model.filter.pipeline ? [model.filter.pipeline] : [])
  ]);
  return [...all].sort();
}
