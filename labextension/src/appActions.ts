import type { JupyterFrontEnd } from '@jupyterlab/application';
import { PathExt } from '@jupyterlab/coreutils';

import { rerunNotebook } from './python';
import type { Session } from './session';
import { notebookStarter } from './starter';
import type { IRun, IRunDetail } from './types';
import type { IAppActions } from './views/context';

const GO_TO = 'filebrowser:go-to-path';
const OPEN = 'docmanager:open';

/** What this application can do for the views. */
export function appActions(
  app: JupyterFrontEnd,
  session: Session
): IAppActions {
  const { commands } = app;
  return {
    get startNotebook() {
      return notebookStarter(app);
    },
    get rerunNotebook() {
      return commands.hasCommand(OPEN)
        ? (run: IRunDetail) => openRerun(app, session, run)
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

async function goTo(app: JupyterFrontEnd, path: string): Promise<void> {
  await app.commands.execute(GO_TO, { path });
}

async function openRerun(
  app: JupyterFrontEnd,
  session: Session,
  run: IRunDetail
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
    content: rerunNotebook(run, folder)
  });
  const name = run.sample_id.replace(/[^\p{L}\p{N}._-]+/gu, '_').slice(0, 80);
  const wanted = PathExt.join(
    PathExt.dirname(untitled.path),
    `${name} once more.ipynb`
  );
  // There may be one of that name already; then the new one keeps the name that it has.
  const { path } = await contents
    .rename(untitled.path, wanted)
    .catch(() => untitled);
  await app.commands.execute(OPEN, { path });
}
