import React from 'react';

import { ago, exact, lasting } from '../time';
import type { IRun } from '../types';
import { Now, Trans } from './context';

/** A moment, relative to now; exactly, in UTC and local time, on hover. */
export function Ago(props: { stamp: string }): JSX.Element {
  const trans = React.useContext(Trans);
  const now = React.useContext(Now);
  return (
    <time dateTime={props.stamp} title={exact(props.stamp, trans)}>
      {ago(props.stamp, now, trans)}
    </time>
  );
}

/** How long a run has been running, or did run; a dash if it never did. */
export function Duration(props: { run: IRun }): JSX.Element {
  const trans = React.useContext(Trans);
  const now = React.useContext(Now);
  const { started_at, completed_at, status } = props.run;
  const end =
    completed_at !== null
      ? Date.parse(completed_at)
      : status === 'RUNNING'
        ? now
        : null;
  if (started_at === null) {
    return <span aria-label={trans.__('has not run')}>–</span>;
  }
  if (end === null) {
    return <span aria-label={trans.__('not known')}>–</span>;
  }
  return <>{lasting(end - Date.parse(started_at), trans)}</>;
}
