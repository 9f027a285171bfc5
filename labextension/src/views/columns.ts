import type { SortKey } from '../arrange';
import type { OptionalColumn } from '../preferences';
import { COLUMNS } from '../preferences';
import type { Layout } from './context';

export type Column = 'sample' | 'status' | OptionalColumn;

/** The widths of the columns, as the tracks of a grid. */
const TRACKS: Readonly<Record<Column, string>> = {
  sample: 'minmax(128px, 2fr)',
  pipeline: 'minmax(88px, 1fr)',
  status: 'minmax(120px, 2.6fr)',
  submitted: '92px',
  duration: '104px',
  submission: '92px',
  run: '84px'
};
const MARK = '36px';

/** By what a column sorts; null for the run's id, which says nothing. */
export const SORTS: Readonly<Record<Column, SortKey | null>> = {
  sample: 'sample',
  pipeline: 'pipeline',
  status: 'status',
  submitted: 'submitted',
  duration: 'duration',
  submission: 'submission',
  run: null
};

/** The columns for which there is room, in their order. */
export function columnsFor(
  layout: Layout,
  wanted: readonly OptionalColumn[],
  beside: boolean,
  grouped: boolean
): readonly Column[] {
  const hidden: readonly Column[] =
    beside || layout === 'narrow'
      ? ['pipeline', 'submission', 'run']
      : layout === 'medium'
        ? ['submission', 'run']
        : grouped
          ? ['submission']
          : [];
  const [pipeline, ...others] = COLUMNS;
  const all: readonly Column[] = ['sample', pipeline, 'status', ...others];
  return all.filter(
    column =>
      !hidden.includes(column) &&
      (column === 'sample' || column === 'status' || wanted.includes(column))
  );
}

/** The grid that header and rows share. */
export function tracksOf(columns: readonly Column[]): string {
  return [MARK, ...columns.map(column => TRACKS[column])].join(' ');
}
