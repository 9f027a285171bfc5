/** The server's requests and responses, by their names in `omnidomain_jupyter/schemas.py`. */
import type { components } from './generated/openapi';

type Schemas = components['schemas'];

export type IRun = Schemas['Run'];
export type IRunDetail = Schemas['RunDetail'];
export type IRunCommand = Schemas['RunCommand'];
export type IRunFailure = Schemas['RunFailure'];
export type IRunMetrics = Schemas['RunMetrics'];
export type IRunPage = Schemas['RunPage'];
export type RunStatus = Schemas['RunStatus'];
export type ILogLines = Schemas['LogLines'];
export type IHealth = Schemas['Health'];
export type IUser = Schemas['User'];
export type IResultFile = Schemas['ResultFile'];
export type IResultList = Schemas['ResultList'];
export type ISaveRequest = Schemas['SaveRequest'];
export type ISavedFiles = Schemas['SavedFiles'];
export type IUpload = Schemas['Upload'];
export type ISubmission = Schemas['Submission'];
export type ISubmissionSheet = Schemas['SubmissionSheet'];
export type IPipeline = Schemas['Pipeline'];
export type IPipelineSummary = Schemas['PipelineSummary'];
export type IIssue = Schemas['ProblemIssue'];
export type IValidationReport = Schemas['ValidationReport'];
export type IValidateRequest = Schemas['ValidateRequest'];
export type ISubmissionCreate = Schemas['SubmissionCreate'];
export type IBrowserUpload = Schemas['BrowserUpload'];
export type IBrowserUploadCreate = Schemas['BrowserUploadCreate'];
export type IPartLink = Schemas['PartLink'];
export type IPartWanted = Schemas['PartWanted'];
export type IUploadedFile = Schemas['UploadedFile'];
export type IUploadNeed = Schemas['UploadNeed'];
export type IUploadProgress = Schemas['UploadProgress'];
export type ICostRange = Schemas['CostRange'];

/** The first rows of a result that is a table: its route is described as bytes only. */
export interface ITablePreview {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly (string | null)[])[];
  readonly truncated: boolean;
}

/** The beginning of a result that is text. */
export interface ITextPreview {
  readonly text: string;
  readonly truncated: boolean;
}

/** All states, in the order of a run's life. */
export const STATUSES: readonly RunStatus[] = [
  'CREATED',
  'SUBMITTED',
  'RUNNING',
  'COMPLETED',
  'FAILED',
  'CANCELLED',
  'UNKNOWN'
];

/** States in which something is still to come. */
export const ACTIVE: readonly RunStatus[] = ['CREATED', 'SUBMITTED', 'RUNNING'];

/** States from which a row can be run again in its work directory. */
const RESUMABLE: readonly RunStatus[] = ['FAILED', 'CANCELLED', 'UNKNOWN'];

/** Whether a run may still change by itself. */
export function isActive(status: RunStatus): boolean {
  return ACTIVE.includes(status);
}

/** Whether a run can be resumed. */
export function isResumable(status: RunStatus): boolean {
  return RESUMABLE.includes(status);
}
