import { Button } from '@jupyterlab/ui-components';
import React from 'react';

import type { SavingModel } from '../saving';
import { AppActions, Trans } from './context';

/** Copies the results that are marked to the user's own files, where they stay. */
export function SaveResults(props: { saving: SavingModel }): JSX.Element {
  const { saving } = props;
  const trans = React.useContext(Trans);
  const { showFolder } = React.useContext(AppActions);
  const id = React.useId();
  const { saved } = saving;
  if (saved !== null) {
    return (
      <p role="status">
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
    );
  }
  if (saving.chosen.size === 0) {
    return (
      <p className="jp-OmniFiles-hint">
        {trans.__('Mark files to save them among your own.')}
      </p>
    );
  }
  return (
    <form
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
      {saving.isSaving ? (
        <p role="status">{trans.__('Saving…')}</p>
      ) : (
        <Button type="submit" className="jp-mod-styled jp-mod-accept">
          {trans.__('Save to my files')}
        </Button>
      )}
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
