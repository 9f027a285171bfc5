import { Clipboard } from '@jupyterlab/apputils';
import { Button } from '@jupyterlab/ui-components';
import React from 'react';

import { STARTER_CELL } from '../python';
import { AppActions, Trans } from './context';
import { useFocusRelay } from './focus';

/** No runs yet: what will be here, and how to get there. */
export function Empty(): JSX.Element {
  const { startNotebook } = React.useContext(AppActions);
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
      <p>
        {trans.__(
          'To submit a sheet, right-click it in the file browser and choose “Submit to OmniDomain…”, or use a notebook with this cell:'
        )}
      </p>
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
