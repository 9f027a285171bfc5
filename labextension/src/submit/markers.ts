import type { Diagnostic } from '@codemirror/lint';
import { forceLinting, lintGutter, linter } from '@codemirror/lint';
import type { Text } from '@codemirror/state';
import { StateEffect } from '@codemirror/state';
import type { EditorView } from '@codemirror/view';
import type { CodeEditor } from '@jupyterlab/codeeditor';
import { PathExt } from '@jupyterlab/coreutils';
import type {
  DocumentRegistry,
  IDocumentWidget
} from '@jupyterlab/docregistry';
import type { Contents } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { DisposableDelegate } from '@lumino/disposable';

import type { TranslationBundle } from '@jupyterlab/translation';
import type { Session } from '../session';
import type { IIssue } from '../types';
import type { Catalogue } from './catalogue';
import { guessPipeline } from './catalogue';
import { cellOf, columnName, faultText, fitsCell } from './fault';

const SHEETS: ReadonlySet<string> = new Set(['.tsv', '.csv']);
/** How long typing must rest before the sheet is checked, in ms. */
const TYPING = 1_000;
/** A sheet longer than this is checked when it is submitted, and not while it is typed. */
const LONGEST = 500_000;

/** Says that the same text may be told more about now. */
const checkAgain = StateEffect.define<null>();

/** Marks what is wrong in a sample sheet that is open in the editor, at its lines. */
export class SheetMarkers implements DocumentRegistry.WidgetExtension {
  constructor(
    private readonly session: Session,
    private readonly catalogue: Catalogue,
    private readonly contents: Contents.IManager,
    private readonly trans: TranslationBundle
  ) {}

  createNew(
    widget: IDocumentWidget,
    context: DocumentRegistry.Context
  ): IDisposable | void {
    const { editor } = widget.content as { editor?: CodeEditor.IEditor };
    if (!editor || !SHEETS.has(PathExt.extname(context.path).toLowerCase())) {
      return;
    }
    // JupyterLab's editor holds CodeMirror's; its own interface does not name it.
    const { editor: view } = editor as unknown as { editor?: EditorView };
    editor.injectExtension([
      linter(({ state }) => this._faults(state.doc, context.path), {
        delay: TYPING,
        needsRefresh: ({ transactions }) =>
          transactions.some(({ effects }) =>
            effects.some(effect => effect.is(checkAgain))
          )
      }),
      lintGutter()
    ]);
    // Somebody has signed in, or the server is back.
    const again = (): void => {
      if (view && this.session.state.kind === 'ready') {
        view.dispatch({ effects: checkAgain.of(null) });
        forceLinting(view); // without waiting for somebody to stop typing
      }
    };
    this.session.changed.connect(again);
    return new DisposableDelegate(() => {
      this.session.changed.disconnect(again);
    });
  }

  /** What is wrong; nothing if that cannot be known, or the text is no sample sheet. */
  private async _faults(
    doc: Text,
    path: string
  ): Promise<readonly Diagnostic[]> {
    const { state, api } = this.session;
    if (state.kind !== 'ready' || doc.length > LONGEST) {
      return [];
    }
    try {
      const head = doc.line(1).text;
      const columns = head.split(/[\t,;]/).map(columnName);
      const pipeline = guessPipeline(columns, await this.catalogue.pipelines());
      if (
        pipeline === null ||
        !columns.includes(pipeline.sample_column.toLowerCase())
      ) {
        return [];
      }
      const report = await api.validate({
        pipeline: pipeline.name,
        content: doc.toString(),
        folder: PathExt.dirname(this.contents.localPath(path))
      });
      return [
        ...report.errors.map(issue => this._marker(doc, issue, 'error')),
        ...report.warnings.map(issue => this._marker(doc, issue, 'warning'))
      ];
    } catch {
      return []; // the same check before submitting tells what is wrong
    }
  }

  /** Mark the cell if it can be found in its line, else the line. */
  private _marker(
    doc: Text,
    issue: IIssue,
    severity: 'error' | 'warning'
  ): Diagnostic {
    const line = doc.line(Math.min(Math.max(1, issue.line ?? 1), doc.lines));
    const cell = cellOf(issue, line.text, doc.line(1).text);
    const [from, to] = cell ?? [0, line.length];
    const { suggestion } = issue;
    const message = [issue.column, faultText(issue)].filter(Boolean).join(': ');
    const fits = cell !== null && fitsCell(suggestion);
    return {
      from: line.from + from,
      to: line.from + to,
      severity,
      source: 'OmniDomain',
      message,
      // Without a width of its own it takes that of the window.
      renderMessage: () => {
        const text = document.createElement('span');
        text.className = 'jp-OmniMarker';
        text.textContent = message;
        return text;
      },
      actions: fits
        ? [
            {
              name: this.trans.__('Use %1', suggestion),
              apply: (view, start, end) =>
                view.dispatch({
                  changes: { from: start, to: end, insert: suggestion }
                })
            }
          ]
        : undefined
    };
  }
}
