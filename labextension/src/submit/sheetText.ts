import { PathExt } from '@jupyterlab/coreutils';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { Contents } from '@jupyterlab/services';

import { cellOf } from './fault';

/** How long to wait for the time of a file's last change, in ms. */
const VERSION_WAIT = 10_000;

/** A cell of a sheet's text. */
export interface ICell {
  /** The line, the first being 1. */
  line: number;
  /** What stands in it. */
  value: string;
  /** Its column, where the same may stand in another one. */
  column?: string | null;
}

/** Return the text with other contents of some cells, or null if it is not sure which they are. */
export function withCells(
  text: string,
  cells: readonly ICell[],
  content: string
): string | null {
  const lines = text.split(/(\r\n|\r|\n)/);
  for (const { line, value, column = null } of cells) {
    const at = (line - 1) * 2; // what separates the lines stands between them
    const before = lines[at] ?? '';
    const found = placesOf(value, before);
    const named = cellOf({ column, value }, before, lines[0]);
    const place =
      found.length === 1 ? found[0] : found.find(each => each === named?.[0]);
    if (place === undefined) {
      return null;
    }
    lines[at] =
      before.slice(0, place) + content + before.slice(place + value.length);
  }
  return lines.join('');
}

/** Where in a line a cell begins that holds this and nothing else. */
function placesOf(value: string, line: string): readonly number[] {
  let end = 0;
  return line.split(/([\t,;"])/).flatMap(part => {
    const start = end;
    end += part.length;
    return part.trim() === value ? [start + part.indexOf(value)] : [];
  });
}

/** The text of a sheet, in its file or in the editor that has it open. */
export class SheetText {
  constructor(
    private readonly _contents: Contents.IManager,
    private readonly _documents: IDocumentManager | null,
    private readonly _path: string
  ) {}

  /** Whether its cells can be written. */
  get canWrite(): boolean {
    return PathExt.extname(this._path).toLowerCase() !== '.xlsx';
  }

  /** Whether it is open with changes that are not in its file. */
  get isUnsaved(): boolean {
    return this._context?.model.dirty ?? false;
  }

  /** Put what is in the editor into its file. Rejects after the user has been told why not. */
  async save(): Promise<void> {
    await this._context?.save();
  }

  /** What tells one state of its file from another; null if that cannot be had. */
  async version(): Promise<string | null> {
    let timer: number | undefined;
    const late = new Promise<null>(resolve => {
      timer = window.setTimeout(() => resolve(null), VERSION_WAIT);
    });
    const file = this._contents
      .get(this._path, { content: false })
      .then(({ last_modified, size }) => `${last_modified} ${size}`)
      .catch(() => null);
    return Promise.race([file, late]).finally(() => window.clearTimeout(timer));
  }

  /**
   * Write into some cells, and save; after what is being written already.
   *
   * @returns false if the sheet is not as it was when it was checked, or is being edited; then
   * nothing is written.
   */
  write(cells: readonly ICell[], content: string): Promise<boolean> {
    const written = this._written.then(() => this._write(cells, content));
    this._written = written.catch(() => undefined);
    return written;
  }

  private async _write(
    cells: readonly ICell[],
    content: string
  ): Promise<boolean> {
    if (this.isUnsaved) {
      return false;
    }
    const context = this._context;
    const file = await this._contents.get(this._path, {
      type: 'file',
      format: 'text',
      content: true
    });
    const text = withCells(String(file.content), cells, content);
    if (text === null) {
      return false;
    }
    if (context) {
      context.model.fromString(text);
      await context.save();
    } else {
      await this._contents.save(this._path, {
        type: 'file',
        format: 'text',
        content: text
      });
    }
    return true;
  }

  /** Of the document that has it open. */
  private get _context(): DocumentRegistry.Context | null {
    const documents = this._documents;
    const widget =
      documents?.findWidget(this._path, 'Editor') ??
      documents?.findWidget(this._path, null);
    return (widget && documents?.contextForWidget(widget)) ?? null;
  }

  /** Resolves when what was to be written is. */
  private _written: Promise<unknown> = Promise.resolve();
}
