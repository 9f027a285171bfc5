import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { IApi } from './api';
import type { ISubmission } from './types';

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
    if (this._asOf.get(submissionId) === asOf) {
      return;
    }
    this._asOf.set(submissionId, asOf);
    try {
      this._known.set(submissionId, await this.api.submission(submissionId));
      this._changed.emit();
    } catch {
      this._asOf.delete(submissionId); // what its runs tell is shown instead
    }
  }

  /** Fetch it once more: its files are on their way, of which its runs tell nothing. */
  async refetch(submissionId: string): Promise<void> {
    const asOf = this._asOf.get(submissionId);
    if (asOf !== undefined) {
      this._asOf.delete(submissionId);
      await this.fetch(submissionId, asOf);
    }
  }

  clear(): void {
    this._known.clear();
    this._asOf.clear();
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _known = new Map<string, ISubmission>();
  private readonly _asOf = new Map<string, string>();
}
