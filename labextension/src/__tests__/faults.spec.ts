import { cellOf, faultText } from '../submit/fault';
import type { IIssue } from '../types';

function anIssue(column: string | null, value: string | null): IIssue {
  return {
    line: 2,
    row: 1,
    column,
    value,
    code: 'value',
    message: `${column}, “${value}”: no`,
    suggestion: null
  };
}

it('says a column once', () => {
  expect(faultText(anIssue('reads_1', 'x'))).toBe('“x”: no');
  expect(faultText({ ...anIssue('reads_1', 'x'), message: 'Gone.' })).toBe(
    'Gone.'
  );
});

describe('a cell that is wrong', () => {
  const head = 'sample_id\tReads_1\treads_2';

  it('is found in its column, not where the same text stands before it', () => {
    expect(cellOf(anIssue('reads_1', 'a'), 'gut_a\ta\ta', head)).toEqual([
      6, 7
    ]);
  });

  it('is not guessed at', () => {
    expect(cellOf(anIssue('reads_1', 'b'), 'b\ta', head)).toBeNull();
    expect(cellOf(anIssue('reads_2', 'b'), 'b\ta', head)).toBeNull();
    expect(cellOf(anIssue(null, 'b'), 'b\ta', head)).toBeNull();
    expect(cellOf(anIssue('other', 'b'), 'b\ta', head)).toBeNull();
    const quoted = '"a, b",x,y';
    expect(cellOf(anIssue('b', 'x'), quoted, 'a,b,c')).toBeNull();
  });
});
