import { Button, HTMLSelect } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import type { SubmitModel } from '../submit/model';
import type { ICostRange } from '../types';
import { needText } from '../uploads';
import { Trans } from './context';
import { obstacleText } from './obstacle';
import { SheetFaults } from './sheetFaults';
import { SheetGrid } from './sheetGrid';
import { SignIn } from './signIn';
import { SubmitProgress } from './submitProgress';
import { TryAgain } from './tryAgain';
import { UploadReads } from './uploadReads';
import { useChanges } from './useChanges';

export interface ISubmitSheetProps {
  model: SubmitModel;
  onClose: () => void;
  /** Shows the runs that the sheet has become. */
  onShowRuns: (submissionId: string) => void;
  /** Shows a line of the sheet in the editor; null where that cannot be. */
  onGoTo: ((line: number) => void) | null;
}

/** A sheet: before it is submitted, what is wrong at which cell; then how far it has come. */
export function SubmitSheet(props: ISubmitSheetProps): JSX.Element {
  const { model, onShowRuns, onClose } = props;
  const { session } = model.history;
  useChanges(model);
  React.useEffect(() => {
    void model.start();
  }, [model]);
  const box = React.useRef<HTMLDivElement>(null);
  const signedOut = session.state.kind === 'signed-out';
  const submitted = model.submission !== null;
  React.useEffect(() => {
    // The keys of the dialog, such as Esc, need the focus in it; the pressed button has gone.
    box.current
      ?.querySelector<HTMLElement>(signedOut ? 'input' : '.jp-OmniSubmit')
      ?.focus();
  }, [signedOut, submitted]);
  return (
    <div ref={box}>
      {session.state.kind === 'signed-out' ? (
        <SignIn session={session} expired={session.state.expired} />
      ) : (
        <div className="jp-OmniSubmit" tabIndex={-1}>
          {model.submission ? (
            <SubmitProgress
              submission={model.submission}
              ended={model.ended}
              error={model.error}
              onShowRuns={onShowRuns}
              onClose={onClose}
            />
          ) : (
            <Check {...props} />
          )}
        </div>
      )}
    </div>
  );
}

function Check(props: ISubmitSheetProps): JSX.Element {
  const { model, onGoTo, onShowRuns } = props;
  const { report, pipeline, error, earlier } = model;
  const trans = React.useContext(Trans);
  const id = React.useId();
  const offered = React.useRef(false);
  // It stays while the sheet is checked again: a file may be on its way.
  offered.current ||=
    !!report?.uploads && report.errors.some(each => each.code === 'not_found');
  const wantsUpload = offered.current;
  const obstacle = model.isWaiting
    ? obstacleText(model.history.session.state, trans)
    : '';
  return (
    <>
      <div className="jp-OmniSubmit-pipeline">
        <label htmlFor={id}>{trans.__('Pipeline')}</label>
        <HTMLSelect
          id={id}
          value={pipeline?.name ?? ''}
          disabled={model.pipelines.length === 0 || model.submitting}
          onChange={event => void model.choose(event.target.value)}
        >
          {model.pipelines.map(each => (
            <option key={each.name} value={each.name}>
              {each.name} – {each.title}
            </option>
          ))}
        </HTMLSelect>
        <span className="jp-OmniSubmit-hint">
          {model.guessed && trans.__('Chosen by the columns. ')}
          {pipeline?.description}
        </span>
      </div>
      {report && <SheetGrid report={report} onGoTo={onGoTo} />}
      {report && <SheetFaults model={model} report={report} onGoTo={onGoTo} />}
      {wantsUpload && <UploadReads model={model} />}
      {error && (
        <p className="jp-OmniNotice-error" role="alert">
          {error}{' '}
          {earlier && (
            <button
              type="button"
              className="jp-OmniLink"
              onClick={() => onShowRuns(earlier)}
            >
              {trans.__('Show its runs')}
            </button>
          )}
        </p>
      )}
      {obstacle && (
        <TryAgain error={obstacle} onClick={() => void model.check()} />
      )}
      <Foot model={model} isChecking={!error && !obstacle} />
    </>
  );
}

function Foot(props: {
  model: SubmitModel;
  /** Whether a report that is not there is on its way. */
  isChecking: boolean;
}): JSX.Element {
  const { model, isChecking } = props;
  const { report, pipeline, error, submitting } = model;
  const trans = React.useContext(Trans);
  const runs =
    report === null
      ? 0
      : pipeline?.granularity === 'sheet'
        ? Math.min(1, report.rows)
        : report.rows;
  const ready = report !== null && report.valid && report.rows > 0;
  return (
    <div className="jp-OmniSubmit-foot">
      <span role="status">
        {report === null
          ? isChecking && trans.__('Checking the sheet and its files…')
          : [
              trans._n('%1 sample', '%1 samples', report.rows),
              report.error_count > 0 &&
                trans._n('%1 to fix', '%1 to fix', report.error_count),
              needText(report.uploads, trans),
              // A cost of nothing is that of this machine, where no file goes to S3.
              report.cost_estimate &&
                (report.cost_estimate.high > 0 || !report.uploads) &&
                costText(report.cost_estimate, trans)
            ]
              .filter(Boolean)
              .join(' · ')}
      </span>
      {(report !== null || error) && !submitting && (
        <button
          type="button"
          className="jp-OmniLink"
          onClick={() => void model.check()}
        >
          {trans.__('Check again')}
        </button>
      )}
      {ready ? (
        <Button
          className="jp-mod-styled jp-mod-accept"
          onClick={() => void model.submit()}
        >
          {submitting
            ? trans.__('Submitting…')
            : trans._n('Submit %1 run', 'Submit %1 runs', runs)}
        </Button>
      ) : (
        report !== null && (
          <span className="jp-OmniSubmit-first">
            {report.rows === 0 && report.error_count === 0
              ? trans.__('The sheet has no samples yet.')
              : trans._n(
                  'Fix %1 cell first',
                  'Fix %1 cells first',
                  report.error_count
                )}
          </span>
        )
      )}
    </div>
  );
}

function costText(cost: ICostRange, trans: TranslationBundle): string {
  const money = (value: number): string =>
    value.toLocaleString(undefined, {
      style: 'currency',
      currency: cost.currency
    });
  return cost.high === 0
    ? trans.__('no cost: it runs on this machine')
    : cost.low === cost.high
      ? trans.__('about %1', money(cost.high))
      : trans.__('about %1 to %2', money(cost.low), money(cost.high));
}
