import type { IDisposable } from '@lumino/disposable';

/** Hints that arrive within this time are answered together, in ms. */
export const HINT_DELAY = 30;
/** So much time passes at least between two answers, in ms. */
export const HINT_PAUSE = 150;
/** So many answers are given within so many ms; the next one waits. */
const MOST = 4;
const WITHIN = 2_000;

/** Collects hints that runs have changed, and has them answered: the first at once. */
export class HintQueue implements IDisposable {
  /** @param answer is called when hints wait; it takes them */
  constructor(private readonly answer: () => Promise<void>) {}

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    window.clearTimeout(this._timer);
  }

  /** @param wake whether somebody wants to know now; else it waits for the next look */
  add(runId: string, wake: boolean): void {
    this._hinted.add(runId);
    if (wake) {
      this._wake();
    }
  }

  /** The ids that wait. */
  get waiting(): readonly string[] {
    return [...this._hinted];
  }

  /** Take out what waits. */
  take(): ReadonlySet<string> {
    const taken = new Set(this._hinted);
    this._hinted.clear();
    return taken;
  }

  /** Put back what could not be answered; the next look sees to it. */
  putBack(runIds: Iterable<string>): void {
    for (const runId of runIds) {
      this._hinted.add(runId);
    }
  }

  private _wake(): void {
    if (this._isDisposed || this._timer !== undefined) {
      this._wanted = true;
      return;
    }
    this._timer = window.setTimeout(
      () => void this._answer(),
      Math.max(HINT_DELAY, this._restUntil - Date.now())
    );
  }

  private async _answer(): Promise<void> {
    const began = Date.now();
    this._began = [...this._began, began].slice(-MOST);
    this._wanted = false;
    try {
      await this.answer();
    } finally {
      // A change is seen at once; a storm of them must not make the page do nothing else.
      const pause = Math.max(HINT_PAUSE, Date.now() - began);
      this._restUntil = Math.max(
        Date.now() + pause,
        this._began.length < MOST ? 0 : this._began[0] + WITHIN
      );
      this._timer = undefined;
      if (this._wanted) {
        this._wake();
      }
    }
  }

  private readonly _hinted = new Set<string>();
  private _timer: number | undefined;
  private _restUntil = 0;
  /** When the last answers began. */
  private _began: readonly number[] = [];
  /** Whether a hint has come during an answer. */
  private _wanted = false;
  private _isDisposed = false;
}
