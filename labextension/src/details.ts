import type { IDisposable } from '@lumino/disposable';
import { Poll } from '@lumino/polling';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { ApiError } from './api';
import type { RunHistoryModel } from './model';
import type { IRun, IRunDetail } from './types';
import { isActive } from './types';

/** How often the log of a run is asked for while it grows, in ms. */
export const LOG_INTERVAL = 2_000;
/** How many of the last lines are kept. */
export const LOG_TAIL = 2_000;
/** How long after its end a run's log may still grow, in ms: some backends deliver late. */
const LOG_LATENESS = 60_000;
/** How many pieces of a log one look may bring. */
const MAX_PIECES = 20;

/** One run: its history, its row, and the end of its log, as it grows. */
export class RunDetailsModel implements IDisposable {
  constructor(
    private readonly history: RunHistoryModel,
    run: IRun
  ) {
    this._run = run;
    this._poll = new Poll({
      name: 'omnidomain-jupyter:log',
      auto: false,
      factory: () => this._followLog(),
      frequency: { interval: LOG_INTERVAL, backoff: true, max: 60_000 },
      standby: () => (history.isShown ? 'when-hidden' : true)
    });
    history.changed.connect(this._onHistory, this);
  }

  /** Emitted after any change of what is below. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** The run as it is known now. */
  get run(): IRun {
    return this._run;
  }

  /** Its row and history; null until they are there. */
  get detail(): IRunDetail | null {
    return this._detail;
  }

  /** Why the row and history cannot be shown; empty if they can. */
  get error(): string {
    return this._error;
  }

  /** The last lines of the log; null until the first look. */
  get lines(): readonly string[] | null {
    return this._lines;
  }

  /** How many earlier lines were left out. */
  get dropped(): number {
    return this._dropped;
  }

  /** Why the log is not up to date; empty if it is. */
  get logError(): string {
    return this._logError;
  }

  /** Whether the log may still grow. */
  get following(): boolean {
    const { status, completed_at } = this._run;
    return (
      isActive(status) ||
      (completed_at !== null &&
        Date.now() - Date.parse(completed_at) < LOG_LATENESS)
    );
  }

  /** Whether the user's wish to end the run is on its way. */
  get cancelling(): boolean {
    return this._cancelling;
  }

  /** Why it could not be cancelled; empty if nothing is wrong. */
  get cancelError(): string {
    return this._cancelError;
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

  /** Fetch all of it, and go on with the log. */
  async start(): Promise<void> {
    void this._poll.start(); // its first look is at once
    await this.refresh();
  }

  /** Fetch the row and the history. */
  async refresh(): Promise<void> {
    const asked = ++this._asked;
    try {
      const detail = await this.history.api.run(this._run.run_id);
      if (asked !== this._asked) {
        return;
      }
      this._run = this._detail = detail;
      this._error = '';
    } catch (error) {
      this._error = this._told(error);
    }
    this._emit();
  }

  /** Ask the server to end the run. Its status follows. */
  async cancel(): Promise<void> {
    this._cancelling = true;
    this._cancelError = '';
    this._emit();
    try {
      await this.history.api.cancel(this._run.run_id);
    } catch (error) {
      this._cancelling = false;
      this._cancelError = this._told(error);
    }
    this._emit();
    this.history.hint(this._run.run_id);
  }

  private _onHistory(): void {
    const { run_id, updated_at } = this._run;
    const run = this.history.runs.find(each => each.run_id === run_id);
    if (run && Date.parse(run.updated_at) > Date.parse(updated_at)) {
      this._run = run;
      if (!isActive(run.status)) {
        this._cancelling = false;
      }
      this._emit();
      void this.refresh();
      void this._poll.start();
    }
  }

  private async _followLog(): Promise<void> {
    // Asked before the look: what a run printed last is there once its end is known.
    const last = !this.following;
    let atEnd = false;
    try {
      for (let piece = 0; piece < MAX_PIECES; piece++) {
        const { lines, next_cursor } = await this.history.api.logs(
          this._run.run_id,
          this._cursor
        );
        if (this._isDisposed) {
          return;
        }
        this._cursor = next_cursor || undefined;
        this._append(lines);
        if (lines.length === 0) {
          atEnd = true;
          break;
        }
      }
    } catch (error) {
      this._logError = this._told(error);
      this._emit();
      throw error; // makes the poll back off
    }
    if (last && atEnd) {
      void this._poll.stop();
    }
  }

  private _append(lines: readonly string[]): void {
    const changed =
      lines.length > 0 || this._lines === null || this._logError !== '';
    const all = [...(this._lines ?? []), ...lines];
    this._dropped += Math.max(0, all.length - LOG_TAIL);
    this._lines = all.slice(-LOG_TAIL);
    this._logError = '';
    if (changed) {
      this._emit();
    }
  }

  private _told(error: unknown): string {
    if (error instanceof ApiError && error.status === 401) {
      void this.history.refresh(); // it finds the same, and shows the way back in
    }
    return error instanceof Error ? error.message : String(error);
  }

  private _emit(): void {
    if (!this._isDisposed) {
      this._changed.emit();
    }
  }

  private readonly _poll: Poll;
  private readonly _changed = new Signal<this, void>(this);
  private _run: IRun;
  private _detail: IRunDetail | null = null;
  private _error = '';
  private _lines: readonly string[] | null = null;
  private _dropped = 0;
  private _cursor: string | undefined;
  private _logError = '';
  private _cancelling = false;
  private _cancelError = '';
  private _asked = 0;
  private _isDisposed = false;
}
