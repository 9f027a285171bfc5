import type { IApi } from '../api';
import { ApiError } from '../problem';
import type { IBrowserUpload } from '../types';

const PREFIX = 'omnidomain-jupyter:upload:';

/** An upload of the same file that was begun from this browser and did not end; or null. */
export async function begunUpload(
  api: IApi,
  file: File
): Promise<IBrowserUpload | null> {
  const id = kept(() => window.localStorage.getItem(keyOf(file)));
  if (!id) {
    return null;
  }
  try {
    const upload = await api.upload(id);
    return upload.size_bytes === file.size ? upload : null;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) {
      forget(file); // somebody else's, or taken back since
      return null;
    }
    throw error;
  }
}

/** Remember an upload, so that it can go on after the page was closed. */
export function remember(file: File, upload: IBrowserUpload): void {
  kept(() => window.localStorage.setItem(keyOf(file), upload.upload_id));
}

/** Remember it no more. */
export function forget(file: File): void {
  kept(() => window.localStorage.removeItem(keyOf(file)));
}

function keyOf(file: File): string {
  return `${PREFIX}${file.name}:${file.size}:${file.lastModified}`;
}

/** Browsers may keep nothing; then uploads begin anew. */
function kept<T>(ask: () => T): T | null {
  try {
    return ask();
  } catch {
    return null;
  }
}
