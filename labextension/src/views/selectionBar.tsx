import { Dialog, showDialog } from '@jupyterlab/apputils';
import { Button } from '@jupyterlab/ui-components';
import React from 'react';

import type { IOutcome } from '../bulk';
import { forEach } from '../bulk';
import type { RunHistoryModel } from '../model';
import type { IRun } from '../types';
import { isActive, isResumable } from '../types';
import { MOST_COMPARED } from './compare';
import { Trans } from './context';
import { useFocusRelay } from './focus';
import { useChanges } from './useChanges';

/** How many refusals are shown with their reasons. */
const REASONS = 3;

/** What can be done with the runs that are marked, and what came of it. */
export function SelectionBar(props: {
  model: RunHistoryModel;
  onCompare: (runs: readonly IRun[]) => void;
}): JSX.Element | null {
  const { model, onCompare } = props;
  const { selection } = model;
  const trans = React.useContext(Trans);
  useChanges(selection);
  const bar = React.useRef<HTMLDivElement>(null);
  useFocusRelay(bar);
  const [busy, setBusy] = React.useState('');
  const [outcome, setOutcome] = React.useState<IOutcome | null>(null);
  const runs = model.runs.filter(run => selection.ids.has(run.run_id));
  if (runs.length === 0 && outcome === null) {
    return null;
  }
  const active = runs.filter(run => isActive(run.status));
  const resumable = runs.filter(run => isResumable(run.status));
  const act = async (
    label: string,
    some: readonly IRun[],
    action: (run: IRun) => Promise<IRun>
  ): Promise<void> => {
    setBusy(label);
    setOutcome(await forEach(model, some, action));
    setBusy('');
  };
  const cancel = async (): Promise<void> => {
    const asked = await showDialog({
      title: trans._n('Cancel %1 run?', 'Cancel %1 runs?', active.length),
      body: trans.__('Their jobs are ended. They can be resumed later.'),
      buttons: [
        Dialog.cancelButton({ label: trans.__('Let them run') }),
        Dialog.warnButton({
          label: trans._n('Cancel %1 run', 'Cancel %1 runs', active.length)
        })
      ]
    });
    if (asked.button.accept) {
      await act(trans.__('Cancelling…'), active, run =>
        model.api.cancel(run.run_id)
      );
    }
  };
  return (
    <div
      ref={bar}
      className="jp-OmniSelection"
      role="region"
      aria-label={trans.__('Marked runs')}
    >
      {runs.length > 0 && (
        <b>{trans._n('%1 marked', '%1 marked', runs.length)}</b>
      )}
      {busy ? (
        <span role="status">{busy}</span>
      ) : (
        <>
          {active.length > 0 && (
            <Button
              className="jp-mod-styled jp-mod-reject"
              onClick={() => void cancel()}
            >
              {trans._n('Cancel %1', 'Cancel %1', active.length)}
            </Button>
          )}
          {resumable.length > 0 && (
            <Button
              className="jp-mod-styled"
              title={trans.__('Run their rows again in their work directories')}
              onClick={() =>
                void act(trans.__('Resuming…'), resumable, run =>
                  model.api.resume(run.run_id)
                )
              }
            >
              {trans._n('Resume %1', 'Resume %1', resumable.length)}
            </Button>
          )}
          {runs.length > 1 && (
            <Button
              className="jp-mod-styled"
              title={trans.__('Their rows and numbers side by side')}
              onClick={() => onCompare(runs.slice(0, MOST_COMPARED))}
            >
              {runs.length > MOST_COMPARED
                ? trans.__('Compare the first %1', MOST_COMPARED)
                : trans._n('Compare %1', 'Compare %1', runs.length)}
            </Button>
          )}
          <button
            type="button"
            className="jp-OmniLink"
            onClick={() => {
              setOutcome(null);
              selection.clear();
            }}
          >
            {runs.length > 0 ? trans.__('Unmark all') : trans.__('Close')}
          </button>
        </>
      )}
      {outcome !== null && !busy && (
        <span role="status">
          {trans._n('%1 request sent.', '%1 requests sent.', outcome.done)}
          {outcome.refused.slice(0, REASONS).map(({ run, reason }) => (
            <span key={run.run_id} className="jp-OmniNotice-error">
              {' '}
              {run.sample_id}: {reason}
            </span>
          ))}
          {outcome.refused.length > REASONS && (
            <>
              {' '}
              {trans._n(
                '… and %1 more',
                '… and %1 more',
                outcome.refused.length - REASONS
              )}
            </>
          )}
        </span>
      )}
    </div>
  );
}
