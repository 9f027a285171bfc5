import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import { faultText, fitsCell } from '../submit/fault';
import type { SubmitModel } from '../submit/model';
import type { IIssue, IValidationReport } from '../types';
import { textOf } from '../problem';
import { Trans } from './context';

/** How many faults are shown; the rest are counted. */
const SHOWN = 100;

/** What is wrong in a sheet, each with its line, column and what would be right. */
export function SheetFaults(props: {
  model: SubmitModel;
  report: IValidationReport;
  /** Shows a line of the sheet in the editor; null where that cannot be. */
  onGoTo: ((line: number) => void) | null;
}): JSX.Element | null {
  const { model, report, onGoTo } = props;
  const trans = React.useContext(Trans);
  const issues = [...report.errors, ...report.warnings].slice(0, SHOWN);
  const rest = report.error_count + report.warnings.length - issues.length;
  if (issues.length === 0) {
    return null;
  }
  return (
    <>
      <ul
        className="jp-OmniFaults"
        aria-label={trans.__('What is wrong in the sheet')}
      >
        {issues.map((issue, index) => (
          <li
            key={index}
            data-tone={index < report.errors.length ? 'error' : 'warn'}
          >
            <Place issue={issue} onGoTo={onGoTo} trans={trans} />
            <span>
              {faultText(issue)}
              <Suggestion model={model} issue={issue} />
            </span>
          </li>
        ))}
      </ul>
      {rest > 0 && (
        <p className="jp-OmniSubmit-hint">
          {trans._n('… and %1 more', '… and %1 more', rest)}
        </p>
      )}
    </>
  );
}

/** What would be right: written into the cell by a click, where that can be. */
function Suggestion(props: {
  model: SubmitModel;
  issue: IIssue;
}): JSX.Element | null {
  const { model, issue } = props;
  const { line, column, value, suggestion } = issue;
  const trans = React.useContext(Trans);
  const [error, setError] = React.useState('');
  if (!suggestion) {
    return null;
  }
  if (!model.canWrite || !line || !fitsCell(value) || !fitsCell(suggestion)) {
    return <> {trans.__('Perhaps “%1”.', suggestion)}</>;
  }
  const use = async (button: HTMLElement): Promise<void> => {
    const dialog = button.closest<HTMLElement>('.jp-OmniSubmit');
    try {
      const done = await model.write([{ line, column, value }], suggestion);
      setError(done ? '' : leftAsItIs(trans));
      if (done) {
        dialog?.focus(); // the button goes while the sheet is checked again
      }
    } catch (reason) {
      setError(textOf(reason));
    }
  };
  return (
    <>
      {' '}
      <button
        type="button"
        className="jp-OmniLink"
        title={trans.__('Write this into the cell, and check again')}
        onClick={event => void use(event.currentTarget)}
      >
        {trans.__('Use %1', suggestion)}
      </button>
      {error && (
        <span className="jp-OmniNotice-error" role="alert">
          {' '}
          {error}
        </span>
      )}
    </>
  );
}

/** Why a cell was not written. */
export function leftAsItIs(trans: TranslationBundle): string {
  return trans.__(
    'The sheet has changed since it was checked, or has changes that are not saved; it was left as it is.'
  );
}

function Place(props: {
  issue: IIssue;
  onGoTo: ((line: number) => void) | null;
  trans: TranslationBundle;
}): JSX.Element {
  const { issue, onGoTo, trans } = props;
  const { line, column } = issue;
  if (line === null) {
    return <span>{column ?? trans.__('Sheet')}</span>;
  }
  const text = column
    ? trans.__('Line %1, %2', line, column)
    : trans.__('Line %1', line);
  return onGoTo ? (
    <button
      type="button"
      className="jp-OmniLink"
      title={trans.__('Show this line in the editor')}
      onClick={() => onGoTo(line)}
    >
      {text}
    </button>
  ) : (
    <span>{text}</span>
  );
}
