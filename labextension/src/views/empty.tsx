import { Clipboard } from '@jupyterlab/apputils';
import { Button } from '@jupyterlab/ui-components';
import React from 'react';

import { Trans } from './context';
import { useFocusRelay } from './focus';

/** The cell that opens the panel with which sheets are submitted. */
export const STARTER_CELL =
  'from omnidomain_jupyter import RunPanel\nRunPanel()';

/** No runs yet: what will be here, and how to get there. */
export function Empty(props: {
  /** Opens a notebook with the starter cell; null where there are no notebooks. */
  startNotebook: (() => Promise<void>) | null;
}): JSX.Element {
  const { startNotebook } = props;
  const trans = React.useContext(Trans);
  const [copied, setCopied] = React.useState(false);
  const box = React.useRef<HTMLDivElement>(null);
  useFocusRelay(box, 'button');
  return (
    <div ref={box} className="jp-OmniNotice">
      <h2>{trans.__('No runs yet')}</h2>
      <p>
        {trans.__(
          'Every row of a sample sheet that you submit becomes a run. It appears here at once, with its status, its log and its history.'
        )}
      </p>
      <p>{trans.__('Submit a sheet from a notebook, with this cell:')}</p>
      <pre>{STARTER_CELL}</pre>
      {startNotebook ? (
        <Button
          className="jp-mod-styled jp-mod-accept"
          onClick={() => void startNotebook()}
        >
          {trans.__('Open a notebook with this cell')}
        </Button>
      ) : (
        <Button
          className="jp-mod-styled jp-mod-accept"
          onClick={() => {
            Clipboard.copyToSystem(STARTER_CELL);
            setCopied(true);
          }}
        >
          {copied ? trans.__('Copied') : trans.__('Copy this cell')}
        </Button>
      )}
    </div>
  );
}
