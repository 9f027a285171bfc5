import type { IDisposable } from '@lumino/disposable';
import { Poll } from '@lumino/polling';

/** How soon to look again when something is wrong, in ms, at first and at most. */
const RETRY = 4_000;
const RETRY_MAX = 60_000;

/** A poll that is slow while all is well, and soon looks again when something is wrong. */
export class PacedPoll implements IDisposable {
  /**
   * @param look rejects when something is wrong
   * @param isWanted whether anybody wants to know; nothing is asked for while nobody does
   */
  constructor(
    look: () => Promise<void>,
    private readonly isWanted: () => boolean,
    private _interval: number
  ) {
    this._poll = new Poll({
      name: 'omnidomain-jupyter:runs',
      auto: false,
      factory: look,
      frequency: { interval: _interval, backoff: true },
      standby: () => (isWanted() ? 'when-hidden' : true)
    });
  }

  get isDisposed(): boolean {
    return this._poll.isDisposed;
  }

  dispose(): void {
    this._poll.dispose();
  }

  setInterval(interval: number): void {
    this._interval = interval;
    this.setCalm(this._calm);
  }

  /** Begin to count from now on. */
  start(): void {
    void this._poll.schedule({ phase: 'started', interval: this._interval });
  }

  stop(): void {
    void this._poll.stop();
  }

  /** Say whether all is well. */
  setCalm(calm: boolean): void {
    this._poll.frequency = calm
      ? { interval: this._interval, backoff: true, max: 5 * this._interval }
      : { interval: RETRY, backoff: true, max: RETRY_MAX };
    if (!calm && this._calm && this.isWanted()) {
      void this._poll.schedule({ phase: 'reconnected', interval: RETRY });
    }
    this._calm = calm;
  }

  private readonly _poll: Poll;
  private _calm = true;
}
