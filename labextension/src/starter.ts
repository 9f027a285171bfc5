import type { JupyterFrontEnd } from '@jupyterlab/application';

import { STARTER_CELL } from './python';

const CREATE = 'notebook:create-new';
const INSERT = 'notebook:replace-selection';

/** Return what opens a notebook with the starter cell; null where there are no notebooks. */
export function notebookStarter(
  app: JupyterFrontEnd
): (() => Promise<void>) | null {
  const { commands, serviceManager } = app;
  if (!commands.hasCommand(CREATE) || !commands.hasCommand(INSERT)) {
    return null;
  }
  return async () => {
    const kernelName = serviceManager.kernelspecs.specs?.default;
    const panel = (await commands.execute(CREATE, { kernelName })) as {
      revealed: Promise<void>;
    };
    await panel.revealed;
    await commands.execute(INSERT, { text: STARTER_CELL });
  };
}
