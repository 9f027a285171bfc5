import type { TranslationBundle } from '@jupyterlab/translation';

import { share, size } from './size';
import type { ISubmission, IUploadNeed } from './types';

/** How often the files of a sheet are looked at while they go to S3: no hint tells of them. */
export const UPLOADS_LOOK = 2_000;

/** What is sent before the first job: "3 files, 4.2 GB, go to S3 first"; empty for nothing. */
export function needText(
  need: IUploadNeed | null | undefined,
  trans: TranslationBundle
): string {
  return need && need.files > 0
    ? trans._n(
        '%1 file, %2, goes to S3 first',
        '%1 files, %2, go to S3 first',
        need.files,
        size(need.bytes, trans)
      )
    : '';
}

/** Whether rows of a sheet wait for files that are on their way to S3. */
export function isUploading(submission: ISubmission | null): boolean {
  const { uploads = null, counts = {} } = submission ?? {};
  return (
    uploads !== null &&
    uploads.done_files < uploads.files &&
    (counts.CREATED ?? 0) > 0
  );
}

/** How far they are: "2 of 3 files, 1.2 of 4.2 GB"; empty if none is on its way. */
export function progressText(
  submission: ISubmission | null,
  trans: TranslationBundle
): string {
  const uploads = submission?.uploads;
  return uploads && isUploading(submission)
    ? trans._n(
        '%2 of %1 file, %3',
        '%2 of %1 files, %3',
        uploads.files,
        uploads.done_files,
        share(uploads.done_bytes, uploads.bytes, trans)
      )
    : '';
}
