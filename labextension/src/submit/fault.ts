import type { IIssue } from '../types';

/** What is wrong, beside words that name its column already. */
export function faultText({ column, message }: IIssue): string {
  const named = `${column}, `;
  return column && message.startsWith(named)
    ? message.slice(named.length)
    : message;
}

/** Whether a text can be put into a cell or found in one: with a separator it would be two. */
export function fitsCell(text: string | null): text is string {
  return !!text && !/[\t\r\n,;"]/.test(text);
}

/** Where in its line the cell is that is wrong, from and to; null if that is not sure. */
export function cellOf(
  { column, value }: Pick<IIssue, 'column' | 'value'>,
  line: string,
  head: string
): readonly [number, number] | null {
  if (!column || !value) {
    return null;
  }
  const mark = ['\t', ';', ','].find(each => head.includes(each)) ?? '\t';
  const at = head.split(mark).map(columnName).indexOf(columnName(column));
  const cells = line.split(mark);
  const within = at === -1 ? -1 : (cells[at]?.indexOf(value) ?? -1);
  if (within === -1) {
    return null; // a quoted cell before it may hold such a mark
  }
  const from = cells
    .slice(0, at)
    .reduce((sum, each) => sum + each.length + 1, 0);
  return [from + within, from + within + value.length];
}

/** A column's name as it is compared. */
export function columnName(cell: string): string {
  return cell.trim().replace(/^"|"$/g, '').toLowerCase();
}
