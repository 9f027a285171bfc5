import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { RunHistoryModel } from '../model';
import type { ISubmission } from '../types';
import { isActive, STATUSES } from '../types';
import { isUploading, UPLOADS_LOOK } from '../uploads';

/** How often the progress is asked for when nothing is heard of it, in ms. */
const LOOK = 15_000;
/** Hints within this time are answered together, in ms. */
const HINT_DELAY = 300;

/** A sheet that was submitted, on its way. */
export class SentSheet implements IDisposable {
  /** @param told is told what went wrong, and returns it in words */
  constructor(
    private readonly history: RunHistoryModel,
    private _submission: ISubmission,
    private readonly told: (error: unknown) => string
  ) {
    history.hinted.connect(this._onHint, this);
    this._lookIn(this._pause);
  }

  /** Emitted after any change of what is below. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** How far it has come. */
  get submission(): ISubmission {
    return this._submission;
  }

  /** Why that is not up to date; empty if it is. */
  get error(): string {
    return this._error;
  }

  /** How many rows have come to an end, or were refused. */
  get ended(): number {
    const { counts, rejected } = this._submission;
    return STATUSES.filter(status => !isActive(status)).reduce(
      (sum, status) => sum + (counts[status] ?? 0),
      rejected.length
    );
  }

  /** Whether all rows have come to an end. */
  get isDone(): boolean {
    return this.ended >= this._submission.total;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    window.clearTimeout(this._timer);
    Signal.clearData(this);
  }

  /** Ask how far it is, unless nobody is signed in. */
  async refresh(): Promise<void> {
    const { api, session } = this.history;
    window.clearTimeout(this._timer);
    this._hinted = false;
    this._isLooking = true;
    if (session.state.kind !== 'signed-out') {
      try {
        const { submission_id } = this._submission;
        this._submission = await api.submission(submission_id);
        this._error = '';
      } catch (error) {
        this._error = this._isDisposed ? '' : this.told(error);
      }
    }
    this._isLooking = false;
    if (!this._isDisposed) {
      this._changed.emit();
      if (!this.isDone) {
        this._lookIn(this._hinted ? HINT_DELAY : this._pause);
      }
    }
  }

  /** Of files that go to S3 nothing is heard; they are looked at more often. */
  private get _pause(): number {
    return isUploading(this._submission) ? UPLOADS_LOOK : LOOK;
  }

  private _lookIn(time: number): void {
    window.clearTimeout(this._timer);
    this._timer = window.setTimeout(() => void this.refresh(), time);
  }

  private _onHint(): void {
    if (this._hinted || this.isDone) {
      return;
    }
    this._hinted = true;
    // What comes while it looks may not be in the answer: it looks again afterwards.
    if (!this._isLooking) {
      this._lookIn(HINT_DELAY);
    }
  }

  private readonly _changed = new Signal<this, void>(this);
  private _error = '';
  private _timer: number | undefined;
  /** Whether it was told that something has changed since it last began to look. */
  private _hinted = false;
  private _isLooking = false;
  private _isDisposed = false;
}
