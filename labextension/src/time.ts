import type { TranslationBundle } from '@jupyterlab/translation';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long ago something was, in words: "just now", "5 min ago". */
export function ago(
  stamp: string,
  now: number,
  trans: TranslationBundle
): string {
  const passed = Math.max(0, now - Date.parse(stamp));
  if (passed < 45_000) {
    return trans.__('just now');
  }
  if (passed < HOUR) {
    return trans.__('%1 min ago', Math.max(1, Math.round(passed / MINUTE)));
  }
  if (passed < DAY) {
    return trans.__('%1 h ago', Math.round(passed / HOUR));
  }
  return trans.__('%1 d ago', Math.round(passed / DAY));
}

/** The same moment in UTC and where the reader is. */
export function exact(stamp: string, trans: TranslationBundle): string {
  const at = new Date(stamp);
  const utc = at.toISOString().slice(0, 19).replace('T', ' ');
  return trans.__('%1 UTC, %2 here', utc, at.toLocaleString());
}

/** A stretch of time, in ms: "41 s", "2 min 05 s", "3 h 20 min". */
export function lasting(passed: number, trans: TranslationBundle): string {
  const seconds = Math.max(0, Math.floor(passed / 1000));
  if (seconds < 60) {
    return trans.__('%1 s', seconds);
  }
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) {
    return trans.__('%1 min %2 s', minutes, padded(seconds % 60));
  }
  return trans.__(
    '%1 h %2 min',
    Math.floor(minutes / 60),
    padded(minutes % 60)
  );
}

function padded(value: number): string {
  return String(value).padStart(2, '0');
}
