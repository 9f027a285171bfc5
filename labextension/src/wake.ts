import type { IDisposable } from '@lumino/disposable';
import { DisposableDelegate } from '@lumino/disposable';

/** How often to look at the clock, in ms. */
const TICK = 30_000;
/** Browsers let the clocks of hidden pages tick once a minute; what is later was asleep, in ms. */
const ASLEEP = 90_000;

/**
 * Call somebody when the computer has woken from sleep, or is in a network again.
 *
 * Polls and sockets do not notice: what they showed before may be hours old.
 */
export function onWake(wake: () => void): IDisposable {
  let before = Date.now();
  const timer = window.setInterval(() => {
    const now = Date.now();
    const passed = now - before;
    before = now;
    if (passed > TICK + ASLEEP) {
      wake();
    }
  }, TICK);
  window.addEventListener('online', wake);
  return new DisposableDelegate(() => {
    window.clearInterval(timer);
    window.removeEventListener('online', wake);
  });
}
