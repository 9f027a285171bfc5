import type { IDisposable } from '@lumino/disposable';
import { Poll } from '@lumino/polling';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { IApi } from './api';
import { Asking } from './asking';
import type { IFailures } from './failures';
import { recentFailures } from './failures';
import { HintQueue } from './hints';
import { MAX_LIMIT, runOrNull } from './runSource';
import type { Session } from './session';
import type { IRun } from './types';
import { ACTIVE, isActive } from './types';

/** How often to look while runs are going and nothing is heard of them, in ms. */
const GOING = 60_000;
/** How often otherwise: events tell of new runs, if they get through. */
const QUIET = 5 * 60_000;
/** So many runs that have ended at once are looked at; nobody reads more names. */
const MOST_NAMED = 20;
const NO_FAILURES: IFailures = { count: 0, isCut: false };

/** Runs that have ended since the last look. */
export interface IEnding {
  /** Those that were looked at. */
  readonly runs: readonly IRun[];
  /** How many more there are. */
  readonly more: number;
}

/**
 * How many of one's runs are going, and which have ended: for all of the page, whether a
 * history is open or not.
 */
export class RunWatch implements IDisposable {
  constructor(private readonly session: Session) {
    this._poll = new Poll({
      name: 'omnidomain-jupyter:watch',
      auto: false,
      factory: () => this.refresh(),
      frequency: { interval: QUIET, backoff: true, max: QUIET },
      standby: 'when-hidden'
    });
    session.reset.connect(this._forget, this);
    session.changed.connect(this._onSession, this);
  }

  /** Emitted after any change of what is below. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Emitted with runs that were going and have ended. */
  get ended(): ISignal<this, IEnding> {
    return this._ended;
  }

  /** How many are going; of more than a page the page. Null while that is not known. */
  get active(): number | null {
    return this._active?.size ?? null;
  }

  /** How many of them run already. */
  get running(): number {
    return [...(this._active?.values() ?? [])].filter(
      run => run.status === 'RUNNING'
    ).length;
  }

  /** Whether more are going than were counted. */
  get isCut(): boolean {
    return this._isCut;
  }

  /** How many have failed within a day. */
  get failures(): IFailures {
    return this._failures;
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
    this._hints.dispose();
    this._asking.stop();
    Signal.clearData(this);
  }

  /** Begin to watch. */
  start(): void {
    void this._poll.start();
  }

  /** A run may have changed. */
  hint(runId: string): void {
    this._hints.add(runId, this.session.state.kind !== 'signed-out');
  }

  /** The computer has slept, or was in no network: what is known may be old. */
  wake(): void {
    void this.refresh();
  }

  /** Ask now. Never fails: what is not known is null. */
  refresh(): Promise<void> {
    return this._asking.now();
  }

  private async _ask(): Promise<void> {
    if (this.session.state.kind === 'signed-out') {
      return;
    }
    this._hints.take();
    const page = await this._askSession(api =>
      api.runs({ status: ACTIVE, limit: MAX_LIMIT })
    );
    if (page === null) {
      return;
    }
    const now = new Map(page.runs.map(run => [run.run_id, run]));
    const gone = [...(this._active?.keys() ?? [])].filter(id => !now.has(id));
    this._active = now;
    this._isCut = page.next_cursor !== null;
    this._gone = [...this._gone, ...gone];
    this._setPace(now.size > 0 ? GOING : QUIET);
    this._changed.emit();
    if (gone.length > 0 || Date.now() - this._countedAt >= QUIET) {
      await this._countFailures();
    }
    if (this._gone.length > 0) {
      await this._tell();
    }
  }

  /** Nobody may be looking: who is signed in, and the version, are left to a history. */
  private async _askSession<T>(
    question: (api: IApi) => Promise<T>
  ): Promise<T | null> {
    const { session } = this;
    const answer = await session.ask(() => question(session.api), false);
    return this._isDisposed ? null : answer;
  }

  private async _countFailures(): Promise<void> {
    const failures = await this._askSession(recentFailures);
    if (failures !== null) {
      this._failures = failures;
      this._countedAt = Date.now();
      this._changed.emit();
    }
  }

  /** Find out how runs have ended, and tell of every sheet that is through. */
  private async _tell(): Promise<void> {
    const gone = this._gone;
    const found = await this._askSession(api =>
      Promise.all(gone.slice(0, MOST_NAMED).map(runId => runOrNull(api, runId)))
    );
    if (found === null) {
      return; // the next time, unless somebody has signed out
    }
    this._gone = [];
    // Of a cut page some may only have been pushed out: they say themselves that they go on.
    const runs = found.filter(run => run !== null);
    this._untold = [
      ...this._untold,
      ...runs.filter(run => !isActive(run.status))
    ];
    this._more += this._isCut ? 0 : Math.max(0, gone.length - MOST_NAMED);
    const going = new Set(
      [...(this._active?.values() ?? [])].map(run => run.submission_id)
    );
    // One word for a sheet, when all of it is through; but of a failure at once.
    const isTold = (run: IRun): boolean =>
      run.status === 'FAILED' ||
      run.submission_id === null ||
      !going.has(run.submission_id);
    const told = this._untold.filter(isTold);
    this._untold = this._untold.filter(run => !isTold(run));
    if (told.length > 0) {
      const more = this._untold.length === 0 ? this._more : 0;
      this._more -= more;
      this._ended.emit({ runs: told, more });
    }
  }

  private _setPace(interval: number): void {
    if (interval !== this._poll.frequency.interval) {
      this._poll.frequency = { interval, backoff: true, max: QUIET };
      void this._poll.schedule(); // what was scheduled is as far off as it was
    }
  }

  private _onSession(): void {
    const { kind } = this.session.state;
    if (kind === 'ready' && this._active === null && !this._asking.isBusy) {
      void this.refresh();
    }
  }

  private _forget(): void {
    this._gone = [];
    this._untold = [];
    this._more = 0;
    this._active = null;
    this._isCut = false;
    this._failures = NO_FAILURES;
    this._countedAt = 0;
    this._changed.emit();
    if (this.session.user !== null) {
      void this.refresh();
    }
  }

  private readonly _poll: Poll;
  private readonly _asking = new Asking(() => this._ask());
  private readonly _hints = new HintQueue(() => this.refresh());
  private readonly _changed = new Signal<this, void>(this);
  private readonly _ended = new Signal<this, IEnding>(this);
  private _active: ReadonlyMap<string, IRun> | null = null;
  private _isCut = false;
  /** Runs that are no longer going, of which it is not known how they have ended. */
  private _gone: readonly string[] = [];
  /** Runs that have ended while others of their sheets go on. */
  private _untold: readonly IRun[] = [];
  private _more = 0;
  private _failures = NO_FAILURES;
  private _countedAt = 0;
  private _isDisposed = false;
}
