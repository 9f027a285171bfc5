import React from 'react';

import type { IRun, IRunFailure } from '../types';
import { Trans } from './context';

/** Why a run failed, as far as its exit code and its log tell more than its reason does. */
export function Failure(props: {
  run: IRun;
  failure: IRunFailure;
}): JSX.Element | null {
  const { meaning, summary, process, cause, error_lines } = props.failure;
  const trans = React.useContext(Trans);
  const reason = props.run.status_reason ?? '';
  const sentences = [summary ?? cause, meaning].filter(
    sentence => sentence && !reason.includes(sentence.replace(/\.$/, ''))
  );
  if (sentences.length === 0 && !process && error_lines.length === 0) {
    return null;
  }
  return (
    <div className="jp-OmniFailure">
      {sentences.map(sentence => (
        <p key={sentence}>{sentence}</p>
      ))}
      {process && <p>{trans.__('The step that failed: %1', process)}</p>}
      {error_lines.length > 0 && (
        <details>
          <summary>{trans.__('In the pipeline’s own words')}</summary>
          <pre>{error_lines.join('\n')}</pre>
        </details>
      )}
    </div>
  );
}
