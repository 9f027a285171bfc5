import { URLExt } from '@jupyterlab/coreutils';
import type { ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IPatience, Query } from './connection';
import { Connection } from './connection';
import { ApiError, problemOf, strange } from './problem';
import type {
  IBrowserUpload,
  IBrowserUploadCreate,
  IHealth,
  ILogLines,
  IPartLink,
  IPartWanted,
  IPipeline,
  IPipelineSummary,
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
  ISubmissionCreate,
  ISubmissionSheet,
  ITablePreview,
  ITextPreview,
  IUpload,
  IUploadedFile,
  IUser,
  IValidateRequest,
  IValidationReport,
  RunStatus
} from './types';

/** Which runs are wanted; what is left out does not matter. */
export interface IRunQuery {
  readonly status?: readonly RunStatus[];
  readonly pipeline?: string;
  readonly q?: string;
  readonly submission_id?: string;
  /** Created at this time or later, and before this time. */
  readonly since?: string;
  readonly until?: string;
  readonly limit?: number;
  readonly cursor?: string;
}

/** What has a default on the server may be left out. */
type Optional<T, Required extends keyof T> = Pick<T, Required> & Partial<T>;

/** The calls that this front end makes. An answer that is no success raises an `ApiError`. */
export interface IApi {
  health(): Promise<IHealth>;
  me(): Promise<IUser>;
  /** The server sets a cookie that no script can read; nothing is kept here. */
  login(email?: string): Promise<IUser>;
  logout(): Promise<void>;

  runs(query: IRunQuery): Promise<IRunPage>;
  run(runId: string): Promise<IRunDetail>;
  /** With `tail` the last lines; with a cursor what came after it. */
  logs(
    runId: string,
    from: { cursor?: string; tail?: number }
  ): Promise<ILogLines>;
  command(runId: string): Promise<IRunCommand>;
  failure(runId: string): Promise<IRunFailure>;
  metrics(runId: string): Promise<IRunMetrics>;
  cancel(runId: string): Promise<IRun>;
  resume(runId: string): Promise<IRun>;

  /** All of them, or with a phase those in this first folder alone; `.` for those in none. */
  results(runId: string, cursor?: string, phase?: string): Promise<IResultList>;
  tablePreview(runId: string, path: string): Promise<ITablePreview>;
  textPreview(runId: string, path: string): Promise<ITextPreview>;
  /** Where a browser finds a result. */
  resultUrl(runId: string, path: string, download: boolean): string;
  /** Copy results to a folder of the user's own. */
  save(runId: string, what: ISaveRequest): Promise<ISavedFiles>;
  /** The files that were brought to S3 for a run. */
  filesOf(runId: string): Promise<readonly IUpload[]>;

  pipelines(): Promise<readonly IPipelineSummary[]>;
  pipeline(name: string): Promise<IPipeline>;
  validate(
    sheet: Optional<IValidateRequest, 'pipeline'>
  ): Promise<IValidationReport>;
  /** The same key gives the same submission, however often it is sent. */
  submit(
    sheet: Optional<ISubmissionCreate, 'pipeline'>,
    key: string
  ): Promise<ISubmission>;
  submission(submissionId: string): Promise<ISubmission>;
  sheet(submissionId: string): Promise<ISubmissionSheet>;
  /** Where a browser finds the numbers of all runs of a sheet, as CSV. */
  sheetNumbersUrl(submissionId: string): string;
  /** Where a browser finds one table of each run of a sheet, as one CSV; a path or a pattern. */
  sheetTableUrl(submissionId: string, path: string): string;
  cancelSubmission(submissionId: string): Promise<ISubmission>;
  resubmit(submissionId: string, key: string): Promise<ISubmission>;

  /** Files of this computer go to S3 in parts; the server signs an address for each. */
  beginUpload(file: IBrowserUploadCreate): Promise<IBrowserUpload>;
  upload(uploadId: string): Promise<IBrowserUpload>;
  uploadLinks(
    uploadId: string,
    parts: readonly IPartWanted[]
  ): Promise<readonly IPartLink[]>;
  completeUpload(uploadId: string): Promise<IUploadedFile>;
  abortUpload(uploadId: string): Promise<void>;
}

/** OmniDomain's REST routes, through JupyterLab's own connection. */
export class Api implements IApi {
  /** @param patience how long answers may take, if not as long as usual */
  constructor(
    settings: ServerConnection.ISettings,
    private readonly trans: TranslationBundle,
    patience?: IPatience
  ) {
    this.connection = new Connection(settings, trans, patience);
  }

  async health(): Promise<IHealth> {
    const { response, content } = await this.connection.send('health');
    if (response.status === 404) {
      throw new ApiError(
        404,
        this.trans.__('The OmniDomain server extension is not there.'),
        [],
        false
      );
    }
    const health = content as Partial<IHealth> | null | undefined;
    // The route answers 503 with the same fields when the database is away.
    if (typeof health?.version !== 'string') {
      throw response.ok
        ? strange(response, this.trans)
        : problemOf(content, response, this.trans);
    }
    return {
      status: health.status ?? 'unavailable',
      version: health.version,
      detail: health.detail ?? null
    };
  }

  me(): Promise<IUser> {
    return this.get('auth/me');
  }

  async login(email?: string): Promise<IUser> {
    const answer = await this.post<{ user: IUser }>(
      'auth/login',
      { email },
      { patience: 'look' }
    );
    return answer.user;
  }

  async logout(): Promise<void> {
    await this.post('auth/logout', {}, { patience: 'look' });
  }

  runs(query: IRunQuery): Promise<IRunPage> {
    return this.get('runs', { ...query });
  }

  run(runId: string): Promise<IRunDetail> {
    return this.get(runRoute(runId));
  }

  logs(
    runId: string,
    from: { cursor?: string; tail?: number }
  ): Promise<ILogLines> {
    return this.get(runRoute(runId, 'logs'), from);
  }

  command(runId: string): Promise<IRunCommand> {
    return this.get(runRoute(runId, 'command'));
  }

  failure(runId: string): Promise<IRunFailure> {
    return this.get(runRoute(runId, 'failure'));
  }

  metrics(runId: string): Promise<IRunMetrics> {
    return this.get(runRoute(runId, 'metrics'));
  }

  cancel(runId: string): Promise<IRun> {
    return this.post(runRoute(runId, 'cancel'), {});
  }

  resume(runId: string): Promise<IRun> {
    return this.post(runRoute(runId, 'resume'), {});
  }

  results(
    runId: string,
    cursor?: string,
    phase?: string
  ): Promise<IResultList> {
    return this.get(runRoute(runId, 'results'), { cursor, phase });
  }

  tablePreview(runId: string, path: string): Promise<ITablePreview> {
    return this.get(resultRoute(runId, path), { preview: 'table' });
  }

  textPreview(runId: string, path: string): Promise<ITextPreview> {
    return this.get(resultRoute(runId, path), { preview: 'text' });
  }

  resultUrl(runId: string, path: string, download: boolean): string {
    const url = this.connection.url(resultRoute(runId, path));
    return download ? `${url}?download=true` : url;
  }

  save(runId: string, what: ISaveRequest): Promise<ISavedFiles> {
    return this.post(runRoute(runId, 'results/save'), what, {
      patience: 'copy'
    });
  }

  async filesOf(runId: string): Promise<readonly IUpload[]> {
    const list = await this.get<{ files: IUpload[] }>(runRoute(runId, 'files'));
    return list.files;
  }

  async pipelines(): Promise<readonly IPipelineSummary[]> {
    const list = await this.get<{ pipelines: IPipelineSummary[] }>('pipelines');
    return list.pipelines;
  }

  pipeline(name: string): Promise<IPipeline> {
    return this.get(`pipelines/${encodeURIComponent(name)}`);
  }

  validate(
    sheet: Optional<IValidateRequest, 'pipeline'>
  ): Promise<IValidationReport> {
    return this.post('samplesheets/validate', sheet);
  }

  submit(
    sheet: Optional<ISubmissionCreate, 'pipeline'>,
    key: string
  ): Promise<ISubmission> {
    return this.post('submissions', sheet, { key });
  }

  submission(submissionId: string): Promise<ISubmission> {
    return this.get(submissionRoute(submissionId));
  }

  sheet(submissionId: string): Promise<ISubmissionSheet> {
    return this.get(submissionRoute(submissionId, 'sheet'));
  }

  sheetNumbersUrl(submissionId: string): string {
    return `${this.connection.url(submissionRoute(submissionId, 'metrics'))}?format=csv`;
  }

  sheetTableUrl(submissionId: string, path: string): string {
    const url = this.connection.url(submissionRoute(submissionId, 'tables'));
    return `${url}?format=csv&path=${encodeURIComponent(path)}`;
  }

  cancelSubmission(submissionId: string): Promise<ISubmission> {
    return this.post(submissionRoute(submissionId, 'cancel'), {});
  }

  resubmit(submissionId: string, key: string): Promise<ISubmission> {
    return this.post(submissionRoute(submissionId, 'resubmit'), {}, { key });
  }

  beginUpload(file: IBrowserUploadCreate): Promise<IBrowserUpload> {
    return this.post('uploads', file);
  }

  upload(uploadId: string): Promise<IBrowserUpload> {
    return this.get(uploadRoute(uploadId));
  }

  async uploadLinks(
    uploadId: string,
    parts: readonly IPartWanted[]
  ): Promise<readonly IPartLink[]> {
    const route = uploadRoute(uploadId, 'parts');
    const answer = await this.post<{ links: IPartLink[] }>(route, { parts });
    return answer.links;
  }

  completeUpload(uploadId: string): Promise<IUploadedFile> {
    return this.post(uploadRoute(uploadId, 'complete'), {});
  }

  async abortUpload(uploadId: string): Promise<void> {
    await this.connection.request(uploadRoute(uploadId), {
      method: 'DELETE',
      patience: 'work'
    });
  }

  private get<T>(route: string, query: Query = {}): Promise<T> {
    return this.connection.request<T>(route, { query });
  }

  private post<T>(
    route: string,
    body: object,
    options: { key?: string; patience?: keyof IPatience } = {}
  ): Promise<T> {
    const { key, patience = 'work' } = options;
    return this.connection.request<T>(route, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: {
        'Content-Type': 'application/json',
        ...(key && { 'Idempotency-Key': key })
      },
      patience
    });
  }

  private readonly connection: Connection;
}

function runRoute(runId: string, what = ''): string {
  return URLExt.join('runs', encodeURIComponent(runId), what);
}

function resultRoute(runId: string, path: string): string {
  return URLExt.join(runRoute(runId, 'results'), URLExt.encodeParts(path));
}

function submissionRoute(submissionId: string, what = ''): string {
  return URLExt.join('submissions', encodeURIComponent(submissionId), what);
}

function uploadRoute(uploadId: string, what = ''): string {
  return URLExt.join('uploads', encodeURIComponent(uploadId), what);
}
