import type { JupyterFrontEnd } from '@jupyterlab/application';
import { PathExt } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';

import { rerunNotebook } from './python';
import type { Session } from './session';
import { notebookStarter } from './starter';
import type { IRun, IRunDetail } from './types';
import type { IAppActions } from './views/context';

/** The command that shows a folder in the file browser; Notebook's pages have none. */
export const GO_TO = 'filebrowser:go-to-path';
const OPEN = 'docmanager:open';

/** What this application can do for the views. */
export function appActions(
  app: JupyterFrontEnd,
  session: Session,
  trans: TranslationBundle
): IAppActions {
  const { commands } = app;
  return {
    get startNotebook() {
      return notebookStarter(app);
    },
    get rerunNotebook() {
      return commands.hasCommand(OPEN)
        ? (run: IRunDetail) => openRerun(app, session, run, trans)
        : null;
    },
    openFolder: (run: IRun) => {
      const { output_folder: path } = run;
      return path !== null && commands.hasCommand(GO_TO)
        ? () => goTo(app, path)
        : null;
    },
    get showFolder() {
      return commands.hasCommand(GO_TO)
        ? (path: string) => goTo(app, path)
        : null;
    }
  };
}

/** Show a folder, below the server's root, in the file browser. */
export async function goTo(app: JupyterFrontEnd, path: string): Promise<void> {
  await app.commands.execute(GO_TO, { path });
}

async function openRerun(
  app: JupyterFrontEnd,
  session: Session,
  run: IRunDetail,
  trans: TranslationBundle
): Promise<void> {
  const { contents } = app.serviceManager;
  const folder =
    run.submission_id === null
      ? null
      : (await session.api.sheet(run.submission_id)).folder;
  const untitled = await contents.newUntitled({ path: '', type: 'notebook' });
  await contents.save(untitled.path, {
    type: 'notebook',
    format: 'json',
    content: rerunNotebook(run, folder, trans)
  });
  const name = asFileName(run.sample_id, '_').slice(0, 80);
  // A translation is of no known origin.
  const title = asFileName(trans.__('%1 once more', name), ' ');
  const wanted = PathExt.join(PathExt.dirname(untitled.path), `${title}.ipynb`);
  // There may be one of that name already; then the new one keeps the name that it has.
  const { path } = await contents
    .rename(untitled.path, wanted)
    .catch(() => untitled);
  await app.commands.execute(OPEN, { path });
}

/** A text with something else in the place of what may mean something in a path. */
function asFileName(text: string, instead: string): string {
  return text.replace(/[^\p{L}\p{N}._-]+/gu, instead);
}
