import { Button, closeIcon } from '@jupyterlab/ui-components';
import React from 'react';

import type { RunDetailsModel } from '../details';
import { exact, lasting } from '../time';
import type { IRunDetail } from '../types';
import { isActive } from '../types';
import { Now, Trans, useClock } from './context';
import { CopyId } from './copyId';
import { RunLog } from './runLog';
import { Status } from './status';
import { Ago, Duration } from './times';
import { useChanges } from './useChanges';

/** One run: what has become of it, its row, the end of its log. */
export function RunDetails(props: {
  details: RunDetailsModel;
  onClose: () => void;
}): JSX.Element {
  const { details, onClose } = props;
  const trans = React.useContext(Trans);
  useChanges(details);
  const { run, detail } = details;
  const active = isActive(run.status);
  const now = useClock(active ? 1000 : 15_000);
  const titleId = React.useId();
  return (
    <Now.Provider value={now}>
      <section
        className="jp-OmniDetails"
        aria-labelledby={titleId}
        tabIndex={-1}
      >
        <header>
          <h2 id={titleId} title={run.sample_id}>
            {run.sample_id}
          </h2>
          <button
            type="button"
            className="jp-OmniDetails-close"
            title={trans.__('Close (Esc)')}
            aria-label={trans.__('Close the details')}
            onClick={onClose}
          >
            <closeIcon.react tag="span" />
          </button>
        </header>
        <p className="jp-OmniDetails-summary">
          <Status status={run.status} />
          <span>{run.pipeline}</span>
          <Duration run={run} />
          <CopyId runId={run.run_id} />
        </p>
        {run.status_reason && (
          <p className="jp-OmniDetails-reason" data-status={run.status}>
            {run.status_reason}
          </p>
        )}
        {run.status === 'UNKNOWN' && (
          <p className="jp-OmniDetails-reason">
            {trans.__(
              'The compute backend no longer knows this job. Look into the output directory: %1',
              run.outdir
            )}
          </p>
        )}
        {(run.status === 'CREATED' || run.status === 'SUBMITTED') && (
          <p className="jp-OmniDetails-reason">
            {trans.__(
              'Waiting for %1: the compute backend starts it when there is room.',
              lasting(
                now - Date.parse(run.submitted_at ?? run.created_at),
                trans
              )
            )}
          </p>
        )}
        {active && <Cancel details={details} />}
        {details.error && (
          <p className="jp-OmniNotice-error" role="alert">
            {details.error}{' '}
            <button
              type="button"
              className="jp-OmniLink"
              onClick={() => void details.refresh()}
            >
              {trans.__('Try again')}
            </button>
          </p>
        )}
        {detail ? (
          <>
            <Timeline detail={detail} />
            <Cells detail={detail} />
          </>
        ) : (
          !details.error && <p>{trans.__('Fetching the history…')}</p>
        )}
        <RunLog details={details} />
      </section>
    </Now.Provider>
  );
}

function Cancel(props: { details: RunDetailsModel }): JSX.Element {
  const { details } = props;
  const trans = React.useContext(Trans);
  return (
    <div className="jp-OmniDetails-cancel">
      {details.cancelling ? (
        <p role="status">
          {trans.__('Cancelling: the backend has been asked to end the job.')}
        </p>
      ) : (
        <Button
          className="jp-mod-styled jp-mod-reject"
          onClick={() => void details.cancel()}
        >
          {trans.__('Cancel this run')}
        </Button>
      )}
      {details.cancelError && (
        <p className="jp-OmniNotice-error" role="alert">
          {details.cancelError}
        </p>
      )}
    </div>
  );
}

function Timeline(props: { detail: IRunDetail }): JSX.Element {
  const trans = React.useContext(Trans);
  return (
    <>
      <h3>{trans.__('History')}</h3>
      <ol className="jp-OmniDetails-timeline">
        {props.detail.status_history.map((change, index) => (
          <li key={index}>
            <Status status={change.status} />
            <time dateTime={change.at} title={exact(change.at, trans)}>
              {clock(change.at)}
            </time>
            <span className="jp-OmniDetails-ago">
              <Ago stamp={change.at} />
            </span>
            {change.message && <p>{change.message}</p>}
          </li>
        ))}
      </ol>
    </>
  );
}

/** The time of day, with the day if that was not today. */
function clock(stamp: string): string {
  const at = new Date(stamp);
  return at.toDateString() === new Date().toDateString()
    ? at.toLocaleTimeString()
    : at.toLocaleString();
}

function Cells(props: { detail: IRunDetail }): JSX.Element {
  const trans = React.useContext(Trans);
  return (
    <>
      <h3>{trans.__('Row')}</h3>
      <dl className="jp-OmniDetails-cells">
        {Object.entries(props.detail.tsv_row).map(([name, text]) => (
          <React.Fragment key={name}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </React.Fragment>
        ))}
        <dt>{trans.__('output directory')}</dt>
        <dd>{props.detail.outdir}</dd>
      </dl>
    </>
  );
}
