import type { TranslationBundle } from '@jupyterlab/translation';

const STEP = 1024;
const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** A number of bytes in words: "87 kB", "2.1 MB". */
export function size(bytes: number, trans: TranslationBundle): string {
  const power = powerOf(bytes);
  return trans.__('%1 %2', scaled(bytes, power, bytes), UNITS[power]);
}

/** A part of a number of bytes, in the unit of all: "1.2 of 4.2 GB". */
export function share(
  bytes: number,
  all: number,
  trans: TranslationBundle
): string {
  const power = powerOf(all);
  return trans.__(
    '%1 of %2 %3',
    scaled(bytes, power, all),
    scaled(all, power, all),
    UNITS[power]
  );
}

function powerOf(bytes: number): number {
  let power = 0;
  while (bytes >= STEP ** (power + 1) && power < UNITS.length - 1) {
    power++;
  }
  return power;
}

/** A number of bytes in a unit, with as many places as `all` of them has. */
function scaled(bytes: number, power: number, all: number): string {
  const unit = STEP ** power;
  return (bytes / unit).toFixed(power > 0 && all / unit < 10 ? 1 : 0);
}
