import type { IDisposable } from '@lumino/disposable';
import { Poll } from '@lumino/polling';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { IApi } from './api';
import { ApiError, PAGE_SIZE } from './api';
import type { IWindow } from './merge';
import { appendPage, mergeWindow } from './merge';
import type { IRun, IUser } from './types';
import { isActive } from './types';

/** What stands in the way of the list, or nothing. `detail` is the server's own sentence. */
export type State =
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready' }
  | { readonly kind: 'signed-out'; readonly expired: boolean }
  | { readonly kind: 'extension-missing' }
  | { readonly kind: 'database-away'; readonly detail: string }
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'failed'; readonly detail: string };

/** Hints that arrive within this time are answered by one request, in ms. */
export const HINT_DELAY = 500;
const POLL_INTERVAL = 30_000;
const POLL_MAX = 5 * 60_000;
/** The most that the server gives in one answer. */
const MAX_LIMIT = 500;
const NOTHING: IWindow = { runs: [], cursor: null };

/**
 * The runs of whoever is signed in, newest first, and how far they are known.
 *
 * Events are hints: they only make it ask again. Behind them a slow poll does the same.
 */
export class RunHistoryModel implements IDisposable {
  /**
   * @param api the server
   * @param hub whether a JupyterHub says who the user is, so that no email may be needed
   */
  constructor(
    readonly api: IApi,
    private readonly hub = false
  ) {
    this._poll = new Poll({
      name: 'omnidomain-jupyter:runs',
      auto: false,
      factory: () => this._look(),
      frequency: { interval: POLL_INTERVAL, backoff: true, max: POLL_MAX },
      standby: () => (this._shown ? 'when-hidden' : true)
    });
  }

  /** Emitted after any change of what is below. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get state(): State {
    return this._state;
  }

  /** The runs to show, newest first. A run that has not changed stays the same object. */
  get runs(): readonly IRun[] {
    return this._newer === 0
      ? this._known.runs
      : this._known.runs.slice(this._newer);
  }

  /** How many newer runs wait to be shown, because the list is held still. */
  get newer(): number {
    return this._newer;
  }

  get hasMore(): boolean {
    return this._known.cursor !== null;
  }

  get loadingMore(): boolean {
    return this._loadingMore;
  }

  /** Why the last "load more" brought nothing; empty if it did. */
  get loadMoreError(): string {
    return this._loadMoreError;
  }

  /** Who is signed in; null until it is known. */
  get user(): IUser | null {
    return this._user;
  }

  /** The server extension's version; null until it is known. */
  get serverVersion(): string | null {
    return this._serverVersion;
  }

  /** When the runs were last fetched; null before the first time. */
  get fetchedAt(): Date | null {
    return this._fetchedAt;
  }

  /** Whether anybody can see the list. */
  get isShown(): boolean {
    return this._shown;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    window.clearTimeout(this._hintTimer);
    this._poll.dispose();
    Signal.clearData(this);
  }

  /** Say whether anybody can see the list. Nothing is asked for while nobody can. */
  setShown(shown: boolean): void {
    if (shown === this._shown || this._isDisposed) {
      return;
    }
    this._shown = shown;
    if (shown) {
      void this._poll.schedule({ phase: 'started', interval: POLL_INTERVAL });
      void this.refresh();
    } else {
      void this._poll.stop();
    }
  }

  /** Hold the list still: newer runs wait, so that nothing moves under the reader. */
  setHeld(held: boolean): void {
    this._held = held;
    if (!held && this._newer > 0) {
      this._newer = 0;
      this._changed.emit();
    }
  }

  /** A run may have changed: ask soon, and once for all hints until then. */
  hint(runId: string): void {
    this._hinted.add(runId);
    if (
      this._hintTimer !== undefined ||
      this._isDisposed ||
      !this._shown ||
      this._state.kind === 'signed-out'
    ) {
      return;
    }
    this._hintTimer = window.setTimeout(() => {
      this._hintTimer = undefined;
      void this.refresh();
    }, HINT_DELAY);
  }

  /** Ask now. Never fails: `state` tells. A call while it is asking makes it ask once more. */
  refresh(): Promise<void> {
    if (this._asking) {
      this._again = true;
      return this._asking;
    }
    this._asking = this._askUntilQuiet().finally(() => {
      this._asking = null;
    });
    return this._asking;
  }

  /** Fetch the page below what is known. */
  async loadMore(): Promise<void> {
    const { cursor } = this._known;
    if (cursor === null || this._loadingMore) {
      return;
    }
    const session = this._session;
    this._loadingMore = true;
    this._loadMoreError = '';
    this._changed.emit();
    try {
      const page = await this.api.runs(cursor);
      // Signed out, or laid anew meanwhile: the page no longer fits below.
      if (session === this._session && cursor === this._known.cursor) {
        this._known = appendPage(this._known, {
          runs: page.runs,
          cursor: page.next_cursor
        });
      }
    } catch (error) {
      if (session !== this._session) {
        return;
      }
      if (isStatus(error, 401)) {
        this._stumble(error);
      } else {
        this._loadMoreError = textOf(error);
      }
    } finally {
      this._loadingMore = false;
      this._emit();
    }
  }

  /**
   * Sign in. The server's cookie keeps the session; nothing is kept here.
   *
   * Rejects with an `ApiError` whose message says what is wrong with the email.
   */
  async signIn(email: string): Promise<void> {
    const user = await this.api.login(email);
    this._forget({ kind: 'loading' });
    this._user = user;
    this._changed.emit();
    await this.refresh();
  }

  /** Sign out. Rejects with an `ApiError` if the server could not be told. */
  async signOut(): Promise<void> {
    try {
      await this.api.logout();
    } catch (error) {
      // Without a session there is nothing to end.
      if (!isStatus(error, 401)) {
        throw error;
      }
    }
    this._greeted = true;
    this._forget({ kind: 'signed-out', expired: false });
    this._changed.emit();
  }

  private async _look(): Promise<void> {
    if (this._state.kind === 'signed-out') {
      return;
    }
    await this.refresh();
    if (this._state.kind !== 'ready') {
      throw new Error(this._state.kind); // makes the poll back off
    }
  }

  private async _askUntilQuiet(): Promise<void> {
    do {
      this._again = false;
      await this._ask();
    } while (this._again && !this._isDisposed);
  }

  private async _ask(): Promise<void> {
    const session = this._session;
    const hinted = new Set(this._hinted);
    this._hinted.clear();
    try {
      if (this._state.kind !== 'ready') {
        await this._askHealth();
      }
      const fresh = await this._fetchTop(hinted);
      if (session !== this._session) {
        return;
      }
      this._place(mergeWindow(this._known, fresh));
      this._fetchedAt = new Date();
      this._state = { kind: 'ready' };
      if (this._user === null) {
        const user = await this.api.me().catch(() => null);
        this._user = session === this._session ? user : this._user;
      }
    } catch (error) {
      if (session !== this._session) {
        return;
      }
      hinted.forEach(runId => this._hinted.add(runId));
      if (isStatus(error, 401) && (await this._greetedByHub())) {
        this._again = true;
        return;
      }
      this._stumble(error);
    } finally {
      this._emit();
    }
  }

  private async _askHealth(): Promise<void> {
    const health = await this.api.health();
    this._serverVersion = health.version;
    if (health.status !== 'ok') {
      throw new ApiError(503, health.detail ?? '');
    }
  }

  /** Fetch from the newest run down to the last one that may have changed. */
  private async _fetchTop(hinted: ReadonlySet<string>): Promise<IWindow> {
    const known = this._known.runs;
    let deepest = known.length - 1;
    while (
      deepest >= 0 &&
      !isActive(known[deepest].status) &&
      !hinted.has(known[deepest].run_id)
    ) {
      deepest--;
    }
    const target = deepest < 0 ? null : known[deepest].run_id;
    const limit = Math.min(MAX_LIMIT, Math.max(PAGE_SIZE, deepest + 1));
    let page = await this.api.runs(undefined, limit);
    let fresh: IWindow = { runs: page.runs, cursor: page.next_cursor };
    while (
      target !== null &&
      fresh.cursor !== null &&
      fresh.runs.length <= known.length &&
      !fresh.runs.some(run => run.run_id === target)
    ) {
      page = await this.api.runs(fresh.cursor, limit);
      fresh = appendPage(fresh, { runs: page.runs, cursor: page.next_cursor });
    }
    return fresh;
  }

  private _place(known: IWindow): void {
    const shown = new Set(this.runs.map(run => run.run_id));
    this._known = known;
    this._newer = this._held
      ? Math.max(
          0,
          known.runs.findIndex(run => shown.has(run.run_id))
        )
      : 0;
  }

  /** Whether the Hub's word was enough to sign in. Asked once; not again after a sign-out. */
  private async _greetedByHub(): Promise<boolean> {
    if (!this.hub || this._greeted) {
      return false;
    }
    this._greeted = true;
    try {
      this._user = await this.api.login();
      return true;
    } catch {
      return false; // the form asks for the email that could not be derived
    }
  }

  private _stumble(error: unknown): void {
    const status = error instanceof ApiError ? error.status : -1;
    switch (status) {
      case 401:
        this._forget({ kind: 'signed-out', expired: this._user !== null });
        break;
      case 404:
        this._state = { kind: 'extension-missing' };
        break;
      case 503:
        this._state = { kind: 'database-away', detail: textOf(error) };
        break;
      case 0:
        this._state = { kind: 'unreachable' };
        break;
      default:
        this._state = { kind: 'failed', detail: textOf(error) };
    }
  }

  /** Begin anew, so that nobody sees somebody else's runs. */
  private _forget(state: State): void {
    this._session++;
    this._known = NOTHING;
    this._newer = 0;
    this._user = null;
    this._fetchedAt = null;
    this._loadMoreError = '';
    this._hinted.clear();
    this._state = state;
  }

  private _emit(): void {
    if (!this._isDisposed) {
      this._changed.emit();
    }
  }

  private readonly _poll: Poll;
  private readonly _changed = new Signal<this, void>(this);
  private readonly _hinted = new Set<string>();
  private _hintTimer: number | undefined;
  private _asking: Promise<void> | null = null;
  private _again = false;
  private _session = 0;
  private _shown = false;
  private _held = false;
  private _greeted = false;
  private _isDisposed = false;
  private _state: State = { kind: 'loading' };
  private _known: IWindow = NOTHING;
  private _newer = 0;
  private _loadingMore = false;
  private _loadMoreError = '';
  private _user: IUser | null = null;
  private _serverVersion: string | null = null;
  private _fetchedAt: Date | null = null;
}

function isStatus(error: unknown, status: number): boolean {
  return error instanceof ApiError && error.status === status;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
