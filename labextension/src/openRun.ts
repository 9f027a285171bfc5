import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { ApiError, textOf } from './problem';
import { RunDetailsModel } from './details';
import type { RunHistoryModel } from './model';
import type { IRun } from './types';

/** The run whose details one view shows, if it does. */
export class OpenRun implements IDisposable {
  constructor(private readonly history: RunHistoryModel) {
    history.session.reset.connect(this.close, this);
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get details(): RunDetailsModel | null {
    return this._details;
  }

  /** Why a run that was asked for by its id cannot be shown; empty if nothing is wrong. */
  get error(): string {
    return this._error;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._details?.dispose();
    this._details = null;
    Signal.clearData(this);
  }

  open(run: IRun): void {
    this._asked++;
    this._error = '';
    if (run.run_id !== this._details?.run.run_id) {
      this._details?.dispose();
      this._details = new RunDetailsModel(this.history, run);
      void this._details.start();
    }
    this._changed.emit();
  }

  /** Open a run that is perhaps not in the list. The last one that was asked for is opened. */
  async openById(runId: string): Promise<void> {
    const { api, session } = this.history;
    const asked = ++this._asked;
    const isWanted = (): boolean => asked === this._asked && !this._isDisposed;
    try {
      const run = await api.run(runId);
      if (isWanted()) {
        this.open(run);
      }
    } catch (error) {
      if (!isWanted()) {
        return;
      }
      if (error instanceof ApiError && error.isSignedOut) {
        session.stumble(error);
      } else {
        this._error = textOf(error);
        this._changed.emit();
      }
    }
  }

  close(): void {
    this._asked++;
    this._error = '';
    if (this._details !== null) {
      this._details.dispose();
      this._details = null;
    }
    this._changed.emit();
  }

  private readonly _changed = new Signal<this, void>(this);
  private _details: RunDetailsModel | null = null;
  private _error = '';
  private _asked = 0;
  private _isDisposed = false;
}
