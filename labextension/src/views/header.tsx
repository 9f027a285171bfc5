import React from 'react';

import { textOf } from '../problem';
import type { RunHistoryModel } from '../model';
import type { IRun } from '../types';
import { isActive } from '../types';
import { Trans } from './context';
import { useFocusRelay } from './focus';
import { useChanges } from './useChanges';

/** How it stands in one line, who is signed in, and the way out. */
export function Header(props: { model: RunHistoryModel }): JSX.Element {
  const { model } = props;
  const { session, runs, view } = model;
  const trans = React.useContext(Trans);
  const header = React.useRef<HTMLDivElement>(null);
  useFocusRelay(header);
  useChanges(view);
  const [error, setError] = React.useState('');
  const signOut = async (): Promise<void> => {
    setError('');
    try {
      await session.signOut();
    } catch (reason) {
      setError(textOf(reason));
    }
  };
  const counts = countsOf(runs);
  const parts = [
    model.hasMore
      ? trans._n('newest %1 run', 'newest %1 runs', runs.length)
      : trans._n('%1 run', '%1 runs', runs.length),
    counts.active > 0 &&
      trans._n('%1 not finished', '%1 not finished', counts.active),
    counts.failed > 0 && trans._n('%1 failed', '%1 failed', counts.failed),
    model.hasMore &&
      view.sort.key !== 'submitted' &&
      trans.__('sorted among these')
  ].filter(part => part !== false);
  return (
    <div ref={header} className="jp-OmniRuns-header">
      <span className="jp-OmniRuns-counts">
        {model.filtering
          ? trans.__('Looking…')
          : runs.length > 0 &&
            parts.map((part, at) => (
              <React.Fragment key={part}>
                {at > 0 && ' · '}
                <span>{part}</span>
              </React.Fragment>
            ))}
      </span>
      {error && (
        <span className="jp-OmniNotice-error" role="alert">
          {error}
        </span>
      )}
      <span className="jp-OmniRuns-user" title={session.user?.email}>
        {session.user?.email}
      </span>
      <button
        type="button"
        className="jp-OmniLink"
        onClick={() => void signOut()}
      >
        {trans.__('Sign out')}
      </button>
    </div>
  );
}

function countsOf(runs: readonly IRun[]): { active: number; failed: number } {
  return {
    active: runs.filter(run => isActive(run.status)).length,
    failed: runs.filter(run => run.status === 'FAILED').length
  };
}
