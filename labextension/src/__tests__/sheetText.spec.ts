import type { Contents } from '@jupyterlab/services';

import { SheetText, withCells } from '../submit/sheetText';

const TEXT = 'sample_id\treads_1\r\na\tx.fq\r\nb\ty.fq \r\n';

describe('withCells', () => {
  it('changes the cell at its line and nothing else', () => {
    expect(
      withCells(TEXT, [{ line: 3, value: 'y.fq' }], 's3://b/$&/y.fq')
    ).toBe('sample_id\treads_1\r\na\tx.fq\r\nb\ts3://b/$&/y.fq \r\n');
  });

  it('changes several', () => {
    const text = 'sample_id,reads_1\na,"x.fq"\nb,x.fq\n';
    const cells = [
      { line: 2, value: 'x.fq' },
      { line: 3, value: 'x.fq' }
    ];
    expect(withCells(text, cells, 'z')).toBe('sample_id,reads_1\na,"z"\nb,z\n');
  });

  it.each([
    ['which is not there', { line: 2, value: 'y.fq' }],
    ['of which it has only a part', { line: 2, value: 'x' }],
    ['behind its end', { line: 9, value: 'x.fq' }]
  ])('refuses a cell %s', (_, cell) => {
    expect(withCells(TEXT, [cell], 'z')).toBeNull();
  });

  it('refuses a cell that stands twice in its line', () => {
    expect(
      withCells('a\tx.fq\tx.fq', [{ line: 1, value: 'x.fq' }], 'z')
    ).toBeNull();
  });

  it('finds a cell by its column where the same stands in another one', () => {
    const text = 'sample_id\treads_1\na\ta\n';
    const cell = { line: 2, value: 'a', column: 'reads_1' };
    expect(withCells(text, [cell], 'b')).toBe('sample_id\treads_1\na\tb\n');
    const changed = 'sample_id\treads_1\na1\ta1\n';
    expect(withCells(changed, [cell], 'b')).toBeNull();
  });
});

it('keeps both of two cells that are written at the same time', async () => {
  let content = TEXT;
  const contents = {
    get: () => Promise.resolve({ content }),
    save: async (_: string, file: { content: string }) => {
      await Promise.resolve();
      content = file.content;
    }
  } as unknown as Contents.IManager;
  const text = new SheetText(contents, null, 'samples.tsv');
  const written = await Promise.all([
    text.write([{ line: 2, value: 'x.fq' }], 'x1.fq'),
    text.write([{ line: 3, value: 'y.fq' }], 'y1.fq')
  ]);
  expect(written).toEqual([true, true]);
  expect(content).toContain('x1.fq');
  expect(content).toContain('y1.fq');
});
