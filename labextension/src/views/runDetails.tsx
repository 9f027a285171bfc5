import { closeIcon } from '@jupyterlab/ui-components';
import React from 'react';

import type { RunDetailsModel } from '../details';
import { exact, lasting } from '../time';
import type { IRun, IRunDetail } from '../types';
import { isActive } from '../types';
import { Now, Trans, useClock } from './context';
import { CopyId } from './copyId';
import { Failure } from './failure';
import { ResultTree } from './resultTree';
import { RunActions } from './runActions';
import { RunCommand } from './runCommand';
import { RunLog } from './runLog';
import { RunNumbers } from './runNumbers';
import { RunUploads } from './runUploads';
import { Status } from './status';
import { Tabs } from './tabs';
import { Ago, Duration } from './times';
import { clock, Timeline } from './timeline';
import { useChanges } from './useChanges';

/** One run: what has become of it, what can be done, its log, results, row and history. */
export function RunDetails(props: {
  details: RunDetailsModel;
  onClose: () => void;
  /** Show another run instead. */
  onOpen: (run: IRun) => void;
}): JSX.Element {
  const { details, onClose, onOpen } = props;
  const trans = React.useContext(Trans);
  useChanges(details);
  const { run, detail } = details;
  const now = useClock(isActive(run.status) ? 1000 : 15_000);
  const titleId = React.useId();
  // Chosen once: a page that changes under the reader is worse than one click more.
  const [first] = React.useState(
    run.status === 'COMPLETED' ? 'results' : 'log'
  );
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
          <Status status={run.status} reason={run.status_reason} />
          <span>{run.pipeline}</span>
          <Duration run={run} />
          <CopyId id={run.run_id} what="run" />
        </p>
        <HowItStands run={run} now={now} />
        <RunActions details={details} onOpen={onOpen} />
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
        {detail && <Timeline detail={detail} />}
        {details.failure && <Failure run={run} failure={details.failure} />}
        <Tabs
          label={trans.__('More of this run')}
          first={first}
          tabs={[
            {
              id: 'log',
              title: trans.__('Log'),
              render: () => <RunLog details={details} />
            },
            {
              id: 'results',
              title: trans.__('Results'),
              render: () => <ResultTree details={details} />
            },
            {
              id: 'numbers',
              title: trans.__('Numbers'),
              render: () => <RunNumbers details={details} />
            },
            {
              id: 'row',
              title: trans.__('Row'),
              render: () =>
                detail ? (
                  <>
                    <Cells detail={detail} />
                    <RunUploads details={details} />
                  </>
                ) : (
                  <Fetching details={details} />
                )
            },
            {
              id: 'command',
              title: trans.__('Command'),
              render: () => <RunCommand details={details} />
            },
            {
              id: 'history',
              title: trans.__('History'),
              render: () =>
                detail ? (
                  <History detail={detail} />
                ) : (
                  <Fetching details={details} />
                )
            }
          ]}
        />
      </section>
    </Now.Provider>
  );
}

/** Why it is where it is, and what happens next. */
function HowItStands(props: { run: IRun; now: number }): JSX.Element | null {
  const { run, now } = props;
  const trans = React.useContext(Trans);
  if (run.status === 'UNKNOWN') {
    return (
      <p className="jp-OmniDetails-reason">
        {trans.__(
          'The compute backend no longer knows this job. Look into the output directory: %1',
          run.outdir
        )}
      </p>
    );
  }
  const waiting =
    run.status === 'CREATED' || run.status === 'SUBMITTED'
      ? trans.__(
          'Waiting for %1: the compute backend starts it when there is room.',
          lasting(now - Date.parse(run.submitted_at ?? run.created_at), trans)
        )
      : '';
  const text = [run.status_reason, waiting].filter(Boolean).join(' ');
  return text ? (
    <p className="jp-OmniDetails-reason" data-status={run.status}>
      {text}
    </p>
  ) : null;
}

function Fetching(props: { details: RunDetailsModel }): JSX.Element | null {
  const trans = React.useContext(Trans);
  return props.details.error ? null : (
    <p role="status">{trans.__('Fetching…')}</p>
  );
}

function History(props: { detail: IRunDetail }): JSX.Element {
  const { detail } = props;
  const trans = React.useContext(Trans);
  return (
    <>
      <ol className="jp-OmniDetails-history">
        {detail.status_history.map((change, index) => (
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
      <Facts
        facts={[
          [trans.__('Compute backend'), detail.backend],
          [trans.__('Job'), detail.job_id],
          [trans.__('Job name'), detail.job_name],
          [trans.__('Exit code'), detail.exit_code],
          [trans.__('Revision'), detail.pipeline_revision],
          [trans.__('Resumed from'), detail.parent_run_id],
          [trans.__('Submission'), detail.submission_id],
          [trans.__('Output directory'), detail.outdir]
        ]}
      />
    </>
  );
}

function Cells(props: { detail: IRunDetail }): JSX.Element {
  return <Facts facts={Object.entries(props.detail.tsv_row)} />;
}

function Facts(props: {
  facts: readonly (readonly [string, string | number | null])[];
}): JSX.Element {
  return (
    <dl className="jp-OmniDetails-cells">
      {props.facts.map(
        ([name, value]) =>
          value !== null && (
            <React.Fragment key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </React.Fragment>
          )
      )}
    </dl>
  );
}
