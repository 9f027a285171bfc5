import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { IApi } from './api';
import type { ISubmission } from './types';

/** How its runs stood when a submission was asked for. */
interface IQuestion {
  /** Null after a failure: then it is of no state of them. */
  readonly asOf: string | null;
}

/** The sheets to which runs belong, fetched when somebody wants to see them. */
export class Submissions {
  constructor(private readonly api: IApi) {}

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** What is known of a submission; null while that is nothing. */
  get(submissionId: string): ISubmission | null {
    return this._known.get(submissionId) ?? null;
  }

  /** Fetch a submission, anew if its runs have changed since. */
  async fetch(submissionId: string, asOf: string): Promise<void> {
    if (this._asked.get(submissionId)?.asOf !== asOf) {
      await this._ask(submissionId, { asOf });
    }
  }

  /** Fetch it once more: its files are on their way, of which its runs tell nothing. */
  async refetch(submissionId: string): Promise<void> {
    const asked = this._asked.get(submissionId);
    // Asked again before it is there, every answer of a slow server would be an old one.
    if (asked !== undefined && !this._underWay.has(asked)) {
      await this._ask(submissionId, { ...asked });
    }
  }

  clear(): void {
    this._known.clear();
    this._asked.clear();
  }

  private async _ask(submissionId: string, question: IQuestion): Promise<void> {
    this._asked.set(submissionId, question);
    this._underWay.add(question);
    // Another question since, or another user: then this answer is old.
    const isLast = (): boolean => this._asked.get(submissionId) === question;
    try {
      const submission = await this.api.submission(submissionId);
      if (isLast()) {
        this._known.set(submissionId, submission);
        this._changed.emit();
      }
    } catch {
      if (isLast()) {
        // Until then what was known is shown, or what its runs tell.
        this._asked.set(submissionId, { asOf: null });
      }
    } finally {
      this._underWay.delete(question);
    }
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _known = new Map<string, ISubmission>();
  private readonly _asked = new Map<string, IQuestion>();
  /** Those of which the answer is awaited. */
  private readonly _underWay = new Set<IQuestion>();
}
