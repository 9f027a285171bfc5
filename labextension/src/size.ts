import type { TranslationBundle } from '@jupyterlab/translation';

const STEP = 1024;

/** A number of bytes in words: "87 kB", "2.1 MB". */
export function size(bytes: number, trans: TranslationBundle): string {
  if (bytes < STEP) {
    return trans.__('%1 B', bytes);
  }
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = bytes / STEP;
  let unit = 0;
  while (value >= STEP && unit < units.length - 1) {
    value /= STEP;
    unit++;
  }
  return trans.__('%1 %2', value.toFixed(value < 10 ? 1 : 0), units[unit]);
}
