import type { TranslationBundle } from '@jupyterlab/translation';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { IApi } from '../api';
import { ApiError } from '../problem';
import type { IIssue, IPipeline, IValidationReport } from '../types';
import type { Catalogue } from './catalogue';
import { guessPipeline } from './catalogue';
import type { SheetText } from './sheetText';

export interface ICheckOptions {
  readonly api: IApi;
  readonly catalogue: Catalogue;
  readonly trans: TranslationBundle;
  /** Of the sheet, below the server's root. */
  readonly path: string;
  /** Null where it can only be read by the server. */
  readonly text: SheetText | null;
  /** Is told what went wrong, and returns it in words. */
  readonly told: (error: unknown) => string;
}

/** What a sheet is for, and what is wrong in it. The last question's answer counts. */
export class SheetCheck {
  constructor(private readonly options: ICheckOptions) {}

  /** Emitted after any change of what is below. */
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

  /** Why it cannot be checked; empty if it can. */
  get error(): string {
    return this._error;
  }

  /** Find out what the sheet is for, and check it. */
  async start(): Promise<void> {
    const { api, catalogue, path, trans } = this.options;
    const isKnown = await this._ask(
      async () => {
        const pipelines = await catalogue.refresh();
        const [first] = pipelines;
        if (!first) {
          throw new ApiError(404, trans.__('This server knows no pipeline.'));
        }
        // Any pipeline's check tells the columns as the server reads them, also of a workbook.
        const { columns } = await api.validate({
          pipeline: first.name,
          path,
          check_files: false
        });
        return { pipelines, columns };
      },
      ({ pipelines, columns }) => {
        const guess = guessPipeline(columns, pipelines);
        this._pipelines = pipelines;
        this._guessed = guess !== null;
        this._pipeline = guess ?? pipelines[0];
      }
    );
    if (isKnown) {
      await this.check();
    }
  }

  /** Take another pipeline, and check the sheet for it. */
  async choose(name: string): Promise<void> {
    const pipeline = this._pipelines.find(each => each.name === name);
    if (pipeline && pipeline !== this._pipeline) {
      this._pipeline = pipeline;
      this._guessed = false;
      await this.check();
    }
  }

  /** Check the sheet, as it is now. */
  async check(): Promise<void> {
    const pipeline = this._pipeline?.name;
    if (pipeline === undefined) {
      return this.start();
    }
    const { api, path } = this.options;
    await this._ask(
      async () => {
        const version = await this._version();
        return { version, report: await api.validate({ pipeline, path }) };
      },
      ({ version, report }) => {
        this._report = report;
        this._checked = version;
      }
    );
  }

  /** Whether the sheet still is what was checked, as far as that can be told. */
  async isAsChecked(): Promise<boolean> {
    const now = await this._version();
    return now === null || this._checked === null || now === this._checked;
  }

  /** What was found wrong when it was submitted. */
  takeFaults(errors: readonly IIssue[]): void {
    if (errors.length > 0 && this._report !== null) {
      this._report = {
        ...this._report,
        valid: false,
        errors,
        error_count: errors.length
      };
      this._changed.emit();
    }
  }

  /** Forget what was found, and what is still to be answered. */
  forget(): void {
    this._asked++;
    this._report = null;
    this._error = '';
    this._changed.emit();
  }

  /** Return whether there is an answer, and no other question since. */
  private async _ask<T>(
    question: () => Promise<T>,
    take: (answer: T) => void
  ): Promise<boolean> {
    this.forget();
    const asked = this._asked;
    try {
      const answer = await question();
      if (asked !== this._asked) {
        return false;
      }
      take(answer);
      this._changed.emit();
      return true;
    } catch (error) {
      if (asked === this._asked) {
        this._error = this.options.told(error);
        this._changed.emit();
      }
      return false;
    }
  }

  private async _version(): Promise<string | null> {
    return (await this.options.text?.version()) ?? null;
  }

  private readonly _changed = new Signal<this, void>(this);
  private _pipelines: readonly IPipeline[] = [];
  private _pipeline: IPipeline | null = null;
  private _guessed = false;
  private _report: IValidationReport | null = null;
  /** The state of the file that was checked; null if that is not known. */
  private _checked: string | null = null;
  private _error = '';
  private _asked = 0;
}
