import { PathExt } from '@jupyterlab/coreutils';
import { caretDownIcon, caretRightIcon } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import type { Line } from '../arrange';
import type { RunHistoryModel } from '../model';
import type { IRun, RunStatus } from '../types';
import { STATUSES } from '../types';
import { isUploading, progressText, UPLOADS_LOOK } from '../uploads';
import { Trans } from './context';
import { Ago } from './times';
import { useChanges } from './useChanges';

/** The head of a submission's runs: its sheet, and how far it has come. Enter opens and closes. */
export function GroupRow(props: {
  model: RunHistoryModel;
  line: Extract<Line, { kind: 'submission' }>;
  lineId: string;
  place: number;
  top: number;
  isCurrent: boolean;
  onFocus: (lineId: string) => void;
}): JSX.Element {
  const { model, line, lineId, place, top, isCurrent, onFocus } = props;
  const { submissionId, runs, open } = line;
  const { submissions } = model;
  const trans = React.useContext(Trans);
  useChanges(submissions);
  const asOf = latestOf(runs);
  React.useEffect(() => {
    if (submissionId) {
      void submissions.fetch(submissionId, asOf);
    }
  }, [submissions, submissionId, asOf]);
  const submission = submissions.get(submissionId);
  const uploading = isUploading(submission);
  React.useEffect(() => {
    if (!uploading) {
      return undefined;
    }
    const timer = window.setInterval(
      () => void submissions.refetch(submissionId),
      UPLOADS_LOOK
    );
    return () => window.clearInterval(timer);
  }, [submissions, submissionId, uploading]);
  const counts = submission?.counts ?? countsOf(runs);
  const [first] = runs;
  const title = !submissionId
    ? trans.__('Submitted one by one')
    : (submission?.filename ?? trans.__('Sheet %1', submissionId.slice(0, 8)));
  const toggle = (): void => model.view.toggleGroup(submissionId);
  const Caret = open ? caretDownIcon : caretRightIcon;
  return (
    <div
      role="row"
      className="jp-OmniRow jp-OmniGroup"
      style={{ transform: `translateY(${top}px)` }}
      tabIndex={isCurrent ? 0 : -1}
      aria-rowindex={place}
      aria-level={1}
      aria-expanded={open}
      data-line={lineId}
      onFocus={() => onFocus(lineId)}
      onClick={toggle}
      onKeyDown={event => {
        const keys = ['Enter', ' ', open ? 'ArrowLeft' : 'ArrowRight'];
        if (event.target === event.currentTarget && keys.includes(event.key)) {
          event.preventDefault();
          toggle();
        }
      }}
    >
      <span role="rowheader" className="jp-OmniGroup-title">
        <Caret.react tag="span" />
        <b title={title}>{PathExt.basename(title)}</b>
        <span className="jp-OmniGroup-pipeline">{first.pipeline}</span>
        <Ago stamp={first.created_at} />
      </span>
      <span role="gridcell" className="jp-OmniGroup-counts">
        {countsText(counts, submission?.total ?? runs.length, trans)}
        {uploading && (
          <span>
            {' · '}
            {trans.__('to S3: %1', progressText(submission, trans))}
          </span>
        )}
        {submission !== null && submission.rejected.length > 0 && (
          <span className="jp-OmniNotice-error">
            {' · '}
            {trans._n('%1 refused', '%1 refused', submission.rejected.length)}
          </span>
        )}
      </span>
    </div>
  );
}

type Counts = Readonly<Partial<Record<RunStatus, number>>>;

function countsText(
  counts: Counts,
  total: number,
  trans: TranslationBundle
): string {
  const parts = STATUSES.flatMap(status => {
    const count = counts[status] ?? 0;
    return count > 0 ? [`${count} ${status}`] : [];
  });
  return [trans._n('%1 row', '%1 rows', total), ...parts].join(' · ');
}

function countsOf(runs: readonly IRun[]): Counts {
  const counts: Partial<Record<RunStatus, number>> = {};
  for (const { status } of runs) {
    counts[status] = (counts[status] ?? 0) + 1;
  }
  return counts;
}

function latestOf(runs: readonly IRun[]): string {
  return runs.reduce(
    (latest, run) => (run.updated_at > latest ? run.updated_at : latest),
    ''
  );
}
