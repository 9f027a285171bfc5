import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

/** The other pages of this browser that have the same server, and so the same sign-in. */
export class OtherTabs implements IDisposable {
  /** @param baseUrl the server's; one origin may have many */
  constructor(baseUrl: string) {
    // Where a browser has none, another tab finds out by its next question.
    this._channel =
      typeof BroadcastChannel === 'undefined'
        ? null
        : new BroadcastChannel(`omnidomain-jupyter:sign-in:${baseUrl}`);
    this._channel?.addEventListener('message', () => this._told.emit());
  }

  /** Emitted when somebody has signed in or out in another tab. */
  get told(): ISignal<this, void> {
    return this._told;
  }

  /** Tell them that somebody has signed in or out. They ask the server who. */
  tell(): void {
    this._channel?.postMessage('changed');
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._channel?.close();
    Signal.clearData(this);
  }

  private readonly _channel: BroadcastChannel | null;
  private readonly _told = new Signal<this, void>(this);
  private _isDisposed = false;
}
