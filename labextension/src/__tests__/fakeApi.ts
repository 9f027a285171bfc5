import type { IApi } from '../api';
import { ApiError, PAGE_SIZE } from '../api';
import type {
  IHealth,
  ILogLines,
  IRun,
  IRunDetail,
  IRunPage,
  IUser,
  RunStatus
} from '../types';

const START = Date.UTC(2026, 0, 1);

export function aRun(
  number: number,
  status: RunStatus = 'COMPLETED',
  updated = 0
): IRun {
  const created = new Date(START + number * 1000).toISOString();
  return {
    run_id: `run-${number}`,
    pipeline: 'ReadQC',
    sample_id: `gut_${number}`,
    outdir: `omnidomain-results/run-${number}`,
    backend: 'local',
    status,
    status_reason: null,
    exit_code: null,
    created_at: created,
    submitted_at: created,
    started_at: null,
    completed_at: null,
    updated_at: new Date(START + number * 1000 + updated).toISOString()
  };
}

/** Runs with the numbers from `newest` down to `oldest`. */
export function manyRuns(newest: number, oldest = 1): IRun[] {
  return Array.from({ length: newest - oldest + 1 }, (_, index) =>
    aRun(newest - index)
  );
}

/** A server with keyset pages, in memory: what it holds can be changed at any time. */
export class FakeApi implements IApi {
  stored: IRun[] = [];
  log: string[] = [];
  history: IRunDetail['status_history'] = [];
  version = '0.1.0';
  user: IUser | null = { user_id: 'u', email: 'you@example.org', name: null };
  /** Every call is answered with this, if it is set. */
  fault: ApiError | null = null;
  calls: string[] = [];
  /** Runs are answered only once this is fulfilled. */
  gate: Promise<void> = Promise.resolve();

  health(): Promise<IHealth> {
    return this.answer('health', () => ({
      status: 'ok',
      version: this.version,
      detail: null
    }));
  }

  me(): Promise<IUser> {
    return this.answer('me', () => this.signedIn());
  }

  login(email?: string): Promise<IUser> {
    return this.answer(`login ${email ?? ''}`, () => {
      if (!email) {
        throw new ApiError(422, 'Please give your email address.');
      }
      this.user = { user_id: 'u', email, name: null };
      return this.user;
    });
  }

  logout(): Promise<void> {
    return this.answer('logout', () => {
      this.user = null;
    });
  }

  async runs(cursor?: string, limit = PAGE_SIZE): Promise<IRunPage> {
    return this.answer(`runs ${limit} ${cursor ?? ''}`.trim(), () => {
      this.signedIn();
      const from = cursor
        ? this.stored.findIndex(run => run.run_id === cursor) + 1
        : 0;
      const runs = this.stored.slice(from, from + limit);
      const more = from + limit < this.stored.length;
      return {
        runs,
        next_cursor: more ? runs[runs.length - 1].run_id : null
      };
    });
  }

  run(runId: string): Promise<IRunDetail> {
    return this.answer(`run ${runId}`, () => {
      const run = this.stored.find(each => each.run_id === runId);
      if (!run) {
        throw new ApiError(404, 'There is no such run.');
      }
      return {
        ...run,
        tsv_row: { sample_id: run.sample_id },
        status_history: this.history
      };
    });
  }

  logs(runId: string, cursor = '0'): Promise<ILogLines> {
    return this.answer(`logs ${runId} ${cursor}`, () => ({
      lines: this.log.slice(Number(cursor), Number(cursor) + 1000),
      next_cursor: String(Math.min(this.log.length, Number(cursor) + 1000))
    }));
  }

  cancel(runId: string): Promise<IRun> {
    return this.answer(`cancel ${runId}`, () => {
      const run = this.stored.find(each => each.run_id === runId);
      if (!run || run.status === 'COMPLETED') {
        throw new ApiError(409, 'This run is COMPLETED already.');
      }
      return run;
    });
  }

  /** Change a run, as its backend would. */
  move(runId: string, status: RunStatus, updated: number): void {
    this.stored = this.stored.map(run =>
      run.run_id === runId
        ? {
            ...run,
            status,
            updated_at: new Date(
              Date.parse(run.created_at) + updated
            ).toISOString()
          }
        : run
    );
  }

  count(prefix: string): number {
    return this.calls.filter(call => call.startsWith(prefix)).length;
  }

  private signedIn(): IUser {
    if (this.user === null) {
      throw new ApiError(401, 'Please sign in with your email address.');
    }
    return this.user;
  }

  private async answer<T>(call: string, make: () => T): Promise<T> {
    this.calls.push(call);
    await this.gate;
    if (this.fault) {
      throw this.fault;
    }
    return make();
  }
}
