import { Button } from '@jupyterlab/ui-components';
import React from 'react';

import type { SavingModel } from '../saving';
import type { ISavedFiles } from '../types';
import { AppActions, Trans } from './context';
import { useFocusRelay } from './focus';

/** Copies the results that are marked to the user's own files, where they stay. */
export function SaveResults(props: { saving: SavingModel }): JSX.Element {
  const { saving } = props;
  const trans = React.useContext(Trans);
  const { saved } = saving;
  if (saved !== null) {
    return <Saved saved={saved} />;
  }
  if (saving.chosen.size === 0) {
    return (
      <p className="jp-OmniFiles-hint">
        {trans.__('Mark files to save them among your own.')}
      </p>
    );
  }
  return <SaveForm saving={saving} />;
}

/** What was saved and where; it takes the focus of the button that has gone. */
function Saved(props: { saved: ISavedFiles }): JSX.Element {
  const { saved } = props;
  const trans = React.useContext(Trans);
  const { showFolder } = React.useContext(AppActions);
  const box = React.useRef<HTMLDivElement>(null);
  useFocusRelay(box, '[role="status"]');
  return (
    <div ref={box}>
      <p role="status" tabIndex={-1}>
        {trans._n(
          '%1 file is saved in %2.',
          '%1 files are saved in %2.',
          saved.files.length,
          saved.folder || '/'
        )}{' '}
        {showFolder && (
          <button
            type="button"
            className="jp-OmniLink"
            onClick={() => void showFolder(saved.folder)}
          >
            {trans.__('Show the folder')}
          </button>
        )}
      </p>
    </div>
  );
}

function SaveForm(props: { saving: SavingModel }): JSX.Element {
  const { saving } = props;
  const trans = React.useContext(Trans);
  const id = React.useId();
  const form = React.useRef<HTMLFormElement>(null);
  useFocusRelay(form);
  return (
    <form
      ref={form}
      className="jp-OmniFiles-save"
      aria-label={trans.__('Save to my files')}
      onSubmit={event => {
        event.preventDefault();
        void saving.save();
      }}
    >
      <label htmlFor={id}>{trans.__('Folder')}</label>
      <input
        id={id}
        type="text"
        className="jp-mod-styled"
        value={saving.folder}
        onChange={event => saving.setFolder(event.target.value)}
      />
      <label className="jp-OmniFilter-check">
        <input
          type="checkbox"
          checked={saving.overwrite}
          onChange={event => saving.setOverwrite(event.target.checked)}
        />
        {trans.__('Replace files that are there')}
      </label>
      <Button
        type="submit"
        className="jp-mod-styled jp-mod-accept"
        aria-disabled={saving.isSaving}
      >
        {saving.isSaving ? trans.__('Saving…') : trans.__('Save to my files')}
      </Button>
      <button
        type="button"
        className="jp-OmniLink"
        onClick={() => saving.clear()}
      >
        {trans.__('Mark none')}
      </button>
      {saving.error && (
        <p className="jp-OmniNotice-error" role="alert">
          {saving.error}
        </p>
      )}
    </form>
  );
}
