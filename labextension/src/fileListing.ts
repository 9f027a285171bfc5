import type { IResultFile, IResultList } from './types';

export interface IFileListingOptions {
  /** Asks for the first page, or for the one at a cursor. */
  readonly page: (cursor?: string) => Promise<IResultList>;
  /** Is told what went wrong, and returns it in words. */
  readonly told: (error: unknown) => string;
  /** Is called after any change. */
  readonly changed: () => void;
  /** Whether nobody wants an answer any more. */
  readonly isDisposed: () => boolean;
}

/** Files of a run as they are known, page by page: all of them, or those in one folder. */
export class FileListing {
  constructor(private readonly options: IFileListingOptions) {}

  /** The files, by path; null until they are known. */
  get files(): readonly IResultFile[] | null {
    return this._files;
  }

  /** The first page as it was fetched last, which tells what else there is; null until then. */
  get first(): IResultList | null {
    return this._first;
  }

  get hasMore(): boolean {
    return this._cursor !== null;
  }

  /** Why some files are left out, in the server's words; null if none are. */
  get note(): string | null {
    return this._note;
  }

  /** Why they cannot be shown; empty if they can. */
  get error(): string {
    return this._error;
  }

  get isFetching(): boolean {
    return this._fetching > 0;
  }

  /** Fetch the files anew, as many pages as there are. */
  async refresh(): Promise<void> {
    await this._fetch(undefined);
  }

  /** Fetch the files behind those that are known. */
  async loadMore(): Promise<void> {
    if (this._cursor !== null && !this._loadingMore) {
      this._loadingMore = true;
      this._pages++;
      await this._fetch(this._cursor);
      this._loadingMore = false;
    }
  }

  /** Fetch from a page on, or all that is wanted; what another call has asked for since wins. */
  private async _fetch(from: string | undefined): Promise<void> {
    const { page, told, isDisposed, changed } = this.options;
    const asked = ++this._asked;
    const isWanted = (): boolean => asked === this._asked && !isDisposed();
    let first = from === undefined ? null : this._first;
    let files = from === undefined ? [] : (this._files ?? []);
    let cursor: string | null | undefined = from;
    let note: string | null = from === undefined ? null : this._note;
    this._fetching++;
    try {
      let missing = from === undefined ? this._pages : 1;
      for (; missing > 0 && cursor !== null && isWanted(); missing--) {
        const next: IResultList = await page(cursor);
        first ??= next;
        files = [...files, ...next.results];
        cursor = next.next_cursor;
        note ??= next.note;
      }
      if (isWanted()) {
        this._take(first, files, cursor ?? null, note);
      }
    } catch (error) {
      if (isWanted()) {
        // What could not be fetched is asked for by the next click.
        this._pages = Math.max(1, this._pages - (from === undefined ? 0 : 1));
        this._error = told(error);
        changed();
      }
    } finally {
      this._fetching--;
    }
  }

  private _take(
    first: IResultList | null,
    files: readonly IResultFile[],
    cursor: string | null,
    note: string | null
  ): void {
    const isOld = same(this._files, files);
    const isNews =
      !isOld ||
      this._error !== '' ||
      this._note !== note ||
      this.hasMore !== (cursor !== null) ||
      outlook(this._first) !== outlook(first);
    this._first = first;
    this._files = isOld ? this._files : files;
    this._cursor = cursor;
    this._note = note;
    this._error = '';
    if (isNews) {
      this.options.changed();
    }
  }

  /** How many pages are wanted. */
  private _pages = 1;
  private _asked = 0;
  private _fetching = 0;
  private _loadingMore = false;
  private _first: IResultList | null = null;
  private _files: readonly IResultFile[] | null = null;
  private _cursor: string | null = null;
  private _note: string | null = null;
  private _error = '';
}

/** Whether nothing has changed: then nothing is drawn again. */
function same(
  known: readonly IResultFile[] | null,
  fresh: readonly IResultFile[]
): boolean {
  return (
    known?.length === fresh.length &&
    known.every(
      ({ path, size_bytes, modified_at }, at) =>
        path === fresh[at].path &&
        size_bytes === fresh[at].size_bytes &&
        modified_at === fresh[at].modified_at
    )
  );
}

/** What a first page tells of all the files, so that it can be compared. */
function outlook(page: IResultList | null): string {
  return JSON.stringify([
    page?.phases,
    page?.phases_complete,
    page?.next_cursor === null
  ]);
}
