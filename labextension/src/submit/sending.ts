import type { IApi } from '../api';
import { ApiError } from '../problem';
import type { IBrowserUpload } from '../types';

/** Parts at a time; each is held in memory for its checksum. */
const AT_ONCE = 3;
/** Before each further try of a part, in ms. */
const PAUSES = [500, 1_000, 2_000, 5_000];

export interface ISendingOptions {
  /** Is told how many bytes have arrived. */
  onProgress: (bytes: number) => void;
  signal: AbortSignal;
}

/** Send a file of this computer straight to S3; resolves to its address, for the sheet. */
export async function sendFile(
  api: IApi,
  file: File,
  options: ISendingOptions
): Promise<string> {
  const upload = await api.beginUpload({
    filename: file.name,
    size_bytes: file.size,
    checksums: window.isSecureContext // elsewhere browsers compute none
  });
  try {
    await sendParts(api, file, upload, options);
    const done = await api.completeUpload(upload.upload_id);
    return done.uri;
  } catch (error) {
    // What has arrived is paid for until it is taken back.
    await api.abortUpload(upload.upload_id).catch(() => undefined);
    throw error;
  }
}

async function sendParts(
  api: IApi,
  file: File,
  upload: IBrowserUpload,
  options: ISendingOptions
): Promise<void> {
  let next = 1;
  let arrived = 0;
  let failed = false;
  const work = async (): Promise<void> => {
    while (next <= upload.parts && !failed) {
      const number = next++;
      const start = (number - 1) * upload.part_size;
      const part = file.slice(start, start + upload.part_size);
      try {
        await sendPart(api, upload, number, part, options.signal);
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
  signal: AbortSignal
): Promise<void> {
  for (const pause of [...PAUSES, null]) {
    goesOn(signal);
    const sha256 = upload.checksums ? await digest(part) : null;
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
      goesOn(signal);
    }
    if (status >= 200 && status < 300) {
      return;
    }
    if (pause === null || (status >= 400 && status < 500 && status !== 429)) {
      throw new ApiError(
        status,
        status
          ? `S3 refused the file (HTTP ${status}).`
          : 'S3 cannot be reached from this browser. The bucket may not allow this page to send files: “jupyter omnidomain doctor” tells.'
      );
    }
    await new Promise(resolve => window.setTimeout(resolve, pause));
  }
}

function goesOn(signal: AbortSignal): void {
  if (signal.aborted) {
    throw new ApiError(0, 'Cancelled.');
  }
}

async function digest(part: Blob): Promise<string> {
  let data: ArrayBuffer;
  try {
    data = await part.arrayBuffer();
  } catch {
    throw new ApiError(
      0,
      'The file cannot be read any more. It may have been moved or changed: choose it again.'
    );
  }
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', data));
  return Array.from(bytes, each => each.toString(16).padStart(2, '0')).join('');
}
