import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { IApi } from './api';
import { Asking } from './asking';
import type { IRunFilter } from './filter';
import { NO_FILTER } from './filter';
import { HeldList } from './heldList';
import { HintQueue } from './hints';
import { ListView } from './listView';
import type { IWindow } from './merge';
import { appendPage } from './merge';
import { PacedPoll } from './pace';
import { ApiError, textOf } from './problem';
import { FEW, RunSource } from './runSource';
import { Selection } from './selection';
import type { Session } from './session';
import { Submissions } from './submissions';
import type { IRun } from './types';

/** What can be set about the list. Times in ms. */
export interface IHistoryOptions {
  readonly pollInterval: number;
  readonly pageSize: number;
}

export const DEFAULT_OPTIONS: IHistoryOptions = {
  pollInterval: 60_000,
  pageSize: 50
};

const NOTHING: IWindow = { runs: [], cursor: null };

/**
 * The runs of whoever is signed in, newest first, and how far they are known.
 *
 * Events are hints: they only make it ask again. Behind them a slow poll does the same. All
 * views of the history share one model; nothing is asked for while none of them can be seen.
 */
export class RunHistoryModel implements IDisposable {
  constructor(
    readonly session: Session,
    private _options: IHistoryOptions = DEFAULT_OPTIONS
  ) {
    this._poll = new PacedPoll(
      () => this._look(),
      () => this.isShown,
      _options.pollInterval
    );
    this._source = this._newSource();
    this.submissions = new Submissions(session.api);
    session.reset.connect(this._forget, this);
    session.changed.connect(this._emit, this);
  }

  /** Emitted after any change of what is below, or of the session. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Emitted with the id of a run that may have changed. */
  get hinted(): ISignal<this, string> {
    return this._hinted;
  }

  get api(): IApi {
    return this.session.api;
  }

  /** The runs to show, newest first. A run that has not changed stays the same object. */
  get runs(): readonly IRun[] {
    return this._list.shown;
  }

  /** How many newer runs wait to be shown, because the list is held still. */
  get newer(): number {
    return this._list.newer;
  }

  get hasMore(): boolean {
    return this._list.known.cursor !== null;
  }

  get loadingMore(): boolean {
    return this._loadingMore;
  }

  /** Why the last "load more" brought nothing; empty if it did. */
  get loadMoreError(): string {
    return this._loadMoreError;
  }

  /** When the runs were last fetched; null before the first time. */
  get fetchedAt(): Date | null {
    return this._fetchedAt;
  }

  /** Whether what is shown belongs to another filter still. */
  get filtering(): boolean {
    return this._filtering;
  }

  get filter(): IRunFilter {
    return this._filter;
  }

  /** Whether anybody can see the list. */
  get isShown(): boolean {
    return this._viewers.size > 0;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._asking.stop();
    this._hints.dispose();
    this._poll.dispose();
    Signal.clearData(this);
  }

  setOptions(options: IHistoryOptions): void {
    this._options = options;
    this._poll.setInterval(options.pollInterval);
  }

  /** Say whether this viewer can see the list. */
  setShown(viewer: object, shown: boolean): void {
    if (this._isDisposed || shown === this._viewers.has(viewer)) {
      return;
    }
    const before = this.isShown;
    if (shown) {
      this._viewers.add(viewer);
    } else {
      this._viewers.delete(viewer);
      this.setHeld(viewer, false);
    }
    if (this.isShown && !before) {
      this._poll.start();
      void this.refresh();
    } else if (!this.isShown) {
      this._poll.stop();
    }
  }

  /** Hold the list still for this viewer: newer runs wait, so that nothing moves. */
  setHeld(viewer: object, held: boolean): void {
    if (this._list.setHeld(viewer, held)) {
      this._emit();
    }
  }

  /** Show the newer runs that wait, whoever holds the list. */
  showNewer(): void {
    this._list.release();
    this._emit();
  }

  /** Show other runs. What is there stays until they are. */
  async setFilter(filter: IRunFilter): Promise<void> {
    if (JSON.stringify(filter) === JSON.stringify(this._filter)) {
      return;
    }
    this._filter = filter;
    this._filtering = true;
    this._source = this._newSource();
    this.selection.clear();
    this._emit();
    if (this.isShown) {
      await this.refresh();
    }
  }

  /** A run may have changed: ask soon, and once for all hints until then. */
  hint(runId: string): void {
    this._hinted.emit(runId);
    this._hints.add(
      runId,
      this.isShown && this.session.state.kind !== 'signed-out'
    );
  }

  /** Ask now. Never fails: the session tells. A call while it is asking makes it ask again. */
  refresh(): Promise<void> {
    return this._asking.now();
  }

  /** The computer has slept, or was in no network: what is shown may be old. */
  wake(): void {
    if (this.isShown && this.session.state.kind !== 'signed-out') {
      void this.refresh();
    }
  }

  /** Fetch the page below what is known. The more there is, the more it brings. */
  async loadMore(): Promise<void> {
    const { cursor, runs } = this._list.known;
    if (cursor === null || this._loadingMore || this._filtering) {
      return;
    }
    const source = this._source;
    this._loadingMore = true;
    this._loadMoreError = '';
    this._emit();
    try {
      const page = await source.page(cursor, runs.length);
      // Another filter or user, or laid anew meanwhile: the page no longer fits below.
      const { known } = this._list;
      if (source === this._source && cursor === known.cursor) {
        this._list.place(appendPage(known, page));
      }
    } catch (error) {
      if (source !== this._source) {
        return;
      }
      if (error instanceof ApiError && error.isSignedOut) {
        this.session.stumble(error);
      } else {
        this._loadMoreError = textOf(error);
      }
    } finally {
      this._loadingMore = false;
      this._emit();
    }
  }

  private async _look(): Promise<void> {
    if (this.session.state.kind === 'signed-out') {
      return;
    }
    await this.refresh();
    if (this.session.state.kind !== 'ready') {
      throw new Error(this.session.state.kind); // makes the poll back off
    }
  }

  private async _ask(): Promise<void> {
    const source = this._source;
    const hinted = this._hints.take();
    const fresh = await this.session.ask(() =>
      source.fresh(this._base, hinted)
    );
    if (this.session.state.kind === 'signed-out') {
      if (await this.session.signInByHub()) {
        void this.refresh();
      }
    } else if (source !== this._source) {
      void this.refresh();
    } else if (fresh === null) {
      this._hints.putBack(hinted);
    } else {
      this._place(source.merge(this._base, fresh));
    }
    this._setPace();
    this._emit();
  }

  /** Look at the hinted runs alone, if they are few and known; else at all. */
  private async _askOnHints(): Promise<void> {
    const hinted = this._hints.waiting;
    const known = new Set(this._list.known.runs.map(run => run.run_id));
    if (
      this._asking.isBusy ||
      this._filtering ||
      this.session.state.kind !== 'ready' ||
      hinted.length > FEW ||
      !hinted.every(runId => known.has(runId))
    ) {
      return this.refresh();
    }
    this._hints.take();
    const source = this._source;
    const looked = await this.session.ask(() => source.look(hinted));
    if (source === this._source && this._asking.isBusy) {
      // That may have been asked before: what it brings would undo this.
      this._hints.putBack(hinted);
      return this.refresh();
    }
    if (looked === null) {
      this._hints.putBack(hinted);
    } else if (source === this._source) {
      this._place(source.place(this._list.known, looked));
    }
    this._setPace();
    this._emit();
  }

  /** What there is of the list that is wanted. */
  private get _base(): IWindow {
    return this._filtering ? NOTHING : this._list.known;
  }

  private _place(known: IWindow): void {
    this._list.place(known, this._filtering);
    this._filtering = false;
    this._fetchedAt = new Date();
  }

  private _newSource(): RunSource {
    return new RunSource(this.api, this._filter, () => this._options.pageSize);
  }

  private _setPace(): void {
    const { kind } = this.session.state;
    this._poll.setCalm(kind === 'ready' || kind === 'signed-out');
  }

  private _forget(): void {
    this._source = this._newSource();
    this._list.clear();
    this._fetchedAt = null;
    this._loadMoreError = '';
    this._hints.take();
    this.selection.clear();
    this.submissions.clear();
    const { user, hasHub } = this.session;
    if (this.isShown && (user !== null || hasHub)) {
      void this.refresh();
    }
  }

  private _emit(): void {
    if (!this._isDisposed) {
      this._changed.emit();
    }
  }

  /** The runs that are marked, to do something with all of them. */
  readonly selection = new Selection();
  /** How the list is sorted and grouped. */
  readonly view = new ListView();
  /** The sheets to which the runs belong. */
  readonly submissions: Submissions;

  private readonly _poll: PacedPoll;
  private readonly _changed = new Signal<this, void>(this);
  private readonly _hinted = new Signal<this, string>(this);
  private readonly _hints = new HintQueue(() => this._askOnHints());
  private readonly _asking = new Asking(() => this._ask());
  private readonly _viewers = new Set<object>();
  private readonly _list = new HeldList();
  /** Another filter or another user has another one: what the old one brings is not wanted. */
  private _source: RunSource;
  private _filter = NO_FILTER;
  private _filtering = false;
  private _isDisposed = false;
  private _loadingMore = false;
  private _loadMoreError = '';
  private _fetchedAt: Date | null = null;
}
