import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ReactWidget } from '@jupyterlab/apputils';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import React from 'react';

import { DOMAIN } from '../commands';
import { IRunHistory } from '../tokens';
import { Trans } from '../views/context';
import { StatusItem } from '../views/statusItem';

/** "3 running, 1 failed" in the status bar. */
export const statusItem: JupyterFrontEndPlugin<void> = {
  id: 'omnidomain-jupyter:status-item',
  description: 'Tells in the status bar how many runs are going.',
  autoStart: true,
  requires: [IRunHistory],
  // Notebook 7 has none.
  optional: [IStatusBar, ITranslator],
  activate: (
    _: JupyterFrontEnd,
    history: IRunHistory,
    statusBar: IStatusBar | null,
    translator: ITranslator | null
  ): void => {
    if (statusBar === null) {
      return;
    }
    const { watch } = history;
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const item = ReactWidget.create(
      React.createElement(
        Trans.Provider,
        { value: trans },
        React.createElement(StatusItem, {
          watch,
          onClick: () => void history.open()
        })
      )
    );
    statusBar.registerStatusItem('omnidomain-jupyter:status-item', {
      item,
      align: 'left',
      rank: 50,
      isActive: () => (watch.active ?? 0) > 0 || watch.failures.count > 0,
      activeStateChanged: watch.changed
    });
  }
};
