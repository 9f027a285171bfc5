import type { Diagnostic } from '@codemirror/lint';
import { lintGutter, linter, forceLinting } from '@codemirror/lint';
import type { Text } from '@codemirror/state';
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

import type { Session } from '../session';
import type { IIssue } from '../types';
import type { Catalogue } from './catalogue';
import { guessPipeline } from './catalogue';

const SHEETS: ReadonlySet<string> = new Set(['.tsv', '.csv']);
/** How long typing must rest before the sheet is checked, in ms. */
const TYPING = 1_000;
/** A sheet longer than this is checked when it is submitted, and not while it is typed. */
const LONGEST = 500_000;

/** Marks what is wrong in a sample sheet that is open in the editor, at its lines. */
export class SheetMarkers implements DocumentRegistry.WidgetExtension {
  constructor(
    private readonly session: Session,
    private readonly catalogue: Catalogue,
    private readonly contents: Contents.IManager
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
        delay: TYPING
      }),
      lintGutter()
    ]);
    // Somebody has signed in, or the server is back.
    const again = (): void => {
      if (view && this.session.user !== null) {
        forceLinting(view);
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
      const columns = head.split(/[\t,;]/).map(unquoted);
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
        ...report.errors.map(issue => marker(doc, issue, 'error')),
        ...report.warnings.map(issue => marker(doc, issue, 'warning'))
      ];
    } catch {
      return []; // the same check before submitting tells what is wrong
    }
  }
}

function unquoted(cell: string): string {
  return cell.trim().replace(/^"|"$/g, '').toLowerCase();
}

/** Mark the cell if it can be found in its line, else the line. */
function marker(
  doc: Text,
  issue: IIssue,
  severity: 'error' | 'warning'
): Diagnostic {
  const line = doc.line(Math.min(Math.max(1, issue.line ?? 1), doc.lines));
  const at = issue.value ? line.text.indexOf(issue.value) : -1;
  const from = at === -1 ? line.from : line.from + at;
  const to = at === -1 ? line.to : from + (issue.value?.length ?? 0);
  const { suggestion } = issue;
  const fits = suggestion && at !== -1 && !/[\t\n,;]/.test(suggestion);
  return {
    from,
    to,
    severity,
    source: 'OmniDomain',
    message: [issue.column, issue.message].filter(Boolean).join(': '),
    actions: fits
      ? [
          {
            name: suggestion,
            apply: (view, start, end) =>
              view.dispatch({
                changes: { from: start, to: end, insert: suggestion }
              })
          }
        ]
      : undefined
  };
}
