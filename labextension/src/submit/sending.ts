import type { TranslationBundle } from '@jupyterlab/translation';

import type { IApi } from '../api';
import { ApiError } from '../problem';
import type { IBrowserUpload } from '../types';
import { begunUpload, forget, remember } from './begun';

/** Parts at a time; each is held in memory for its checksum. */
const AT_ONCE = 3;
/** Before each further try of a part, in ms. */
const PAUSES = [500, 1_000, 2_000, 5_000];

export interface ISendingOptions {
  /** Is told how many bytes have arrived. */
  onProgress: (bytes: number) => void;
  signal: AbortSignal;
  trans: TranslationBundle;
}

/**
 * Send a file of this computer straight to S3; resolves to its address, for the sheet.
 *
 * What an earlier page has sent of it is not sent again. After a broken connection what has arrived
 * stays for the next time; it is taken back when S3 refuses the file, or the user cancels.
 */
export async function sendFile(
  api: IApi,
  file: File,
  options: ISendingOptions
): Promise<string> {
  const upload =
    (await begunUpload(api, file)) ??
    (await api.beginUpload({
      filename: file.name,
      size_bytes: file.size,
      checksums: window.isSecureContext, // elsewhere browsers compute none
      sha256: null // a browser would have to hold the whole file
    }));
  remember(file, upload);
  try {
    await sendParts(api, file, upload, options);
    const done = await api.completeUpload(upload.upload_id);
    forget(file);
    return done.uri;
  } catch (error) {
    if (options.signal.aborted || !isPassing(error)) {
      // What has arrived is paid for until it is taken back.
      await api.abortUpload(upload.upload_id).catch(() => undefined);
      forget(file);
    }
    throw error;
  }
}

/** Whether it may go well next time: nobody has refused anything. */
function isPassing(error: unknown): boolean {
  const status = error instanceof ApiError ? error.status : 0;
  return status < 400 || status >= 500 || status === 401 || status === 429;
}

async function sendParts(
  api: IApi,
  file: File,
  upload: IBrowserUpload,
  options: ISendingOptions
): Promise<void> {
  const done = new Set(upload.done_parts);
  const numbers = Array.from({ length: upload.parts }, (_, at) => at + 1);
  const missing = upload.complete
    ? []
    : numbers.filter(number => !done.has(number));
  let arrived = upload.done_bytes;
  let failed = false;
  options.onProgress(arrived);
  const work = async (): Promise<void> => {
    for (
      let number = missing.shift();
      number !== undefined && !failed;
      number = missing.shift()
    ) {
      const start = (number - 1) * upload.part_size;
      const part = file.slice(start, start + upload.part_size);
      try {
        await sendPart(api, upload, number, part, options);
      } catch (error) {
        failed = true;
        throw error;
      }
      arrived += part.size;
      options.onProgress(arrived);
    }
  };
  const workers = Array.from({ length: AT_ONCE }, work);
  const ends = await Promise.allSettled(workers);
  for (const end of ends) {
    if (end.status === 'rejected') {
      throw end.reason;
    }
  }
}

async function sendPart(
  api: IApi,
  upload: IBrowserUpload,
  number: number,
  part: Blob,
  { signal, trans }: ISendingOptions
): Promise<void> {
  for (const pause of [...PAUSES, null]) {
    goesOn(signal, trans);
    const sha256 = upload.checksums ? await digest(part, trans) : null;
    const [link] = await api.uploadLinks(upload.upload_id, [
      { number, sha256 }
    ]);
    let status = 0;
    try {
      // No cookie and no token goes along: the address alone permits it.
      const answer = await fetch(link.url, {
        method: 'PUT',
        headers: link.headers,
        body: part,
        credentials: 'omit',
        referrerPolicy: 'no-referrer',
        signal
      });
      status = answer.status;
    } catch {
      goesOn(signal, trans);
    }
    if (status >= 200 && status < 300) {
      return;
    }
    if (pause === null || (status >= 400 && status < 500 && status !== 429)) {
      throw new ApiError(
        status,
        status
          ? trans.__('S3 refused the file (HTTP %1).', status)
          : trans.__(
              'S3 cannot be reached from this browser. Choose the file again to go on. If nothing arrives at all, the bucket may not allow this page to send files: “jupyter omnidomain doctor” tells.'
            )
      );
    }
    await new Promise(resolve => window.setTimeout(resolve, pause));
  }
}

function goesOn(signal: AbortSignal, trans: TranslationBundle): void {
  if (signal.aborted) {
    throw new ApiError(0, trans.__('Cancelled.'));
  }
}

async function digest(part: Blob, trans: TranslationBundle): Promise<string> {
  let data: ArrayBuffer;
  try {
    data = await part.arrayBuffer();
  } catch {
    throw new ApiError(
      0,
      trans.__(
        'The file cannot be read any more. It may have been moved or changed: choose it again.'
      )
    );
  }
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', data));
  return Array.from(bytes, each => each.toString(16).padStart(2, '0')).join('');
}
