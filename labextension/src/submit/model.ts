import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { ApiError, textOf } from '../problem';
import type { RunHistoryModel } from '../model';
import type { IPipeline, ISubmission, IValidationReport } from '../types';
import type { Catalogue } from './catalogue';
import { SentSheet } from './sentSheet';
import { SheetCheck } from './sheetCheck';
import type { ICell, SheetText } from './sheetText';
import type { Submitter } from './submitter';
import { EarlierVersionError } from './submitter';

export interface ISubmitOptions {
  readonly history: RunHistoryModel;
  readonly catalogue: Catalogue;
  readonly submitter: Submitter;
  readonly trans: TranslationBundle;
  /** Of the sheet, below the server's root. */
  readonly path: string;
  /** Null where it can only be read by the server. */
  readonly text: SheetText | null;
}

/** A sheet below the server's root: checked, submitted, and seen on its way. */
export class SubmitModel implements IDisposable {
  constructor(private readonly options: ISubmitOptions) {
    const { history, catalogue, path, text, trans } = options;
    const { api, session } = history;
    const told = this._told;
    this._check = new SheetCheck({ api, catalogue, path, text, trans, told });
    this._check.changed.connect(this._emit, this);
    session.changed.connect(this._onSession, this);
    session.reset.connect(this._onReset, this);
  }

  /** Emitted after any change of what is below, or of the session. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get history(): RunHistoryModel {
    return this.options.history;
  }

  get path(): string {
    return this.options.path;
  }

  get pipelines(): readonly IPipeline[] {
    return this._check.pipelines;
  }

  /** The pipeline that is chosen; null until one is. */
  get pipeline(): IPipeline | null {
    return this._check.pipeline;
  }

  /** Whether the pipeline was guessed from the columns. */
  get guessed(): boolean {
    return this._check.guessed;
  }

  /** What is wrong in the sheet; null while that is not known. */
  get report(): IValidationReport | null {
    return this._check.report;
  }

  /** What keeps it from being checked, submitted or followed; empty if nothing does. */
  get error(): string {
    return this._error || this._check.error || (this._sent?.error ?? '');
  }

  /** What an earlier try has submitted, of which no answer had come; null if that is not known. */
  get earlier(): string | null {
    return this._earlier;
  }

  /** Whether nothing is checked until it is known who is signed in. */
  get isWaiting(): boolean {
    return this._wantsSignIn;
  }

  get submitting(): boolean {
    return this._submitting;
  }

  /** What it has become; null before. */
  get submission(): ISubmission | null {
    return this._sent?.submission ?? null;
  }

  /** How many of its rows have come to an end, or were refused. */
  get ended(): number {
    return this._sent?.ended ?? 0;
  }

  /** Whether all of them have. */
  get isDone(): boolean {
    return this._sent?.isDone ?? false;
  }

  /** Whether a file of this computer is on its way to S3. */
  get sending(): boolean {
    return this._sending;
  }

  set sending(value: boolean) {
    this._sending = value;
    this._warned = false;
    this._emit();
  }

  /** Whether it was said that closing takes back what is on its way. */
  get warned(): boolean {
    return this._warned;
  }

  /** Tell whether nothing is lost by closing, or it is wanted all the same: asked twice. */
  mayClose(): boolean {
    const may = !this._sending || this._warned;
    this._warned = !may;
    this._emit();
    return may;
  }

  /** Whether cells of the sheet can be written from here. */
  get canWrite(): boolean {
    return this.options.text?.canWrite ?? false;
  }

  /** The cells that name a file which is missing, whatever folder they say. */
  cellsOf(name: string): ICell[] {
    const errors = this.canWrite ? (this.report?.errors ?? []) : [];
    return errors.flatMap(({ code, line, value }) =>
      code === 'not_found' && line && value?.split(/[\\/]/).pop() === name
        ? [{ line, value }]
        : []
    );
  }

  /** Write into cells of the sheet, and check it again; false if it has changed meanwhile. */
  async write(cells: readonly ICell[], content: string): Promise<boolean> {
    const done = (await this.options.text?.write(cells, content)) ?? false;
    if (done) {
      void this.check();
    }
    return done;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._sent?.dispose();
    Signal.clearData(this);
  }

  /** Find out what the sheet is for, and check it. */
  start(): Promise<void> {
    this._clear();
    return this._check.start();
  }

  /** Take another pipeline, and check the sheet for it. */
  choose(name: string): Promise<void> {
    this._clear();
    return this._check.choose(name);
  }

  /** Check the sheet, as it is now. */
  check(): Promise<void> {
    this._clear();
    return this._check.check();
  }

  /** Submit every row, if the sheet still is what was checked. */
  async submit(): Promise<void> {
    const { pipeline } = this;
    if (this._submitting || pipeline === null) {
      return;
    }
    const resets = this._resets;
    // Nobody who has closed it or gone submits, nor does whoever comes instead.
    const isWanted = (): boolean =>
      resets === this._resets && !this._isDisposed;
    this._submitting = true;
    this._clear();
    this._emit();
    try {
      const isAsChecked = await this._check.isAsChecked();
      if (!isWanted()) {
        return;
      }
      if (isAsChecked) {
        await this._submit(pipeline, isWanted);
        return;
      }
      await this.check();
      if (isWanted()) {
        this._error = this.options.trans.__(
          'The sheet has changed since it was checked. This is how it is now.'
        );
      }
    } finally {
      this._submitting = false;
      this._emit();
    }
  }

  private async _submit(
    pipeline: IPipeline,
    isWanted: () => boolean
  ): Promise<void> {
    const { history, submitter, path } = this.options;
    try {
      const submission = await submitter.submit(pipeline.name, path);
      if (isWanted()) {
        this._sent = new SentSheet(history, submission, this._told);
        this._sent.changed.connect(this._emit, this);
      }
      // It tells who is signed in, too.
      void history.refresh().then(() => this._keepOwn());
    } catch (error) {
      if (isWanted()) {
        this._refused(error);
      }
    }
  }

  private _refused(error: unknown): void {
    if (error instanceof EarlierVersionError) {
      this._earlier = error.submissionId;
    }
    if (error instanceof ApiError) {
      this._check.takeFaults(error.errors);
    }
    this._error = this._told(error);
  }

  private _clear(): void {
    this._wantsSignIn = false;
    this._error = '';
    this._earlier = null;
  }

  /** Go on where the missing sign-in has stopped it. */
  private _onSession(): void {
    this._keepOwn();
    this._emit();
    const { user, state } = this.history.session;
    if ((user !== null || state.kind === 'ready') && this._wantsSignIn) {
      this._wantsSignIn = false;
      void (this._sent === null ? this.check() : this._sent.refresh());
    }
  }

  /** Nobody is signed in any more, or somebody else, who may find other things wrong. */
  private _onReset(): void {
    this._resets++;
    this._clear();
    this._wantsSignIn = true;
    if (this._sentBy === null) {
      this._dropSent(); // it can no longer be told whose it is
    }
    this._keepOwn();
    this._check.forget();
  }

  /** Learn whose the submission is, and show it to nobody else. */
  private _keepOwn(): void {
    const { user } = this.history.session;
    if (this._sent === null || user === null) {
      return;
    }
    this._sentBy ??= user.user_id;
    if (this._sentBy !== user.user_id) {
      this._dropSent();
      this._emit();
    }
  }

  private _dropSent(): void {
    this._sent?.dispose();
    this._sent = null;
    this._sentBy = null;
  }

  /** Return what went wrong; where somebody has to sign in, ask for it. */
  private readonly _told = (error: unknown): string => {
    if (error instanceof ApiError && error.isSignedOut && !this._isDisposed) {
      this._wantsSignIn = true;
      this.history.session.stumble(error);
    }
    return textOf(error);
  };

  private _emit(): void {
    if (!this._isDisposed) {
      this._changed.emit();
    }
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _check: SheetCheck;
  private _sent: SentSheet | null = null;
  /** The id of the user who has submitted it; null while that is not known. */
  private _sentBy: string | null = null;
  private _error = '';
  private _earlier: string | null = null;
  private _submitting = false;
  private _wantsSignIn = false;
  private _sending = false;
  private _warned = false;
  private _resets = 0;
  private _isDisposed = false;
}
