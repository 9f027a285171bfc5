import React from 'react';

import type { RunDetailsModel } from '../details';
import { isActive } from '../types';
import { Trans } from './context';

/** How near to its end, in px, a log still counts as being read at its end. */
const NEAR = 24;

/** The end of a run's log. It follows new lines unless the reader has scrolled up. */
export function RunLog(props: { details: RunDetailsModel }): JSX.Element {
  const { lines, dropped, logError, run } = props.details;
  const trans = React.useContext(Trans);
  const box = React.useRef<HTMLPreElement>(null);
  const atEnd = React.useRef(true);
  React.useLayoutEffect(() => {
    if (box.current && atEnd.current) {
      box.current.scrollTop = box.current.scrollHeight;
    }
  }, [lines]);
  const active = isActive(run.status);
  return (
    <>
      <h3 id={`omnidomain-log-${run.run_id}`}>
        {active ? trans.__('Log (following)') : trans.__('Log')}
      </h3>
      {logError && (
        <p className="jp-OmniNotice-error" role="alert">
          {trans.__('The log is not up to date: %1', logError)}
        </p>
      )}
      {lines === null && !logError && <p>{trans.__('Fetching the log…')}</p>}
      {lines?.length === 0 && (
        <p>
          {active
            ? trans.__('Nothing has been printed yet.')
            : trans.__('This run has printed nothing.')}
        </p>
      )}
      {dropped > 0 && (
        <p>
          {trans.__(
            'The last %1 lines; %2 earlier ones are left out.',
            lines?.length ?? 0,
            dropped
          )}
        </p>
      )}
      {lines !== null && lines.length > 0 && (
        <pre
          ref={box}
          className="jp-OmniDetails-log"
          tabIndex={0}
          role="log"
          aria-live="off"
          aria-labelledby={`omnidomain-log-${run.run_id}`}
          onScroll={event => {
            const { scrollHeight, scrollTop, clientHeight } =
              event.currentTarget;
            atEnd.current = scrollHeight - scrollTop - clientHeight < NEAR;
          }}
        >
          {lines.join('\n')}
        </pre>
      )}
    </>
  );
}
