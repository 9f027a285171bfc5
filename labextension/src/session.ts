import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { IApi } from './api';
import type { OtherTabs } from './otherTabs';
import { ApiError, textOf } from './problem';
import type { IUser } from './types';

/** What stands in the way of the runs, or nothing. `detail` is the server's own sentence. */
export type State =
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready' }
  | { readonly kind: 'signed-out'; readonly expired: boolean }
  | { readonly kind: 'extension-missing' }
  | { readonly kind: 'database-away'; readonly detail: string }
  | { readonly kind: 'unreachable'; readonly detail: string }
  | { readonly kind: 'failed'; readonly detail: string };

/** Who is signed in, and whether the server can do its work. One for the whole page. */
export class Session {
  /**
   * @param api the server
   * @param hub whether a JupyterHub says who the user is, so that no email may be needed
   * @param tabs the pages that share the sign-in with this one
   */
  constructor(
    readonly api: IApi,
    private readonly hub = false,
    private readonly tabs: OtherTabs | null = null
  ) {
    tabs?.told.connect(() => void this._askAgain());
  }

  /** Emitted after any change of what is below. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Emitted when somebody has signed in or out: what was known belongs to nobody here. */
  get reset(): ISignal<this, void> {
    return this._reset;
  }

  get state(): State {
    return this._state;
  }

  /** Who is signed in; null until it is known. */
  get user(): IUser | null {
    return this._user;
  }

  /** The server extension's version; null until it is known. */
  get serverVersion(): string | null {
    return this._serverVersion;
  }

  /**
   * Ask the server for something of the user's, and learn from the answer how it stands.
   *
   * Null if it could not be had, which `state` tells, or belongs to a session that has ended.
   *
   * @param greet whether to learn the version and who is signed in too, for somebody who looks
   */
  async ask<T>(question: () => Promise<T>, greet = true): Promise<T | null> {
    const epoch = this._epoch;
    try {
      const [answer] = await Promise.all([
        question(),
        greet ? this._greet() : undefined
      ]);
      if (epoch !== this._epoch) {
        return null;
      }
      this._hubAsked = false; // its word is good again when this session has expired
      this._become({ kind: 'ready' });
      return answer;
    } catch (error) {
      if (epoch === this._epoch) {
        this.stumble(error);
      }
      return null;
    }
  }

  /** Take what an error says about the session or the server, if it does. */
  stumble(error: unknown): void {
    const detail = textOf(error);
    if (!(error instanceof ApiError)) {
      this._become({ kind: 'failed', detail });
    } else if (error.isUnreachable) {
      this._become({ kind: 'unreachable', detail });
    } else if (error.isSignedOut) {
      this._forget({ kind: 'signed-out', expired: this._user !== null });
    } else if (error.status === 404 && !error.isOurs) {
      this._become({ kind: 'extension-missing' });
    } else if (error.status === 503) {
      this._become({ kind: 'database-away', detail });
    } else {
      this._become({ kind: 'failed', detail });
    }
  }

  /**
   * Sign in. The server's cookie keeps the session; nothing is kept here.
   *
   * Rejects with an `ApiError` whose message says what is wrong with the email.
   */
  async signIn(email: string): Promise<void> {
    const user = await this.api.login(email);
    this.tabs?.tell();
    this._forget({ kind: 'loading' }, user);
  }

  /** Sign out. Rejects with an `ApiError` if the server could not be told. */
  async signOut(): Promise<void> {
    try {
      await this.api.logout();
    } catch (error) {
      // Without a session there is nothing to end.
      if (!(error instanceof ApiError && error.isSignedOut)) {
        throw error;
      }
    }
    this.tabs?.tell();
    this._hubAsked = true;
    this._forget({ kind: 'signed-out', expired: false });
  }

  /** Whether a Hub may still be asked who the user is. */
  get hasHub(): boolean {
    return this.hub && !this._hubAsked;
  }

  /** Sign in by the Hub's word, if that is enough. Tried once, and not after a sign-out. */
  async signInByHub(): Promise<boolean> {
    if (!this.hasHub) {
      return false;
    }
    this._hubAsked = true;
    try {
      const user = await this.api.login();
      this.tabs?.tell();
      this._forget({ kind: 'loading' }, user);
      return true;
    } catch {
      return false; // the form asks for the email that could not be derived
    }
  }

  /** Somebody has signed in or out in another tab: find out who is here now. */
  private async _askAgain(): Promise<void> {
    this._hubAsked = true; // who has signed out there is not to be signed in again by this tab
    this._forget({ kind: 'loading' });
    const epoch = this._epoch;
    try {
      const user = await this.api.me();
      if (epoch === this._epoch) {
        this._forget({ kind: 'loading' }, user);
      }
    } catch (error) {
      if (epoch === this._epoch) {
        this.stumble(error);
      }
    }
  }

  private _greet(): Promise<void> {
    if (this._greeting === null) {
      const greeting = this._greetServer().finally(() => {
        if (this._greeting === greeting) {
          this._greeting = null;
        }
      });
      this._greeting = greeting;
    }
    return this._greeting;
  }

  /** Learn the version, and who is signed in, as long as they are not known for sure. */
  private async _greetServer(): Promise<void> {
    if (this._state.kind === 'ready' && this._user !== null) {
      return;
    }
    const epoch = this._epoch;
    const [health, user] = await Promise.all([
      this.api.health(),
      this._user ?? this.api.me().catch(() => null)
    ]);
    this._serverVersion = health.version;
    if (epoch === this._epoch) {
      this._user = user;
    }
    if (health.status !== 'ok') {
      throw new ApiError(503, health.detail ?? '');
    }
  }

  private _become(state: State): void {
    const before = this._state;
    this._state = state;
    if (JSON.stringify(before) !== JSON.stringify(state)) {
      this._changed.emit();
    }
  }

  /** Begin anew, so that nobody sees somebody else's runs. */
  private _forget(state: State, user: IUser | null = null): void {
    this._epoch++;
    this._greeting = null;
    this._user = user;
    this._state = state;
    this._reset.emit();
    this._changed.emit();
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _reset = new Signal<this, void>(this);
  private _epoch = 0;
  /** Whether the Hub's word was tried, or is not wanted any more. */
  private _hubAsked = false;
  private _greeting: Promise<void> | null = null;
  private _state: State = { kind: 'loading' };
  private _user: IUser | null = null;
  private _serverVersion: string | null = null;
}
