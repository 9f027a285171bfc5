import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILabShell, ILayoutRestorer } from '@jupyterlab/application';
import {
  ICommandPalette,
  MainAreaWidget,
  WidgetTracker
} from '@jupyterlab/apputils';
import { PageConfig } from '@jupyterlab/coreutils';
import { ILauncher } from '@jupyterlab/launcher';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { Api } from './api';
import { followEvents } from './events';
import { omnidomainIcon } from './icons';
import { RunHistoryModel } from './model';
import { RunHistoryPanel } from './panel';
import { notebookStarter } from './starter';

/** The commands of this extension. */
export namespace CommandIDs {
  export const openRunHistory = 'omnidomain:open-run-history';
}

const CATEGORY = 'OmniDomain';

/** The history of one's runs, as a tab of the main area. */
const runHistory: JupyterFrontEndPlugin<void> = {
  id: 'omnidomain-jupyter:run-history',
  description: 'Shows your runs, their status as it changes, and their logs.',
  autoStart: true,
  optional: [
    ILauncher,
    ICommandPalette,
    ILayoutRestorer,
    ITranslator,
    ILabShell
  ],
  activate: (
    app: JupyterFrontEnd,
    launcher: ILauncher | null,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null,
    translator: ITranslator | null,
    labShell: ILabShell | null
  ): void => {
    const trans = (translator ?? nullTranslator).load('omnidomain_jupyter');
    const tracker = new WidgetTracker<MainAreaWidget<RunHistoryPanel>>({
      namespace: 'omnidomain-run-history'
    });
    let widget: MainAreaWidget<RunHistoryPanel> | null = null;

    app.commands.addCommand(CommandIDs.openRunHistory, {
      label: args =>
        args['isPalette']
          ? trans.__('Open Run History')
          : trans.__('Run history'),
      caption: trans.__('Your runs, and what has become of them'),
      icon: args => (args['isPalette'] ? undefined : omnidomainIcon),
      execute: async () => {
        if (!widget || widget.isDisposed) {
          const model = new RunHistoryModel(
            new Api(app.serviceManager.serverSettings),
            PageConfig.getOption('hubPrefix') !== ''
          );
          followEvents(app.serviceManager.events, model);
          const content = new RunHistoryPanel(
            model,
            trans,
            notebookStarter(app)
          );
          widget = new MainAreaWidget({ content });
          widget.toolbar.hide();
          widget.id = 'omnidomain-run-history';
          widget.title.label = trans.__('Run history');
          widget.title.icon = omnidomainIcon;
          widget.title.closable = true;
        }
        if (!tracker.has(widget)) {
          await tracker.add(widget);
        }
        if (!widget.isAttached) {
          // Notebook 7 has one document in its main area, and shows the rest at its side.
          app.shell.add(widget, labShell ? 'main' : 'right');
        }
        app.shell.activateById(widget.id);
      }
    });

    palette?.addItem({
      command: CommandIDs.openRunHistory,
      category: CATEGORY,
      args: { isPalette: true }
    });
    launcher?.add({
      command: CommandIDs.openRunHistory,
      category: CATEGORY,
      rank: 1
    });
    void restorer?.restore(tracker, {
      command: CommandIDs.openRunHistory,
      name: () => 'run-history'
    });
  }
};

export default runHistory;
