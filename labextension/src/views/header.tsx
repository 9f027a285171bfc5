import React from 'react';

import type { RunHistoryModel } from '../model';
import type { IRun } from '../types';
import { isActive } from '../types';
import { Trans } from './context';
import { useFocusRelay } from './focus';

/** How it stands in one line, who is signed in, and the way out. */
export function Header(props: { model: RunHistoryModel }): JSX.Element {
  const { model } = props;
  const trans = React.useContext(Trans);
  const header = React.useRef<HTMLElement>(null);
  useFocusRelay(header);
  const [error, setError] = React.useState('');
  const signOut = async (): Promise<void> => {
    setError('');
    try {
      await model.signOut();
    } catch (reason) {
      setError(reason instanceof Error ? reason.message : String(reason));
    }
  };
  const counts = countsOf(model.runs);
  const parts = [
    model.hasMore
      ? trans.__('newest %1 runs', model.runs.length)
      : trans._n('%1 run', '%1 runs', model.runs.length),
    counts.active > 0 && trans.__('%1 not finished', counts.active),
    counts.failed > 0 && trans.__('%1 failed', counts.failed)
  ].filter(Boolean);
  return (
    <header ref={header} className="jp-OmniRuns-header">
      <span className="jp-OmniRuns-counts">
        {model.runs.length > 0 && parts.join(' · ')}
      </span>
      {error && (
        <span className="jp-OmniNotice-error" role="alert">
          {error}
        </span>
      )}
      <span className="jp-OmniRuns-user" title={model.user?.email}>
        {model.user?.email}
      </span>
      <button
        type="button"
        className="jp-OmniLink"
        onClick={() => void signOut()}
      >
        {trans.__('Sign out')}
      </button>
    </header>
  );
}

function countsOf(runs: readonly IRun[]): { active: number; failed: number } {
  return {
    active: runs.filter(run => isActive(run.status)).length,
    failed: runs.filter(run => run.status === 'FAILED').length
  };
}
