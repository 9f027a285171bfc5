import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Dialog, ReactWidget, showDialog } from '@jupyterlab/apputils';
import type { CodeEditor } from '@jupyterlab/codeeditor';
import { PathExt } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import type { IRunHistory } from '../tokens';
import { Trans } from '../views/context';
import { SubmitSheet } from '../views/submitSheet';
import type { SubmitModel } from './model';
import type { SheetText } from './sheetText';

/**
 * Have a sheet saved that has changes in the editor, if the user agrees.
 *
 * What is checked and submitted is its file, and nobody is to submit anything else than they see.
 *
 * @returns whether its file is what is on screen
 */
export async function savedFirst(
  text: SheetText,
  name: string,
  trans: TranslationBundle
): Promise<boolean> {
  if (!text.isUnsaved) {
    return true;
  }
  const { button } = await showDialog({
    title: trans.__('Save %1 first?', name),
    body: trans.__(
      'It has changes in the editor that are not saved. What is checked and submitted is the saved file.'
    ),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.okButton({ label: trans.__('Save and check') })
    ]
  });
  if (button.accept) {
    await text.save().catch(() => undefined); // JupyterLab has told why not
  }
  return !text.isUnsaved;
}

/** Show a sheet before it is submitted, and on its way. Resolves when it is closed. */
export async function openSubmitDialog(
  app: JupyterFrontEnd,
  history: IRunHistory,
  model: SubmitModel,
  trans: TranslationBundle
): Promise<void> {
  const isText = PathExt.extname(model.path).toLowerCase() !== '.xlsx';
  const body = ReactWidget.create(
    React.createElement(
      Trans.Provider,
      { value: trans },
      React.createElement(SubmitSheet, {
        model,
        onClose: () => dialog.reject(),
        onShowRuns: (submissionId: string) => {
          if (dialog.leave()) {
            void history.open({ submissionId });
          }
        },
        onGoTo: isText
          ? (line: number) => {
              if (dialog.leave()) {
                void goTo(app, model.path, line);
              }
            }
          : null
      })
    )
  );
  body.addClass('jp-OmniRuns');
  const dialog = new SheetDialog(model, {
    title: trans.__('Submit %1', PathExt.basename(model.path)),
    body,
    buttons: [],
    hasClose: true
  });
  dialog.addClass('jp-OmniSubmit-dialog');
  try {
    await dialog.launch();
  } finally {
    model.dispose();
  }
}

/** A dialog that does not throw away a long upload by one key. */
class SheetDialog extends Dialog<unknown> {
  constructor(
    private readonly _model: SubmitModel,
    options: Partial<Dialog.IOptions<unknown>>
  ) {
    super(options);
  }

  reject(): void {
    this.leave();
  }

  /** Close it if nothing is lost by that; return whether it is closed. */
  leave(): boolean {
    const may = this._model.mayClose();
    if (may) {
      super.reject();
    }
    return may;
  }
}

/** Show a line of a text file in the editor. */
async function goTo(
  app: JupyterFrontEnd,
  path: string,
  line: number
): Promise<void> {
  const widget = (await app.commands.execute('docmanager:open', {
    path,
    factory: 'Editor'
  })) as
    | {
        readonly revealed: Promise<void>;
        readonly content?: { readonly editor?: CodeEditor.IEditor };
      }
    | undefined;
  await widget?.revealed;
  const editor = widget?.content?.editor;
  const position = { line: line - 1, column: 0 };
  editor?.setCursorPosition(position);
  editor?.revealPosition(position);
  editor?.focus();
}
