import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ILauncher } from '@jupyterlab/launcher';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { CATEGORY, CommandIDs, DOMAIN } from '../commands';
import { omnidomainIcon } from '../icons';
import { notebookStarter } from '../starter';

/** A notebook with the panel, from the launcher. */
export const quickstart: JupyterFrontEndPlugin<void> = {
  id: 'omnidomain-jupyter:quickstart',
  description: 'Opens a notebook with the panel that submits sample sheets.',
  autoStart: true,
  optional: [ILauncher, ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    launcher: ILauncher | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    app.commands.addCommand(CommandIDs.openQuickstart, {
      label: args =>
        args['isPalette']
          ? trans.__('Open a Notebook to Submit From')
          : trans.__('Submit runs'),
      caption: trans.__('A notebook with the panel that submits sample sheets'),
      icon: args => (args['isPalette'] ? undefined : omnidomainIcon),
      isVisible: () => notebookStarter(app) !== null,
      execute: async () => {
        await notebookStarter(app)?.();
      }
    });
    palette?.addItem({
      command: CommandIDs.openQuickstart,
      category: CATEGORY,
      args: { isPalette: true }
    });
    launcher?.add({
      command: CommandIDs.openQuickstart,
      category: CATEGORY,
      rank: 0
    });
  }
};
