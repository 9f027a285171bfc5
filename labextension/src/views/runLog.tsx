import React from 'react';

import type { RunDetailsModel } from '../details';
import { isActive } from '../types';
import { Trans } from './context';
import { useChanges } from './useChanges';

/** How near to its end, in px, a log still counts as being read at its end. */
const NEAR = 24;

/** The end of a run's log. It follows new lines unless the reader has scrolled up. */
export function RunLog(props: { details: RunDetailsModel }): JSX.Element {
  const { log, run } = props.details;
  const { lines } = log;
  const trans = React.useContext(Trans);
  useChanges(log);
  const box = React.useRef<HTMLPreElement>(null);
  const [atEnd, setAtEnd] = React.useState(true);
  const toEnd = (): void => {
    if (box.current) {
      box.current.scrollTop = box.current.scrollHeight;
    }
  };
  React.useLayoutEffect(() => {
    if (atEnd) {
      toEnd();
    }
  }, [lines, atEnd]);
  const isThere = lines !== null && lines.length > 0;
  React.useEffect(() => {
    if (!isThere || !atEnd || !box.current) {
      return;
    }
    const observer = new ResizeObserver(toEnd);
    observer.observe(box.current);
    return () => observer.disconnect();
  }, [isThere, atEnd]);
  const active = isActive(run.status);
  return (
    <>
      {log.error && (
        <p className="jp-OmniNotice-error" role="alert">
          {trans.__('The log is not up to date: %1', log.error)}
        </p>
      )}
      {lines === null && !log.error && (
        <p role="status">{trans.__('Fetching the log…')}</p>
      )}
      {lines?.length === 0 && (
        <p>
          {active
            ? trans.__('Nothing has been printed yet.')
            : trans.__('This run has printed nothing.')}
        </p>
      )}
      {isThere && (
        <>
          <p className="jp-OmniLog-note">
            <span>
              {log.isCut
                ? trans._n('The last line.', 'The last %1 lines.', lines.length)
                : trans._n('%1 line.', '%1 lines.', lines.length)}{' '}
              {active && atEnd && trans.__('Following.')}
            </span>
            {!atEnd && (
              <button
                type="button"
                className="jp-OmniLink"
                onClick={() => {
                  setAtEnd(true);
                  toEnd();
                }}
              >
                {active ? trans.__('Follow again') : trans.__('To the end')}
              </button>
            )}
          </p>
          <pre
            ref={box}
            className="jp-OmniLog"
            tabIndex={0}
            role="log"
            aria-live="off"
            aria-label={trans.__('The log of this run')}
            onScroll={event => {
              const { scrollHeight, scrollTop, clientHeight } =
                event.currentTarget;
              setAtEnd(scrollHeight - scrollTop - clientHeight < NEAR);
            }}
          >
            {lines.join('\n')}
          </pre>
        </>
      )}
    </>
  );
}
