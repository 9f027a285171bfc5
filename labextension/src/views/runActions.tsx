import { Clipboard } from '@jupyterlab/apputils';
import { Button } from '@jupyterlab/ui-components';
import React from 'react';

import { textOf } from '../problem';
import type { RunDetailsModel } from '../details';
import { runInPython } from '../python';
import type { IRun } from '../types';
import { isActive, isResumable } from '../types';
import { AppActions, Trans } from './context';

/** How long "Copied" stays, in ms. */
const COPIED = 1500;

/** What can be done with a run now. */
export function RunActions(props: {
  details: RunDetailsModel;
  onOpen: (run: IRun) => void;
}): JSX.Element {
  const { details, onOpen } = props;
  const { run, detail, doing } = details;
  const { rerunNotebook, openFolder } = React.useContext(AppActions);
  const trans = React.useContext(Trans);
  const [error, setError] = React.useState('');
  const resume = async (): Promise<void> => {
    const next = await details.resume();
    if (next) {
      onOpen(next);
    }
  };
  const attempt = async (action: () => Promise<void>): Promise<void> => {
    setError('');
    try {
      await action();
    } catch (reason) {
      setError(textOf(reason));
    }
  };
  const folder = run.started_at === null ? null : openFolder(run);
  return (
    <div className="jp-OmniDetails-actions">
      {doing === 'cancelling' && (
        <p role="status">
          {trans.__('Cancelling: the backend has been asked to end the job.')}
        </p>
      )}
      {isActive(run.status) && doing !== 'cancelling' && (
        <Button
          className="jp-mod-styled jp-mod-reject"
          onClick={() => void details.cancel()}
        >
          {trans.__('Cancel this run')}
        </Button>
      )}
      {doing === 'resuming' && <p role="status">{trans.__('Resuming…')}</p>}
      {isResumable(run.status) && doing === 'nothing' && (
        <Button
          className="jp-mod-styled jp-mod-accept"
          title={trans.__('Run this row again in its work directory')}
          onClick={() => void resume()}
        >
          {trans.__('Resume')}
        </Button>
      )}
      {folder && (
        <button
          type="button"
          className="jp-OmniLink"
          title={run.outdir}
          onClick={() => void attempt(folder)}
        >
          {trans.__('Open output folder')}
        </button>
      )}
      <CopyLink text={runInPython(run)} label={trans.__('Copy as Python')} />
      {!folder && run.started_at !== null && (
        <CopyLink text={run.outdir} label={trans.__('Copy output address')} />
      )}
      {rerunNotebook && detail && (
        <button
          type="button"
          className="jp-OmniLink"
          title={trans.__('A notebook that submits the same row again')}
          onClick={() => void attempt(() => rerunNotebook(detail))}
        >
          {trans.__('Reproduce in a notebook')}
        </button>
      )}
      {[details.doingError, error].filter(Boolean).map(text => (
        <p key={text} className="jp-OmniNotice-error" role="alert">
          {text}
        </p>
      ))}
    </div>
  );
}

function CopyLink(props: { text: string; label: string }): JSX.Element {
  const trans = React.useContext(Trans);
  const [copied, setCopied] = React.useState(false);
  React.useEffect(() => {
    if (copied) {
      const timer = window.setTimeout(() => setCopied(false), COPIED);
      return () => window.clearTimeout(timer);
    }
  }, [copied]);
  return (
    <button
      type="button"
      className="jp-OmniLink"
      title={props.text}
      onClick={() => {
        Clipboard.copyToSystem(props.text);
        setCopied(true);
      }}
    >
      {copied ? trans.__('Copied') : props.label}
    </button>
  );
}
