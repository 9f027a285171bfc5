import React from 'react';

import { exact, lasting } from '../time';
import type { IRunDetail } from '../types';
import { isActive } from '../types';
import { Now, Trans } from './context';
import { Status } from './status';

/** The states of a run in a row, with the time of each and how long it took. */
export function Timeline(props: { detail: IRunDetail }): JSX.Element {
  const { status_history: history, status } = props.detail;
  const trans = React.useContext(Trans);
  const now = React.useContext(Now);
  return (
    <ol
      className="jp-OmniTimeline"
      aria-label={trans.__('The states of this run')}
    >
      {history.map((change, at) => {
        const next = history[at + 1];
        const end = next ? Date.parse(next.at) : isActive(status) ? now : null;
        return (
          <li key={at} data-last={next === undefined}>
            <Status status={change.status} />
            <time dateTime={change.at} title={exact(change.at, trans)}>
              {clock(change.at)}
            </time>
            {end !== null && (
              <span>{lasting(end - Date.parse(change.at), trans)}</span>
            )}
          </li>
        );
      })}
    </ol>
  );
}

/** The time of day, with the day if that was not today. */
export function clock(stamp: string): string {
  const at = new Date(stamp);
  return at.toDateString() === new Date().toDateString()
    ? at.toLocaleTimeString()
    : at.toLocaleString();
}
