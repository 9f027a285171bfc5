import { nullTranslator } from '@jupyterlab/translation';

import { ago, exact, lasting } from '../time';
import { isSameRelease } from '../version';

const trans = nullTranslator.load('omnidomain_jupyter');
const STAMP = '2026-01-01T10:00:00.123456Z';

it.each([
  [-5, 'just now'],
  [44, 'just now'],
  [46, '1 min ago'],
  [59 * 60, '59 min ago'],
  [3 * 3600, '3 h ago'],
  [49 * 3600, '2 d ago']
])('%i seconds ago is "%s"', (seconds, words) => {
  expect(ago(STAMP, Date.parse(STAMP) + seconds * 1000, trans)).toBe(words);
});

it.each([
  [-1, '0 s'],
  [41.9, '41 s'],
  [125, '2 min 05 s'],
  [12_001, '3 h 20 min']
])('%d seconds last "%s"', (seconds, words) => {
  expect(lasting(seconds * 1000, trans)).toBe(words);
});

it('tells a moment exactly, in UTC', () => {
  expect(exact(STAMP, trans)).toContain('2026-01-01 10:00:00 UTC');
});

it.each([
  ['0.1.0', '0.1.0', true],
  ['0.2.0a1', '0.2.0-alpha.1', true],
  ['0.2.0rc2', '0.2.0-rc.2', true],
  ['0.2.0', '0.1.0', false]
])('Python %s and npm %s are the same release: %s', (python, npm, same) => {
  expect(isSameRelease(python, npm)).toBe(same);
});
