import type { TranslationBundle } from '@jupyterlab/translation';
import { UUID } from '@lumino/coreutils';

import type { IApi } from '../api';
import { ApiError } from '../problem';
import type { ISubmission } from '../types';

/** How many of the newest runs are looked through for an earlier submission. */
const NEWEST = 200;

/** The sheet was submitted before it was changed, and the answer to that was lost. */
export class EarlierVersionError extends ApiError {
  /** @param submissionId what was submitted; null if it is not among the newest */
  constructor(
    message: string,
    readonly submissionId: string | null
  ) {
    super(409, message);
  }
}

/** A submission of which it is not clear yet what has become of it. */
interface IOpen {
  readonly key: string;
  /** Whether an answer was lost: then the server may have accepted it. */
  isLost: boolean;
}

/**
 * Submits every sheet once, also when an answer is lost.
 *
 * The same key gives the same submission: a sheet keeps its key, through dialogs and refusals,
 * until the server has accepted it.
 */
export class Submitter {
  constructor(
    private readonly api: IApi,
    private readonly trans: TranslationBundle
  ) {}

  /** Submit a sheet below the server's root. Rejects with an `ApiError` that says why not. */
  async submit(pipeline: string, path: string): Promise<ISubmission> {
    const open = this._open.get(path) ?? { key: UUID.uuid4(), isLost: false };
    this._open.set(path, open);
    try {
      const submission = await this.api.submit({ pipeline, path }, open.key);
      this._open.delete(path);
      return submission;
    } catch (error) {
      if (isUnclear(error)) {
        open.isLost = true;
      } else if (open.isLost && (error as ApiError).status === 409) {
        this._open.delete(path); // what was submitted under its key is known
        throw await this._earlierVersion(path);
      }
      throw error;
    }
  }

  private async _earlierVersion(path: string): Promise<EarlierVersionError> {
    return new EarlierVersionError(
      this.trans.__(
        'An earlier version of this sheet was submitted already: only the answer to that was lost. Look at its runs before you submit this version too.'
      ),
      await this._newestOf(path).catch(() => null)
    );
  }

  private async _newestOf(path: string): Promise<string | null> {
    const { runs } = await this.api.runs({ limit: NEWEST });
    for (const id of new Set(runs.map(run => run.submission_id))) {
      if (id !== null && (await this.api.submission(id)).filename === path) {
        return id;
      }
    }
    return null;
  }

  private readonly _open = new Map<string, IOpen>();
}

/** Whether the server may have accepted what was sent, although it did not say so. */
function isUnclear(error: unknown): boolean {
  return (
    !(error instanceof ApiError) ||
    !error.isOurs ||
    error.status === 0 ||
    error.status >= 500
  );
}
