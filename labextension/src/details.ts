import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { ApiError, textOf } from './problem';
import { LogModel } from './log';
import type { RunHistoryModel } from './model';
import { ResultsModel } from './results';
import { SavingModel } from './saving';
import type {
  IRun,
  IRunCommand,
  IRunDetail,
  IRunFailure,
  IRunMetrics,
  IUpload
} from './types';
import { isActive } from './types';

/** A run that is not in the list is looked at when that is, but not more often, in ms. */
const UNLISTED = 30_000;
/** How long after its end a run's log may still grow, in ms: some backends deliver late. */
const LOG_LATENESS = 60_000;

/** One run: its history, its row, its log as it grows, its results, and what can be done. */
export class RunDetailsModel implements IDisposable {
  constructor(
    private readonly history: RunHistoryModel,
    run: IRun
  ) {
    this._run = run;
    this._listedAt = history.fetchedAt;
    const told = (error: unknown): string => this.told(error);
    const options = {
      api: history.api,
      runId: run.run_id,
      isShown: () => history.isShown,
      told
    };
    this.log = new LogModel({ ...options, mayGrow: () => this.following });
    this.results = new ResultsModel({
      ...options,
      row:
        run.submission_id === null
          ? null
          : {
              submissionId: run.submission_id,
              sampleId: run.sample_id
            },
      mayGrow: () => this._run.started_at !== null && isActive(this._run.status)
    });
    this.saving = new SavingModel(
      history.api,
      run.run_id,
      `results/${run.sample_id}`,
      told
    );
    history.changed.connect(this._onHistory, this);
    history.hinted.connect(this._onHint, this);
  }

  readonly log: LogModel;
  readonly results: ResultsModel;
  readonly saving: SavingModel;

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

  /** Why it failed, as its log tells it; null if it did not, or that is not known. */
  get failure(): IRunFailure | null {
    return this._failure;
  }

  /** Why the row and history cannot be shown; empty if they can. */
  get error(): string {
    return this._error;
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

  /** What the user wants and is on its way. */
  get doing(): 'nothing' | 'cancelling' | 'resuming' {
    return this._doing;
  }

  /** Why that could not be done; empty if nothing is wrong. */
  get doingError(): string {
    return this._doingError;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this.log.dispose();
    this.results.dispose();
    Signal.clearData(this);
  }

  /** Fetch all of it, and go on with the log. */
  async start(): Promise<void> {
    this.log.start();
    await this.refresh();
  }

  /** Fetch the row, the history, and what the run has left. */
  async refresh(): Promise<void> {
    await this._fetchDetail();
    await this._fetchRest();
  }

  /** What the run's job is started with. */
  command(): Promise<IRunCommand> {
    return this.history.api.command(this._run.run_id);
  }

  /** The numbers that were found in its outputs. */
  metrics(): Promise<IRunMetrics> {
    return this.history.api.metrics(this._run.run_id);
  }

  /** The files that were brought to S3 for it. */
  uploads(): Promise<readonly IUpload[]> {
    return this.history.api.filesOf(this._run.run_id);
  }

  /** Where a browser finds the numbers of all runs of its sheet, as CSV. */
  sheetNumbersUrl(submissionId: string): string {
    return this.history.api.sheetNumbersUrl(submissionId);
  }

  /** Ask the server to end the run. Its status follows. */
  async cancel(): Promise<void> {
    await this._do('cancelling', () =>
      this.history.api.cancel(this._run.run_id)
    );
    this.history.hint(this._run.run_id);
  }

  /** Run the row again in its work directory; the new run, or null with an error told. */
  async resume(): Promise<IRun | null> {
    const run = await this._do('resuming', () =>
      this.history.api.resume(this._run.run_id)
    );
    this._doing = 'nothing';
    this._emit();
    if (run !== null) {
      this.history.hint(run.run_id);
    }
    return run;
  }

  private async _do(
    what: 'cancelling' | 'resuming',
    action: () => Promise<IRun>
  ): Promise<IRun | null> {
    this._doing = what;
    this._doingError = '';
    this._emit();
    try {
      return await action();
    } catch (error) {
      this._doing = 'nothing';
      this._doingError = this.told(error);
      return null;
    } finally {
      this._emit();
    }
  }

  /** Return whether there was news. */
  private async _fetchDetail(): Promise<boolean> {
    const asked = ++this._asked;
    const isWanted = (): boolean => asked === this._asked && !this._isDisposed;
    const before = this._run.updated_at;
    try {
      const detail = await this.history.api.run(this._run.run_id);
      if (!isWanted()) {
        return false;
      }
      this._take(detail);
      this._detail = detail;
      this._error = '';
    } catch (error) {
      if (!isWanted()) {
        return false;
      }
      this._error = this.told(error);
    }
    this._emit();
    return this._run.updated_at !== before;
  }

  private async _fetchRest(): Promise<void> {
    await Promise.all([this._fetchResults(), this._fetchFailure()]);
  }

  private async _fetchResults(): Promise<void> {
    if (this._run.started_at !== null && !this._isDisposed) {
      await this.results.refresh();
    }
  }

  private async _fetchFailure(): Promise<void> {
    if (this._run.status !== 'FAILED' || this._failure || this._isDisposed) {
      return;
    }
    // Without it there are still the reason and the log.
    this._failure = await this.history.api
      .failure(this._run.run_id)
      .catch(() => null);
    this._emit();
  }

  private _take(run: IRun): void {
    this._run = run;
    if (!isActive(run.status) && this._doing === 'cancelling') {
      this._doing = 'nothing';
    }
  }

  private _onHistory(): void {
    const { run_id, updated_at, status } = this._run;
    const { runs, fetchedAt } = this.history;
    const run = runs.find(each => each.run_id === run_id);
    if (run && Date.parse(run.updated_at) > Date.parse(updated_at)) {
      this._take(run);
      this._emit();
      void this.refresh();
      this.log.start();
    } else if (this._error && fetchedAt !== this._listedAt) {
      // The list could be had: whatever was in the way is over, as a server that was away.
      void this.refresh();
    } else if (!run && isActive(status) && fetchedAt !== this._listedAt) {
      void this._lookAgain();
    }
    this._listedAt = fetchedAt;
  }

  private _onHint(_: RunHistoryModel, runId: string): void {
    // A filter may have taken the run out of the list, where its change would be seen.
    if (
      runId === this._run.run_id &&
      !this.history.runs.some(run => run.run_id === runId)
    ) {
      void this.refresh();
      this.log.start();
    }
  }

  /** The list does not tell of this run, and a hint may have been lost. */
  private async _lookAgain(): Promise<void> {
    const now = Date.now();
    if (now - this._lookedAt < UNLISTED) {
      return;
    }
    this._lookedAt = now;
    if (await this._fetchDetail()) {
      this.log.start();
      await this._fetchRest();
    }
  }

  /** Return why something went wrong; where the sign-in has ended, show the way back in. */
  told(error: unknown): string {
    // An answer that comes after the run was closed may belong to somebody who was here before.
    if (error instanceof ApiError && error.isSignedOut && !this._isDisposed) {
      this.history.session.stumble(error);
    }
    return textOf(error);
  }

  private _emit(): void {
    if (!this._isDisposed) {
      this._changed.emit();
    }
  }

  private readonly _changed = new Signal<this, void>(this);
  private _run: IRun;
  private _detail: IRunDetail | null = null;
  private _failure: IRunFailure | null = null;
  private _error = '';
  private _doing: 'nothing' | 'cancelling' | 'resuming' = 'nothing';
  private _doingError = '';
  private _asked = 0;
  /** When the list was fetched last, and this run without it. */
  private _listedAt: Date | null = null;
  private _lookedAt = 0;
  private _isDisposed = false;
}
