import type { IDisposable } from '@lumino/disposable';
import { Poll } from '@lumino/polling';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { IApi } from './api';

/** How often the log of a run is asked for while it grows, in ms. */
export const LOG_INTERVAL = 2_000;
/** How many of the last lines are kept. */
export const LOG_TAIL = 2_000;
/** What moves the cursor or colours the text in a terminal. */
const ESCAPES = new RegExp(
  `${String.fromCharCode(27)}\\[[0-?]*[ -/]*[@-~]`,
  'g'
);
/** How many pieces of a log one look may bring. */
const MAX_PIECES = 20;

export interface ILogOptions {
  readonly api: IApi;
  readonly runId: string;
  /** Whether it may still grow. */
  readonly mayGrow: () => boolean;
  /** Whether anybody can see it. */
  readonly isShown: () => boolean;
  /** Is told what went wrong, and returns it in words. */
  readonly told: (error: unknown) => string;
}

/** The end of a run's log, as it grows. */
export class LogModel implements IDisposable {
  constructor(private readonly options: ILogOptions) {
    this._poll = new Poll({
      name: 'omnidomain-jupyter:log',
      auto: false,
      factory: () => this._follow(),
      frequency: { interval: LOG_INTERVAL, backoff: true, max: 60_000 },
      standby: () => (options.isShown() ? 'when-hidden' : true)
    });
  }

  /** Emitted after any change of what is below. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** The last lines; null until the first look. */
  get lines(): readonly string[] | null {
    return this._lines;
  }

  /** Whether earlier lines were left out. */
  get isCut(): boolean {
    return this._isCut;
  }

  /** Why it is not up to date; empty if it is. */
  get error(): string {
    return this._error;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._poll.dispose();
    Signal.clearData(this);
  }

  /** Follow it from now on, with a look at once. */
  start(): void {
    void this._poll.start();
  }

  private async _follow(): Promise<void> {
    // Asked before the look: what a run printed last is there once its end is known.
    const last = !this.options.mayGrow();
    const atEnd = await this._look();
    if (last && atEnd) {
      void this._poll.stop();
    }
  }

  /** Fetch what is new; return whether that was all. */
  private async _look(): Promise<boolean> {
    const { api, runId, told } = this.options;
    try {
      for (let piece = 0; piece < MAX_PIECES; piece++) {
        const first = this._cursor === undefined;
        const { lines, next_cursor, at_end } = await api.logs(
          runId,
          first ? { tail: LOG_TAIL } : { cursor: this._cursor }
        );
        if (this._isDisposed) {
          return true;
        }
        this._cursor = next_cursor || undefined;
        this._isCut ||= first && lines.length >= LOG_TAIL;
        this._append(lines);
        if (at_end) {
          return true;
        }
      }
      return false;
    } catch (error) {
      this._error = told(error);
      this._emit();
      throw error; // makes the poll back off
    }
  }

  private _append(lines: readonly string[]): void {
    const changed =
      lines.length > 0 || this._lines === null || this._error !== '';
    const all = [...(this._lines ?? []), ...lines.map(printed)];
    this._isCut ||= all.length > LOG_TAIL;
    this._lines = all.slice(-LOG_TAIL);
    this._error = '';
    if (changed) {
      this._emit();
    }
  }

  private _emit(): void {
    if (!this._isDisposed) {
      this._changed.emit();
    }
  }

  private readonly _poll: Poll;
  private readonly _changed = new Signal<this, void>(this);
  private _lines: readonly string[] | null = null;
  private _isCut = false;
  private _error = '';
  private _cursor: string | undefined;
  private _isDisposed = false;
}

/** A line as a terminal would show it: without escapes, and what was written over it last. */
function printed(line: string): string {
  const text = line.replace(ESCAPES, '').replace(/\r+$/, '');
  return text.slice(text.lastIndexOf('\r') + 1);
}
