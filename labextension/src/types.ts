/** The server's responses, as `omnidomain_jupyter/schemas.py` names them. */

export type RunStatus =
  | 'CREATED'
  | 'SUBMITTED'
  | 'RUNNING'
  | 'COMPLETED'
  | 'FAILED'
  | 'CANCELLED'
  | 'UNKNOWN';

/** States in which something is still to come. */
const ACTIVE: ReadonlySet<RunStatus> = new Set([
  'CREATED',
  'SUBMITTED',
  'RUNNING'
]);

/** Whether a run may still change by itself. */
export function isActive(status: RunStatus): boolean {
  return ACTIVE.has(status);
}

/** One row of a sheet, submitted. Times are ISO 8601, UTC. */
export interface IRun {
  readonly run_id: string;
  readonly pipeline: string;
  readonly sample_id: string;
  readonly outdir: string;
  readonly backend: string;
  readonly status: RunStatus;
  readonly status_reason: string | null;
  readonly exit_code: number | null;
  readonly created_at: string;
  readonly submitted_at: string | null;
  readonly started_at: string | null;
  readonly completed_at: string | null;
  readonly updated_at: string;
}

/** One entry of a run's append-only history. */
export interface IStatusChange {
  readonly status: RunStatus;
  readonly message: string | null;
  readonly at: string;
}

/** A run with its row, and its history, oldest first. */
export interface IRunDetail extends IRun {
  readonly tsv_row: Readonly<Record<string, string>>;
  readonly status_history: readonly IStatusChange[];
}

/** Runs, newest first; the cursor is null on the last page. */
export interface IRunPage {
  readonly runs: readonly IRun[];
  readonly next_cursor: string | null;
}

/** A piece of a log; the cursor goes on, also from the present end. */
export interface ILogLines {
  readonly lines: readonly string[];
  readonly next_cursor: string;
}

/** Whether the server extension can do its work. */
export interface IHealth {
  readonly status: string;
  readonly version: string;
  readonly detail: string | null;
}

/** An account. */
export interface IUser {
  readonly user_id: string;
  readonly email: string;
  readonly name: string | null;
}
