import { Clipboard } from '@jupyterlab/apputils';
import React from 'react';

import type { RunDetailsModel } from '../details';
import type { IRunCommand } from '../types';
import { Trans } from './context';

/** What the run's job is started with, to read and to copy. */
export function RunCommand(props: { details: RunDetailsModel }): JSX.Element {
  const { details } = props;
  const trans = React.useContext(Trans);
  const [command, setCommand] = React.useState<IRunCommand | null>(null);
  const [error, setError] = React.useState('');
  const [copied, setCopied] = React.useState(false);
  React.useEffect(() => {
    let isWanted = true;
    details.command().then(
      found => isWanted && setCommand(found),
      (reason: unknown) => isWanted && setError(details.told(reason))
    );
    return () => {
      isWanted = false;
    };
  }, [details]);
  if (error) {
    return (
      <p className="jp-OmniNotice-error" role="alert">
        {error}
      </p>
    );
  }
  if (command === null) {
    return <p role="status">{trans.__('Fetching…')}</p>;
  }
  return (
    <div className="jp-OmniDetails-command">
      <pre tabIndex={0} aria-label={trans.__('The command of this run')}>
        {command.shell}
      </pre>
      <p>
        <button
          type="button"
          className="jp-OmniLink"
          onClick={() => {
            Clipboard.copyToSystem(command.shell);
            setCopied(true);
          }}
        >
          {copied ? trans.__('Copied') : trans.__('Copy the command')}
        </button>{' '}
        {trans.__('As the pipeline makes it today. No shell is involved.')}
      </p>
    </div>
  );
}
