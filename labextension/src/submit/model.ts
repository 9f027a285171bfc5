import { UUID } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { ApiError, textOf } from '../problem';
import type { RunHistoryModel } from '../model';
import type { IPipeline, ISubmission, IValidationReport } from '../types';
import { isActive, STATUSES } from '../types';
import { isUploading, UPLOADS_LOOK } from '../uploads';
import type { Catalogue } from './catalogue';
import { guessPipeline } from './catalogue';
import type { ICell, SheetText } from './sheetText';

/** How often the progress is asked for when nothing is heard of it, in ms. */
const LOOK = 15_000;
/** Hints within this time are answered together, in ms. */
const HINT_DELAY = 300;

/** A sheet below the server's root: checked, submitted, and seen on its way. */
export class SubmitModel implements IDisposable {
  constructor(
    readonly history: RunHistoryModel,
    private readonly catalogue: Catalogue,
    readonly path: string,
    private readonly text: SheetText | null = null
  ) {
    history.session.changed.connect(this._onSession, this);
  }

  /** Emitted after any change of what is below, or of the session. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get pipelines(): readonly IPipeline[] {
    return this._pipelines;
  }

  /** The pipeline that is chosen; null until one is. */
  get pipeline(): IPipeline | null {
    return this._pipeline;
  }

  /** Whether the pipeline was guessed from the columns. */
  get guessed(): boolean {
    return this._guessed;
  }

  /** What is wrong in the sheet; null while that is not known. */
  get report(): IValidationReport | null {
    return this._report;
  }

  /** What keeps it from being checked or submitted; empty if nothing does. */
  get error(): string {
    return this._error;
  }

  get submitting(): boolean {
    return this._submitting;
  }

  /** What it has become; null before. */
  get submission(): ISubmission | null {
    return this._submission;
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
    return this.text?.canWrite ?? false;
  }

  /** The cells that name a file which is missing, whatever folder they say. */
  cellsOf(name: string): ICell[] {
    const errors = this.canWrite ? (this._report?.errors ?? []) : [];
    return errors.flatMap(({ code, line, value }) =>
      code === 'not_found' && line && value?.split(/[\\/]/).pop() === name
        ? [{ line, value }]
        : []
    );
  }

  /** Write into cells of the sheet, and check it again; false if it has changed meanwhile. */
  async write(cells: readonly ICell[], content: string): Promise<boolean> {
    const done = (await this.text?.write(cells, content)) ?? false;
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
    window.clearTimeout(this._timer);
    Signal.clearData(this);
  }

  /** Find out what the sheet is for, and check it. */
  async start(): Promise<void> {
    const asked = ++this._asked;
    this._error = '';
    this._emit();
    try {
      this._pipelines = await this.catalogue.pipelines();
      const [first] = this._pipelines;
      if (!first) {
        throw new ApiError(404, 'This server knows no pipeline.');
      }
      // Any pipeline's check tells the columns as the server reads them, also of a workbook.
      const { columns } = await this.history.api.validate({
        pipeline: first.name,
        path: this.path,
        check_files: false
      });
      if (asked !== this._asked) {
        return;
      }
      const guess = guessPipeline(columns, this._pipelines);
      this._guessed = guess !== null;
      this._pipeline = guess ?? first;
    } catch (error) {
      this._fail(error, asked);
      return;
    }
    await this.check();
  }

  /** Take another pipeline, and check the sheet for it. */
  async choose(name: string): Promise<void> {
    const pipeline = this._pipelines.find(each => each.name === name);
    if (pipeline && pipeline !== this._pipeline) {
      this._pipeline = pipeline;
      this._guessed = false;
      this._key = UUID.uuid4();
      await this.check();
    }
  }

  /** Check the sheet, as it is now. */
  async check(): Promise<void> {
    if (this._pipeline === null) {
      return this.start();
    }
    const asked = ++this._asked;
    this._report = null;
    this._error = '';
    this._emit();
    try {
      const report = await this.history.api.validate({
        pipeline: this._pipeline.name,
        path: this.path
      });
      if (asked === this._asked) {
        this._report = report;
      }
    } catch (error) {
      this._fail(error, asked);
    }
    this._emit();
  }

  /** Submit every row. The same key is sent until the server has given a clear answer. */
  async submit(): Promise<void> {
    if (this._submitting || this._pipeline === null) {
      return;
    }
    this._submitting = true;
    this._error = '';
    this._emit();
    try {
      this._submission = await this.history.api.submit(
        { pipeline: this._pipeline.name, path: this.path },
        this._key
      );
      this.history.hinted.connect(this._onHint, this);
      this._lookIn(this._pause);
      void this.history.refresh();
    } catch (error) {
      if (error instanceof ApiError && error.status >= 400) {
        if (error.status < 500) {
          this._key = UUID.uuid4(); // nothing was submitted under the old one
        }
        this._takeFaults(error);
      }
      this._fail(error, this._asked);
    } finally {
      this._submitting = false;
      this._emit();
    }
  }

  /** How many rows have come to an end, or were refused. */
  get ended(): number {
    const { counts = {}, rejected = [] } = this._submission ?? {};
    return STATUSES.filter(status => !isActive(status)).reduce(
      (sum, status) => sum + (counts[status] ?? 0),
      rejected.length
    );
  }

  /** Whether all rows have come to an end. */
  get isDone(): boolean {
    return this._submission !== null && this.ended >= this._submission.total;
  }

  private _takeFaults(error: ApiError): void {
    if (error.errors.length > 0 && this._report !== null) {
      this._report = {
        ...this._report,
        valid: false,
        errors: error.errors,
        error_count: error.errors.length
      };
    }
  }

  private async _look(): Promise<void> {
    if (this._submission === null || this._isDisposed) {
      return;
    }
    try {
      this._submission = await this.history.api.submission(
        this._submission.submission_id
      );
      this._error = '';
    } catch (error) {
      this._fail(error, this._asked);
    }
    this._emit();
    if (!this.isDone) {
      this._lookIn(this._pause);
    }
  }

  /** Of files that go to S3 nothing is heard; they are looked at more often. */
  private get _pause(): number {
    return isUploading(this._submission) ? UPLOADS_LOOK : LOOK;
  }

  private _lookIn(time: number): void {
    window.clearTimeout(this._timer);
    this._hinted = time <= HINT_DELAY;
    if (!this._isDisposed) {
      this._timer = window.setTimeout(() => void this._look(), time);
    }
  }

  private _onHint(): void {
    if (!this._hinted && !this.isDone) {
      this._lookIn(HINT_DELAY);
    }
  }

  /** Go on where the missing sign-in has stopped it. */
  private _onSession(): void {
    this._emit();
    const { user } = this.history.session;
    if (user !== null && this._wantsSignIn) {
      this._wantsSignIn = false;
      void this.check();
    }
  }

  private _fail(error: unknown, asked: number): void {
    if (asked !== this._asked || this._isDisposed) {
      return;
    }
    this._error = textOf(error);
    if (error instanceof ApiError && error.status === 401) {
      this._wantsSignIn = true;
      this.history.session.stumble(error);
    }
    this._emit();
  }

  private _emit(): void {
    if (!this._isDisposed) {
      this._changed.emit();
    }
  }

  private readonly _changed = new Signal<this, void>(this);
  private _pipelines: readonly IPipeline[] = [];
  private _pipeline: IPipeline | null = null;
  private _guessed = false;
  private _key = UUID.uuid4();
  private _report: IValidationReport | null = null;
  private _error = '';
  private _wantsSignIn = false;
  private _submitting = false;
  private _sending = false;
  private _warned = false;
  private _submission: ISubmission | null = null;
  private _timer: number | undefined;
  private _hinted = false;
  private _asked = 0;
  private _isDisposed = false;
}
