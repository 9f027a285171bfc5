import type { IDocumentManager } from '@jupyterlab/docmanager';
import { PathExt } from '@jupyterlab/coreutils';
import type { Contents } from '@jupyterlab/services';

/** A cell of a sheet's text. */
export interface ICell {
  /** The line, the first being 1. */
  line: number;
  /** What stands in it. */
  value: string;
}

/** Return the text with other contents of some cells, or null if one of them is not found once. */
export function withCells(
  text: string,
  cells: readonly ICell[],
  content: string
): string | null {
  const lines = text.split(/(\r\n|\r|\n)/);
  for (const { line, value } of cells) {
    const at = (line - 1) * 2; // what separates the lines stands between them
    const parts = (lines[at] ?? '').split(/([\t,;"])/);
    const fits = parts.filter(part => part.trim() === value);
    if (fits.length !== 1) {
      return null;
    }
    lines[at] = parts
      .map(part =>
        part === fits[0] ? part.replace(value, () => content) : part
      )
      .join('');
  }
  return lines.join('');
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
