import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { IFileBrowserFactory } from '@jupyterlab/filebrowser';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { CATEGORY, CommandIDs, DOMAIN } from '../commands';
import { omnidomainIcon } from '../icons';
import { Catalogue } from '../submit/catalogue';
import { openSubmitDialog, savedFirst } from '../submit/dialog';
import { SheetMarkers } from '../submit/markers';
import { SubmitModel } from '../submit/model';
import { SheetText } from '../submit/sheetText';
import { Submitter } from '../submit/submitter';
import { IRunHistory } from '../tokens';

const SHEETS: ReadonlySet<string> = new Set(['.tsv', '.csv', '.xlsx']);
/** The factory of JupyterLab's text editor. */
const EDITOR = 'Editor';

/** "Submit to OmniDomain…" on a sheet, and its faults as markers in the editor. */
export const submitSheet: JupyterFrontEndPlugin<void> = {
  id: 'omnidomain-jupyter:submit-sheet',
  description: 'Checks sample sheets, and submits them from the file browser.',
  autoStart: true,
  requires: [IRunHistory],
  optional: [
    IFileBrowserFactory,
    ICommandPalette,
    ITranslator,
    IDocumentManager
  ],
  activate: (
    app: JupyterFrontEnd,
    history: IRunHistory,
    browsers: IFileBrowserFactory | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null,
    documents: IDocumentManager | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const { contents } = app.serviceManager;
    const catalogue = new Catalogue(history.model.api);
    const submitter = new Submitter(history.model.api, trans);
    app.docRegistry.addWidgetExtension(
      EDITOR,
      new SheetMarkers(history.model.session, catalogue, contents, trans)
    );

    /** The sheet that is meant: selected in the file browser, or the document in front. */
    const meant = (from: unknown): string | null => {
      const path =
        from === 'file-browser' ? selected(browsers) : inFront(app, browsers);
      return path !== null &&
        SHEETS.has(PathExt.extname(path).toLowerCase()) &&
        contents.driveName(path) === ''
        ? contents.localPath(path)
        : null;
    };
    app.commands.addCommand(CommandIDs.submitSheet, {
      label: trans.__('Submit to OmniDomain…'),
      caption: trans.__('Check this sample sheet, and submit its rows as runs'),
      icon: args => (args['isPalette'] ? undefined : omnidomainIcon),
      isVisible: args =>
        args['from'] !== 'file-browser' || meant(args['from']) !== null,
      isEnabled: args =>
        typeof args['path'] === 'string' || meant(args['from']) !== null,
      execute: async args => {
        const path =
          typeof args['path'] === 'string' ? args['path'] : meant(args['from']);
        if (path === null) {
          return;
        }
        const text = new SheetText(contents, documents, path);
        if (await savedFirst(text, PathExt.basename(path), trans)) {
          const model = new SubmitModel({
            history: history.model,
            catalogue,
            submitter,
            trans,
            path,
            text
          });
          await openSubmitDialog(app, history, model, trans);
        }
      }
    });
    palette?.addItem({
      command: CommandIDs.submitSheet,
      category: CATEGORY,
      args: { isPalette: true }
    });
  }
};

function selected(browsers: IFileBrowserFactory | null): string | null {
  const items = [...(browsers?.tracker.currentWidget?.selectedItems() ?? [])];
  return items.length === 1 ? items[0].path : null;
}

/** The document in front if that is a sheet; else what is selected in the file browser. */
function inFront(
  app: JupyterFrontEnd,
  browsers: IFileBrowserFactory | null
): string | null {
  const widget = app.shell.currentWidget as {
    readonly context?: { readonly path?: string };
  } | null;
  const path = widget?.context?.path ?? null;
  return path !== null && SHEETS.has(PathExt.extname(path).toLowerCase())
    ? path
    : selected(browsers);
}
