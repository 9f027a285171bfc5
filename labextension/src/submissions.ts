import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { IApi } from './api';
import type { ISubmission } from './types';

/** How its runs stood when a submission was asked for. */
interface IQuestion {
  readonly asOf: string;
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
    if (asked !== undefined) {
      await this._ask(submissionId, { ...asked });
    }
  }

  clear(): void {
    this._known.clear();
    this._asked.clear();
  }

  private async _ask(submissionId: string, question: IQuestion): Promise<void> {
    this._asked.set(submissionId, question);
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
        this._asked.delete(submissionId); // what its runs tell is shown instead
      }
    }
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _known = new Map<string, ISubmission>();
  private readonly _asked = new Map<string, IQuestion>();
}
