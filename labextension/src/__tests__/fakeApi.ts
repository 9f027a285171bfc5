import type { IApi, IRunQuery } from '../api';
import { ApiError } from '../problem';
import type {
  IBrowserUpload,
  IBrowserUploadCreate,
  IPartLink,
  IPartWanted,
  IUpload,
  IUploadedFile,
  IHealth,
  ILogLines,
  IPipeline,
  IPipelineSummary,
  IResultFile,
  IResultList,
  IRun,
  IRunCommand,
  IRunDetail,
  IRunFailure,
  IRunMetrics,
  IRunPage,
  ISavedFiles,
  ISaveRequest,
  ISubmission,
  ISubmissionSheet,
  ITablePreview,
  ITextPreview,
  IUploadProgress,
  IUser,
  IValidationReport,
  RunStatus
} from '../types';

const START = Date.UTC(2026, 0, 1);
/** So many files are in a page; it is 500 on a server. */
const FILES_PAGE = 3;

export function aRun(
  number: number,
  status: RunStatus = 'COMPLETED',
  updated = 0
): IRun {
  const created = new Date(START + number * 1000).toISOString();
  return {
    run_id: `run-${number}`,
    submission_id: 'sheet-1',
    parent_run_id: null,
    row_number: number,
    pipeline: 'ReadQC',
    pipeline_revision: null,
    sample_id: `gut_${number}`,
    base_outdir: '/home/ada/omnidomain-results',
    outdir: `/home/ada/omnidomain-results/run-${number}`,
    output_folder: `omnidomain-results/run-${number}`,
    resume: false,
    cost_estimate: null,
    backend: 'local',
    status,
    status_reason: null,
    exit_code: null,
    job_id: `job-${number}`,
    job_name: `ReadQC-${number}`,
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

export function aUser(email: string): IUser {
  const at = new Date(START).toISOString();
  return {
    user_id: email,
    email,
    name: null,
    org: null,
    created_at: at,
    last_login: at
  };
}

export function aPipeline(
  name: string,
  columns: Readonly<Record<string, boolean>>
): IPipeline {
  return {
    name,
    title: name,
    description: '',
    engine: 'command',
    revision: null,
    granularity: 'row',
    sample_column: 'sample_id',
    columns: Object.entries(columns).map(([column, required]) => ({
      name: column,
      required,
      description: null,
      is_file: column !== 'sample_id',
      allowed_values: null
    })),
    schema: {},
    cost: null,
    example_sheet: ''
  };
}

export function aReport(
  part: Partial<IValidationReport> = {}
): IValidationReport {
  return {
    valid: true,
    rows: 2,
    columns: ['sample_id', 'reads_1'],
    errors: [],
    error_count: 0,
    warnings: [],
    preview: [],
    cost_estimate: null,
    uploads: null,
    ...part
  };
}

/** A file that a run has left. */
export function aFile(path: string, media_type = 'text/plain'): IResultFile {
  const [folder, below] = path.split('/', 2);
  return {
    path,
    media_type,
    size_bytes: 10,
    modified_at: '2026-01-01T00:00:00Z',
    phase: below === undefined ? '.' : folder
  };
}

/** The first folders of files, and `.` first where some are in none. */
function phasesOf(files: readonly IResultFile[]): readonly string[] {
  return [...new Set(files.map(({ phase }) => phase))].sort();
}

/** A server with keyset pages, in memory: what it holds can be changed at any time. */
export class FakeApi implements IApi {
  stored: IRun[] = [];
  log: string[] = [];
  history: IRunDetail['status_history'] = [];
  /** What the run has left, by path. */
  files: IResultFile[] = [];
  /** So many first folders are found in time where there are more files than a page. */
  mostPhases = Infinity;
  catalogue: IPipeline[] = [
    aPipeline('ReadQC', { sample_id: true, reads_1: true, reads_2: false })
  ];
  report = aReport();
  /** How far the files of every sheet are. */
  uploads: IUploadProgress | null = null;
  /** The browser's upload that an earlier page began. */
  begun: IBrowserUpload | null = null;
  /** Every key with which something was submitted. */
  keys: string[] = [];
  /** What is in the sheet, and what was accepted under which key. */
  content = 'sample_id\n';
  readonly accepted = new Map<string, string>();
  /** Whether the answer to what is submitted next gets lost. */
  losesAnswer = false;
  version = '0.1.0';
  user: IUser | null = aUser('you@example.org');
  /** Every call is answered with this, if it is set. */
  fault: ApiError | null = null;
  calls: string[] = [];
  /** Everything is answered only once this is fulfilled. */
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
      this.user = aUser(email);
      return this.user;
    });
  }

  logout(): Promise<void> {
    return this.answer('logout', () => {
      this.user = null;
    });
  }

  runs(query: IRunQuery): Promise<IRunPage> {
    const { limit = 50, cursor, status, pipeline, q, submission_id } = query;
    const { since, until } = query;
    return this.answer(`runs ${limit} ${cursor ?? ''}`.trim(), () => {
      this.signedIn();
      const fitting = this.stored.filter(
        run =>
          (!status || status.includes(run.status)) &&
          (!pipeline || run.pipeline === pipeline) &&
          (!q || run.sample_id.includes(q)) &&
          (!submission_id || run.submission_id === submission_id) &&
          (!since || run.created_at >= since) &&
          (!until || run.created_at < until)
      );
      const from = cursor
        ? fitting.findIndex(run => run.run_id === cursor) + 1
        : 0;
      const runs = fitting.slice(from, from + limit);
      const more = from + limit < fitting.length;
      return {
        runs,
        next_cursor: more ? runs[runs.length - 1].run_id : null
      };
    });
  }

  run(runId: string): Promise<IRunDetail> {
    return this.answer(`run ${runId}`, () => {
      const run = this.find(runId);
      return {
        ...run,
        tsv_row: { sample_id: run.sample_id },
        status_history: this.history
      };
    });
  }

  logs(
    runId: string,
    from: { cursor?: string; tail?: number }
  ): Promise<ILogLines> {
    const { cursor, tail } = from;
    return this.answer(`logs ${runId} ${cursor ?? `tail ${tail}`}`, () => {
      const first = cursor
        ? Number(cursor)
        : Math.max(0, this.log.length - (tail ?? 1000));
      const end = cursor ? first + 1000 : this.log.length;
      return {
        lines: this.log.slice(first, end),
        next_cursor: String(Math.min(this.log.length, end)),
        at_end: end >= this.log.length
      };
    });
  }

  command(runId: string): Promise<IRunCommand> {
    return this.answer(`command ${runId}`, () => ({
      run_id: runId,
      command: ['true'],
      shell: 'true'
    }));
  }

  failure(runId: string): Promise<IRunFailure> {
    return this.answer(`failure ${runId}`, () => ({
      run_id: runId,
      status: this.find(runId).status,
      reason: null,
      exit_code: 137,
      meaning: 'The program was killed, often for want of memory.',
      summary: null,
      process: null,
      cause: null,
      exit_status: null,
      work_directory: null,
      error_lines: [],
      last_lines: []
    }));
  }

  metrics(runId: string): Promise<IRunMetrics> {
    return this.answer(`metrics ${runId}`, () => ({
      run_id: runId,
      reads: [],
      metrics: [],
      profiles: [],
      truncated: false
    }));
  }

  save(runId: string, what: ISaveRequest): Promise<ISavedFiles> {
    return this.answer(`save ${JSON.stringify(what)}`, () => ({
      run_id: runId,
      folder: what.folder,
      files: what.paths.map(path => ({
        path,
        saved_as: `${what.folder}/${path}`,
        size_bytes: 10
      }))
    }));
  }

  filesOf(runId: string): Promise<readonly IUpload[]> {
    return this.answer(`files of ${runId}`, () => []);
  }

  sheetNumbersUrl(submissionId: string): string {
    return `/submissions/${submissionId}/metrics?format=csv`;
  }

  sheetTableUrl(submissionId: string, path: string): string {
    return `/submissions/${submissionId}/tables?format=csv&path=${path}`;
  }

  cancel(runId: string): Promise<IRun> {
    return this.answer(`cancel ${runId}`, () => {
      const run = this.find(runId);
      if (run.status === 'COMPLETED') {
        throw new ApiError(409, 'This run is COMPLETED already.');
      }
      return run;
    });
  }

  resume(runId: string): Promise<IRun> {
    return this.answer(`resume ${runId}`, () => {
      const run = this.find(runId);
      if (run.status === 'COMPLETED') {
        throw new ApiError(409, 'This run has succeeded.');
      }
      const next = { ...aRun(900, 'SUBMITTED'), parent_run_id: runId };
      this.stored = [next, ...this.stored];
      return next;
    });
  }

  results(
    runId: string,
    cursor?: string,
    phase?: string
  ): Promise<IResultList> {
    const of = phase === undefined ? '' : ` of ${phase}`;
    return this.answer(`results ${runId}${of} ${cursor ?? ''}`.trim(), () => {
      const behind = this.files.filter(
        each =>
          (phase === undefined || each.phase === phase) &&
          each.path > (cursor ?? '')
      );
      const results = behind.slice(0, FILES_PAGE);
      const more = behind.length > FILES_PAGE;
      const isFirst = cursor === undefined && phase === undefined;
      const phases = phasesOf(this.files);
      // As on S3: those of the files that were looked at are known in any case.
      const found = phases.filter(
        (name, at) =>
          at < this.mostPhases || phasesOf(results).includes(name) || !more
      );
      return {
        run_id: runId,
        outdir: this.find(runId).outdir,
        results,
        truncated: more,
        phases: isFirst
          ? found.map(name => ({ name, files: null, size_bytes: null }))
          : null,
        phases_complete: !isFirst || found.length === phases.length,
        left_out: 0,
        note: null,
        next_cursor: more ? results[results.length - 1].path : null
      };
    });
  }

  tablePreview(runId: string, path: string): Promise<ITablePreview> {
    return this.answer(`table ${runId} ${path}`, () => ({
      columns: [{ name: 'n', type: 'integer' }],
      rows: [['1']],
      truncated: false
    }));
  }

  textPreview(runId: string, path: string): Promise<ITextPreview> {
    return this.answer(`text ${runId} ${path}`, () => ({
      text: 'ACGT',
      truncated: true
    }));
  }

  resultUrl(runId: string, path: string, download: boolean): string {
    return `/omnidomain/runs/${runId}/results/${path}${download ? '?download=true' : ''}`;
  }

  pipelines(): Promise<readonly IPipelineSummary[]> {
    return this.answer('pipelines', () => this.catalogue);
  }

  pipeline(name: string): Promise<IPipeline> {
    return this.answer(`pipeline ${name}`, () => {
      const found = this.catalogue.find(each => each.name === name);
      if (!found) {
        throw new ApiError(404, 'There is no such pipeline.');
      }
      return found;
    });
  }

  validate(sheet: {
    pipeline: string;
    path?: string | null;
  }): Promise<IValidationReport> {
    return this.answer(`validate ${sheet.pipeline} ${sheet.path}`, () => {
      this.signedIn();
      return this.report;
    });
  }

  submit(
    sheet: { pipeline: string; path?: string | null },
    key: string
  ): Promise<ISubmission> {
    this.keys.push(key);
    return this.answer(`submit ${sheet.pipeline} ${sheet.path}`, () => {
      const asked = `${sheet.pipeline} ${this.content}`;
      const known = this.accepted.get(key) ?? asked;
      if (known !== asked) {
        throw new ApiError(409, 'This Idempotency-Key was used.');
      }
      this.accepted.set(key, asked);
      if (this.losesAnswer) {
        this.losesAnswer = false;
        throw new ApiError(0, 'The server cannot be reached.');
      }
      return this.sheetOf('sheet-2');
    });
  }

  submission(submissionId: string): Promise<ISubmission> {
    return this.answer(`submission ${submissionId}`, () =>
      this.sheetOf(submissionId)
    );
  }

  sheet(submissionId: string): Promise<ISubmissionSheet> {
    return this.answer(`sheet ${submissionId}`, () => ({
      submission_id: submissionId,
      pipeline: 'ReadQC',
      filename: 'samples.tsv',
      folder: 'project',
      content: 'sample_id\n',
      sheet_sha256: '',
      pipeline_revision: null,
      resume: false,
      schema: null,
      schema_sha256: null
    }));
  }

  cancelSubmission(submissionId: string): Promise<ISubmission> {
    return this.answer(`cancel sheet ${submissionId}`, () =>
      this.sheetOf(submissionId)
    );
  }

  resubmit(submissionId: string, key: string): Promise<ISubmission> {
    this.keys.push(key);
    return this.answer(`resubmit ${submissionId}`, () =>
      this.sheetOf(submissionId)
    );
  }

  beginUpload(file: IBrowserUploadCreate): Promise<IBrowserUpload> {
    return this.answer(`begin ${file.filename}`, () => ({
      upload_id: 'upload-1',
      filename: file.filename,
      uri: `s3://lab/${file.filename}`,
      size_bytes: file.size_bytes,
      largest_bytes: 1e12,
      part_size: 4,
      parts: Math.ceil(file.size_bytes / 4),
      checksums: file.checksums,
      done_parts: [],
      done_bytes: 0,
      complete: false
    }));
  }

  upload(uploadId: string): Promise<IBrowserUpload> {
    return this.answer(`upload ${uploadId}`, () => {
      if (this.begun?.upload_id !== uploadId) {
        throw new ApiError(404, 'There is no such upload.');
      }
      return this.begun;
    });
  }

  uploadLinks(
    uploadId: string,
    parts: readonly IPartWanted[]
  ): Promise<readonly IPartLink[]> {
    return this.answer(`links ${uploadId}`, () =>
      parts.map(({ number }) => ({
        number,
        size_bytes: 4,
        url: `https://s3/${number}`,
        headers: { 'x-amz-checksum-sha256': `sum ${number}` }
      }))
    );
  }

  completeUpload(uploadId: string): Promise<IUploadedFile> {
    return this.answer(`complete ${uploadId}`, () => ({
      upload_id: uploadId,
      filename: 'a.fastq.gz',
      uri: 's3://lab/a.fastq.gz',
      size_bytes: 10
    }));
  }

  abortUpload(uploadId: string): Promise<void> {
    return this.answer(`abort ${uploadId}`, () => undefined);
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

  private find(runId: string): IRun {
    const run = this.stored.find(each => each.run_id === runId);
    if (!run) {
      throw new ApiError(404, 'There is no such run.');
    }
    return run;
  }

  private sheetOf(submissionId: string): ISubmission {
    const runs = this.stored.filter(run => run.submission_id === submissionId);
    const counts: Partial<Record<RunStatus, number>> = {};
    for (const { status } of runs) {
      counts[status] = (counts[status] ?? 0) + 1;
    }
    return {
      submission_id: submissionId,
      pipeline: 'ReadQC',
      filename: 'project/samples.tsv',
      sheet_sha256: '',
      schema_sha256: null,
      total: runs.length,
      counts: counts,
      rejected: [],
      uploads: this.uploads,
      created_at: new Date(START).toISOString()
    };
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
