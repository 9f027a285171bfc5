import type { IDocumentManager } from '@jupyterlab/docmanager';
import { PathExt } from '@jupyterlab/coreutils';
import type { Contents } from '@jupyterlab/services';

import { cellOf } from './fault';

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

  /**
   * Write into some cells, and save.
   *
   * @returns false if the sheet is not as it was when it was checked, or is being edited; then
   * nothing is written.
   */
  async write(cells: readonly ICell[], content: string): Promise<boolean> {
    const widget = this._documents?.findWidget(this._path, 'Editor');
    const context = widget && this._documents?.contextForWidget(widget);
    if (context?.model.dirty) {
      return false;
    }
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
}
