import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette, showErrorMessage } from '@jupyterlab/apputils';
import { ILauncher } from '@jupyterlab/launcher';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { CATEGORY, CommandIDs, DOMAIN } from '../commands';
import { putExample } from '../examples';
import { omnidomainIcon } from '../icons';

/** The example notebooks, from the launcher, the menu and the palette. */
export const examples: JupyterFrontEndPlugin<void> = {
  id: 'omnidomain-jupyter:examples',
  description: 'Opens the example notebooks.',
  autoStart: true,
  optional: [ILauncher, ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    launcher: ILauncher | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const titles: Readonly<Record<string, string>> = {
      quickstart: trans.__('Quickstart'),
      submit_a_sheet: trans.__('Submit a Sheet, with Mistakes on Purpose'),
      watch_and_compare: trans.__('Watch and Compare Runs'),
      your_own_pipeline: trans.__('Your Own Pipeline'),
      aws_batch: trans.__('AWS Batch')
    };
    const open = 'docmanager:open';
    app.commands.addCommand(CommandIDs.openExample, {
      label: args => {
        const title = titles[args['name'] as string] ?? trans.__('Example');
        return args['isPalette'] ? trans.__('Open Example: %1', title) : title;
      },
      caption: trans.__(
        'An example notebook of OmniDomain, as a copy of yours'
      ),
      icon: args => (args['isPalette'] ? undefined : omnidomainIcon),
      isVisible: () => app.commands.hasCommand(open),
      execute: async args => {
        try {
          const path = await putExample(
            args['name'] as string,
            app.serviceManager.contents
          );
          await app.commands.execute(open, { path });
        } catch (error) {
          await showErrorMessage(
            trans.__('The example cannot be opened'),
            error instanceof Error ? error.message : String(error)
          );
        }
      }
    });
    for (const name of Object.keys(titles)) {
      palette?.addItem({
        command: CommandIDs.openExample,
        category: CATEGORY,
        args: { name, isPalette: true }
      });
    }
    launcher?.add({
      command: CommandIDs.openExample,
      category: CATEGORY,
      rank: 2,
      args: { name: 'quickstart' }
    });
  }
};
