import React from 'react';

import type { RunWatch } from '../watch';
import { Trans } from './context';
import { useChanges } from './useChanges';

/** How the runs stand, in a few words. A press shows them. */
export function StatusItem(props: {
  watch: RunWatch;
  onClick: () => void;
}): JSX.Element {
  const { watch, onClick } = props;
  const trans = React.useContext(Trans);
  useChanges(watch);
  const { running, failures } = watch;
  const waiting = (watch.active ?? 0) - running;
  const more = watch.isCut ? '+' : '';
  const parts = [
    running > 0 && trans._n('%1%2 running', '%1%2 running', running, more),
    waiting > 0 && trans._n('%1%2 waiting', '%1%2 waiting', waiting, more),
    failures.count > 0 &&
      trans._n(
        '%1%2 failed',
        '%1%2 failed',
        failures.count,
        failures.isCut ? '+' : ''
      )
  ].filter(Boolean);
  return (
    <button
      type="button"
      className="jp-OmniStatusItem"
      title={trans.__(
        'OmniDomain: your runs, and those that have failed within a day'
      )}
      onClick={onClick}
    >
      {parts.join(', ')}
    </button>
  );
}
