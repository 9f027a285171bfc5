import type { IDisposable } from '@lumino/disposable';
import { Poll } from '@lumino/polling';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { HintQueue } from './hints';
import { MAX_LIMIT, runOrNull } from './paging';
import type { Session } from './session';
import type { IRun } from './types';
import { ACTIVE, isActive } from './types';

/** How often to look while runs are going and nothing is heard of them, in ms. */
const GOING = 60_000;
/** How often otherwise: events tell of new runs, if they get through. */
const QUIET = 5 * 60_000;
/** So many runs that have ended at once are looked at; nobody reads more names. */
const MOST_NAMED = 20;
const DAY = 24 * 60 * 60_000;

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

  /** How many have failed within a day. */
  get failed(): number {
    return this._failed;
  }

  /** Whether there are more than were counted. */
  get isCut(): boolean {
    return this._isCut;
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

  /** Ask now. Never fails: what is not known is null. */
  async refresh(): Promise<void> {
    if (this.session.state.kind === 'signed-out') {
      return;
    }
    this._hints.take();
    this._asking++;
    // Nobody may be looking: one question is enough.
    const page = await this.session
      .ask(
        () =>
          this.session.api.runs({
            status: [...ACTIVE, 'FAILED'],
            limit: MAX_LIMIT
          }),
        false
      )
      .finally(() => this._asking--);
    if (page === null || this._isDisposed) {
      return;
    }
    const before = this._active;
    const now = new Map(
      page.runs
        .filter(run => isActive(run.status))
        .map(run => [run.run_id, run])
    );
    this._active = now;
    this._isCut = page.next_cursor !== null;
    this._failed = page.runs.filter(failedToday).length;
    this._poll.frequency = {
      interval: now.size > 0 ? GOING : QUIET,
      backoff: true,
      max: QUIET
    };
    this._changed.emit();
    if (before !== null) {
      const gone = [...before.keys()].filter(runId => !now.has(runId));
      await this._tell(gone);
    }
  }

  /** Find out how these runs have ended, and tell of every sheet that is through. */
  private async _tell(gone: readonly string[]): Promise<void> {
    const found = await this.session.ask(
      () =>
        Promise.all(
          gone
            .slice(0, MOST_NAMED)
            .map(runId => runOrNull(this.session.api, runId))
        ),
      false
    );
    // Of a cut page some may only have been pushed out: they say themselves that they go on.
    const runs = (found ?? []).filter(run => run !== null);
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

  private _onSession(): void {
    const { kind } = this.session.state;
    if (kind === 'ready' && this._active === null && this._asking === 0) {
      void this._poll.refresh();
    }
  }

  private _forget(): void {
    this._untold = [];
    this._more = 0;
    this._active = null;
    this._failed = 0;
    this._changed.emit();
  }

  private readonly _poll: Poll;
  private readonly _hints = new HintQueue(() => this.refresh());
  private readonly _changed = new Signal<this, void>(this);
  private readonly _ended = new Signal<this, IEnding>(this);
  private _active: ReadonlyMap<string, IRun> | null = null;
  /** Runs that have ended while others of their sheets go on. */
  private _untold: readonly IRun[] = [];
  private _more = 0;
  private _failed = 0;
  private _isCut = false;
  private _asking = 0;
  private _isDisposed = false;
}

function failedToday(run: IRun): boolean {
  return (
    run.status === 'FAILED' &&
    Date.now() - Date.parse(run.completed_at ?? run.updated_at) < DAY
  );
}
