import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';

import { goTo, GO_TO } from '../appActions';

/** The panel's links to folders, which name theirs: see `folderLink` in the panel's own files. */
const LINK = 'a[data-omnidomain-folder]';

/**
 * Shows the folders that the panel's links lead to in the file browser, where there is one.
 *
 * JupyterLab's own links to commands ask whether to run them in a notebook that it does not trust,
 * as is any whose outputs are somebody else's.
 */
export const folderLinks: JupyterFrontEndPlugin<void> = {
  id: 'omnidomain-jupyter:folder-links',
  description: 'Shows the folders that the panel links to.',
  autoStart: true,
  activate: (app: JupyterFrontEnd): void => {
    document.body.addEventListener('click', event => {
      const { target } = event;
      const link =
        target instanceof Element ? target.closest<HTMLElement>(LINK) : null;
      const path = link?.dataset.omnidomainFolder;
      const asTab = event.ctrlKey || event.metaKey || event.shiftKey;
      if (path !== undefined && !asTab && app.commands.hasCommand(GO_TO)) {
        event.preventDefault();
        void goTo(app, path);
      }
    });
  }
};
