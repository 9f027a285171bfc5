import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { IApi } from './api';
import type { IRunFilter } from './filter';
import { NO_FILTER, queryOf, stillFits } from './filter';
import { HintQueue } from './hints';
import { ListView } from './listView';
import type { IWindow } from './merge';
import { appendPage, mergeWindow, replaceRuns } from './merge';
import { PacedPoll } from './pace';
import { fetchTop, MAX_LIMIT, runOrNull } from './paging';
import { ApiError, textOf } from './problem';
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

/** So many hinted runs are fetched one by one; beyond, the list is. */
const FEW = 8;
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
    if (held) {
      this._holders.add(viewer);
    } else {
      this._holders.delete(viewer);
    }
    if (this._holders.size === 0 && this._newer > 0) {
      this._newer = 0;
      this._emit();
    }
  }

  /** Show other runs. What is there stays until they are. */
  async setFilter(filter: IRunFilter): Promise<void> {
    if (JSON.stringify(filter) === JSON.stringify(this._filter)) {
      return;
    }
    this._filter = filter;
    this._filtering = true;
    this._question++;
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
    if (this._asking) {
      this._again = true;
      return this._asking;
    }
    this._asking = this._askUntilQuiet().finally(() => {
      this._asking = null;
    });
    return this._asking;
  }

  /** Fetch the page below what is known. The more there is, the more it brings. */
  async loadMore(): Promise<void> {
    const { cursor, runs } = this._known;
    if (cursor === null || this._loadingMore || this._filtering) {
      return;
    }
    const question = this._question;
    this._loadingMore = true;
    this._loadMoreError = '';
    this._emit();
    try {
      const limit = Math.max(this._options.pageSize, runs.length);
      const page = await this._page(cursor, Math.min(MAX_LIMIT, limit));
      // Another filter or user, or laid anew meanwhile: the page no longer fits below.
      if (question === this._question && cursor === this._known.cursor) {
        this._known = appendPage(this._known, page);
      }
    } catch (error) {
      if (question !== this._question) {
        return;
      }
      if (error instanceof ApiError && error.status === 401) {
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

  private async _askUntilQuiet(): Promise<void> {
    do {
      this._again = false;
      await this._ask();
    } while (this._again && !this._isDisposed);
  }

  private async _ask(): Promise<void> {
    const question = this._question;
    const hinted = this._hints.take();
    const known = this._filtering ? NOTHING : this._known;
    const fresh = await this.session.ask(() =>
      fetchTop(
        (cursor, limit) => this._page(cursor, limit),
        known,
        hinted,
        this._options.pageSize
      )
    );
    if (this.session.state.kind === 'signed-out') {
      this._again = await this.session.signInByHub();
    } else if (question !== this._question) {
      this._again = true;
    } else if (fresh === null) {
      this._hints.putBack(hinted);
    } else {
      this._place(mergeWindow(known, fresh));
      this._filtering = false;
      this._fetchedAt = new Date();
    }
    this._setPace();
    this._emit();
  }

  /** Look at the hinted runs alone, if they are few and known; else at all. */
  private async _askOnHints(): Promise<void> {
    const hinted = this._hints.waiting;
    const known = new Set(this._known.runs.map(run => run.run_id));
    if (
      this._asking !== null ||
      this._filtering ||
      this.session.state.kind !== 'ready' ||
      hinted.length > FEW ||
      !hinted.every(runId => known.has(runId))
    ) {
      return this.refresh();
    }
    this._hints.take();
    const question = this._question;
    const runs = await this.session.ask(() =>
      Promise.all(hinted.map(runId => runOrNull(this.api, runId)))
    );
    if (runs !== null && question === this._question) {
      const fresh = runs.filter(run => run !== null);
      const staying = new Set(
        fresh.filter(run => stillFits(this._filter, run)).map(run => run.run_id)
      );
      const gone = hinted.filter(runId => !staying.has(runId));
      this._place(replaceRuns(this._known, fresh, new Set(gone)));
      this._fetchedAt = new Date();
    }
    this._setPace();
    this._emit();
  }

  private async _page(
    cursor: string | undefined,
    limit: number
  ): Promise<IWindow> {
    const page = await this.api.runs({
      ...queryOf(this._filter),
      limit,
      cursor
    });
    return { runs: page.runs, cursor: page.next_cursor };
  }

  private _place(known: IWindow): void {
    const shown = new Set(this.runs.map(run => run.run_id));
    this._known = known;
    this._newer =
      this._holders.size > 0 && !this._filtering
        ? Math.max(
            0,
            known.runs.findIndex(run => shown.has(run.run_id))
          )
        : 0;
  }

  private _setPace(): void {
    const { kind } = this.session.state;
    this._poll.setCalm(kind === 'ready' || kind === 'signed-out');
  }

  private _forget(): void {
    this._question++;
    this._known = NOTHING;
    this._newer = 0;
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
  private readonly _viewers = new Set<object>();
  private readonly _holders = new Set<object>();
  private _asking: Promise<void> | null = null;
  private _again = false;
  /** Another filter or another user makes it another question. */
  private _question = 0;
  private _filter = NO_FILTER;
  private _filtering = false;
  private _isDisposed = false;
  private _known: IWindow = NOTHING;
  private _newer = 0;
  private _loadingMore = false;
  private _loadMoreError = '';
  private _fetchedAt: Date | null = null;
}
