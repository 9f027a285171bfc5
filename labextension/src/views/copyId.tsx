import { Clipboard } from '@jupyterlab/apputils';
import React from 'react';

import { Trans } from './context';

/** The first characters of an id; a click copies all of it. */
export function CopyId(props: {
  id: string;
  what: 'run' | 'submission';
  tabIndex?: number;
}): JSX.Element {
  const trans = React.useContext(Trans);
  const [copied, setCopied] = React.useState(false);
  React.useEffect(() => {
    if (!copied) {
      return;
    }
    const timer = window.setTimeout(() => setCopied(false), 1500);
    return () => window.clearTimeout(timer);
  }, [copied]);
  return (
    <button
      type="button"
      className="jp-OmniRuns-id"
      tabIndex={props.tabIndex}
      title={trans.__('Copy %1', props.id)}
      aria-label={
        copied
          ? trans.__('Copied')
          : props.what === 'run'
            ? trans.__('Copy run id %1', props.id)
            : trans.__('Copy submission id %1', props.id)
      }
      onClick={event => {
        event.stopPropagation();
        Clipboard.copyToSystem(props.id);
        setCopied(true);
      }}
    >
      {copied ? trans.__('copied') : props.id.slice(0, 8)}
    </button>
  );
}
