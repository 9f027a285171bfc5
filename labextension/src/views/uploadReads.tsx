import { Clipboard } from '@jupyterlab/apputils';
import React from 'react';

import { textOf } from '../problem';
import { share } from '../size';
import type { SubmitModel } from '../submit/model';
import { sendFile } from '../submit/sending';
import { Trans } from './context';
import { leftAsItIs } from './sheetFaults';

/** Sends a file of this computer to S3, and shows the address that the sheet can name. */
export function UploadReads(props: { model: SubmitModel }): JSX.Element {
  const { model } = props;
  const trans = React.useContext(Trans);
  const input = React.useRef<HTMLInputElement>(null);
  const [file, setFile] = React.useState<File | null>(null);
  const [arrived, setArrived] = React.useState(0);
  const [uri, setUri] = React.useState('');
  const [name, setName] = React.useState('');
  const [error, setError] = React.useState('');
  const sending = React.useRef<AbortController | null>(null);
  React.useEffect(() => () => sending.current?.abort(), []);
  const send = async (chosen: File): Promise<void> => {
    const controller = new AbortController();
    sending.current = controller;
    model.sending = true;
    setFile(chosen);
    setName(chosen.name);
    setArrived(0);
    setUri('');
    setError('');
    try {
      setUri(
        await sendFile(model.history.api, chosen, {
          onProgress: setArrived,
          signal: controller.signal,
          trans
        })
      );
    } catch (reason) {
      setError(
        controller.signal.aborted
          ? trans.__('Cancelled. Nothing of the file is left on S3.')
          : textOf(reason)
      );
    }
    sending.current = null;
    model.sending = false;
    setFile(null);
  };
  return (
    <div role="group" aria-label={trans.__('Upload reads')}>
      <input
        ref={input}
        type="file"
        hidden
        onChange={event => {
          const chosen = event.target.files?.[0];
          event.target.value = ''; // so that the same file can be chosen again
          if (chosen) {
            void send(chosen);
          }
        }}
      />
      {file ? (
        <p role="status">
          {trans.__(
            'To S3: %1, %2',
            file.name,
            share(arrived, file.size, trans)
          )}{' '}
          <button
            type="button"
            className="jp-OmniLink"
            onClick={() => sending.current?.abort()}
          >
            {trans.__('Cancel upload')}
          </button>
        </p>
      ) : (
        <p>
          {trans.__('Is a missing file on your own computer?')}{' '}
          <button
            type="button"
            className="jp-OmniLink"
            onClick={() => input.current?.click()}
          >
            {trans.__('Upload reads…')}
          </button>
        </p>
      )}
      {model.warned && (
        <p className="jp-OmniNotice-error" role="alert">
          {trans.__(
            'Closing this window cancels the upload. Close it again if you mean it.'
          )}
        </p>
      )}
      {uri && <OnS3 key={uri} model={model} name={name} uri={uri} />}
      {error && (
        <p className="jp-OmniNotice-error" role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

/** What has arrived: its address goes into the sheet by a click, or by hand. */
function OnS3(props: {
  model: SubmitModel;
  /** As it is called on the scientist's computer: S3 may spell it otherwise. */
  name: string;
  uri: string;
}): JSX.Element {
  const { model, name, uri } = props;
  const trans = React.useContext(Trans);
  const [copied, setCopied] = React.useState(false);
  const [state, setState] = React.useState<'' | 'written' | 'refused'>('');
  const cells = model.cellsOf(name);
  if (state === 'written') {
    return (
      <p role="status">
        {trans.__('%1 is on S3, and its address is in the sheet.', name)}
      </p>
    );
  }
  const write = async (): Promise<void> => {
    try {
      setState((await model.write(cells, uri)) ? 'written' : 'refused');
    } catch {
      setState('refused');
    }
  };
  const lines = cells.map(cell => cell.line).join(', ');
  return (
    <div role="status">
      <p>
        {trans.__('%1 is on S3.', name)}{' '}
        {cells.length > 0 && state === '' ? (
          <button
            type="button"
            className="jp-OmniLink"
            onClick={() => void write()}
          >
            {trans._n(
              'Put its address into line %2',
              'Put its address into lines %2',
              cells.length,
              lines
            )}
          </button>
        ) : (
          trans.__('Write this into its cell, and check again:')
        )}
      </p>
      {state === 'refused' && <p>{leftAsItIs(trans)}</p>}
      <p>
        <code>{uri}</code>{' '}
        <button
          type="button"
          className="jp-OmniLink"
          onClick={() => {
            Clipboard.copyToSystem(uri);
            setCopied(true);
          }}
        >
          {copied ? trans.__('Copied') : trans.__('Copy')}
        </button>
      </p>
    </div>
  );
}
