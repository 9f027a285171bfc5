import { Button } from '@jupyterlab/ui-components';
import React from 'react';

import type { ISubmission } from '../types';
import { STATUSES } from '../types';
import { isUploading, progressText } from '../uploads';
import { Trans } from './context';
import { Status } from './status';

/** So many refused rows are shown with their reasons. */
const REASONS = 20;

/** How far the rows of a sheet have come. */
export function SubmitProgress(props: {
  submission: ISubmission;
  /** How many have come to an end. */
  ended: number;
  error: string;
  onShowRuns: (submissionId: string) => void;
  onClose: () => void;
}): JSX.Element {
  const { submission, ended, error, onShowRuns, onClose } = props;
  const { total, counts, rejected, uploads } = submission;
  const trans = React.useContext(Trans);
  return (
    <>
      <p role="status">
        <b>
          {ended >= total
            ? trans._n('%1 row has ended.', 'All %1 rows have ended.', total)
            : trans._n(
                '%2 of %1 row has ended.',
                '%2 of %1 rows have ended.',
                total,
                ended
              )}
        </b>{' '}
        {ended < total &&
          (isUploading(submission)
            ? trans.__(
                'They go on when you close this. Until their files are on S3, the Jupyter server has to stay on.'
              )
            : trans.__(
                'They go on when you close this, and also without Jupyter.'
              ))}
      </p>
      <progress
        value={ended}
        max={total}
        aria-label={trans.__('Rows that have ended')}
      />
      <p className="jp-OmniSubmit-counts">
        {STATUSES.map(status => {
          const count = counts[status] ?? 0;
          return (
            count > 0 && (
              <span key={status}>
                {count} <Status status={status} />
              </span>
            )
          );
        })}
      </p>
      {uploads && isUploading(submission) && (
        <>
          <p>{trans.__('To S3 first: %1', progressText(submission, trans))}</p>
          <progress
            value={uploads.done_bytes}
            max={uploads.bytes}
            aria-label={trans.__('Files that go to S3')}
          />
        </>
      )}
      {rejected.length > 0 && (
        <ul
          className="jp-OmniFaults"
          aria-label={trans.__('Rows that were refused')}
        >
          {rejected.slice(0, REASONS).map(row => (
            <li key={row.row} data-tone="error">
              <span>{row.sample_id}</span>
              <span>{row.reason}</span>
            </li>
          ))}
        </ul>
      )}
      {error && (
        <p className="jp-OmniNotice-error" role="alert">
          {error}
        </p>
      )}
      <div className="jp-OmniSubmit-foot">
        <span />
        <button type="button" className="jp-OmniLink" onClick={onClose}>
          {trans.__('Close')}
        </button>
        <Button
          className="jp-mod-styled jp-mod-accept"
          onClick={() => onShowRuns(submission.submission_id)}
        >
          {trans.__('Show its runs')}
        </Button>
      </div>
    </>
  );
}
