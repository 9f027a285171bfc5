import type { FileListing } from './fileListing';
import type { FolderSearch } from './folderSearch';

/** What the server calls the place of files that lie in no folder. */
const TOP = '.';

export interface IFoldersOptions {
  /** Makes the listing of a folder, with nothing in it yet. */
  readonly listing: (name: string) => FileListing;
  /** Looks for those that the server had no time to find. */
  readonly search: FolderSearch;
  /** Is called after a folder was opened or closed. */
  readonly changed: () => void;
}

/** The first folders of a run with more files than one page: each is fetched when it is opened. */
export class FoldersModel {
  constructor(private readonly options: IFoldersOptions) {
    this.search = options.search;
  }

  /** Looks for more of them. */
  readonly search: FolderSearch;

  /** Their names, in order; null where all files are shown at once. */
  get names(): readonly string[] | null {
    return this._places?.filter(name => name !== TOP) ?? null;
  }

  /** Whether the server had the time to find all. Else there is the search. */
  get areAll(): boolean {
    return this._areAll;
  }

  /** The files that lie in none of them; null if there are none. */
  get top(): FileListing | null {
    return this._places?.includes(TOP) ? this._listing(TOP) : null;
  }

  /** The files in a folder that is open; null while it is closed. */
  opened(name: string): FileListing | null {
    return this._open.has(name) ? this._listing(name) : null;
  }

  /** Why the files in one of them cannot be shown; empty if they can. */
  get error(): string {
    return this._shown().find(({ error }) => error)?.error ?? '';
  }

  get isFetching(): boolean {
    return this._shown().some(({ isFetching }) => isFetching);
  }

  /** Show what is in a folder. What was known of it is shown at once. */
  async open(name: string): Promise<void> {
    if (!this._open.has(name)) {
      this._open.add(name);
      this.options.changed();
      const listing = this._listing(name);
      if (!listing.isFetching) {
        await listing.refresh();
      }
    }
  }

  /** Show it no more; what is known of it is kept. */
  close(name: string): void {
    if (this._open.delete(name)) {
      this.options.changed();
    }
  }

  /** Take the names from a listing of all files. */
  learn({ first, files }: FileListing): void {
    const found = (first?.phases ?? []).map(({ name }) => name);
    const hasFolders = found.some(name => name !== TOP);
    if (!first || first.next_cursor === null || !hasFolders) {
      this._names = null;
      this._areAll = true;
      this.search.forget();
      return;
    }
    this._areAll = first.phases_complete;
    if (this._areAll) {
      this.search.forget();
    } else {
      this.search.begin(first);
    }
    // A server that had no time to find all may find others the next time.
    const known = this._areAll
      ? []
      : [...(this._names ?? []), ...(files ?? []).map(({ phase }) => phase)];
    this._names = [...new Set([...found, ...known])];
  }

  /** Look for one that is not known, and fetch what is to be shown of it. */
  async look(): Promise<void> {
    const known = new Set(this._places);
    // The server may come across one meanwhile: then that is no news.
    await this.search.look(
      name => known.has(name) || (this._names ?? []).includes(name)
    );
    await this.complete();
  }

  /** Fetch anew what is shown. */
  async refresh(): Promise<void> {
    await Promise.all(this._shown().map(listing => listing.refresh()));
  }

  /** Fetch what is to be shown and was never asked for. */
  async complete(): Promise<void> {
    await Promise.all(
      this._shown()
        .filter(
          ({ files, error, isFetching }) =>
            files === null && !error && !isFetching
        )
        .map(listing => listing.refresh())
    );
  }

  /** The folders and the top, in order, with what a search has come across. */
  private get _places(): readonly string[] | null {
    return (
      this._names && [...new Set([...this._names, ...this.search.found])].sort()
    );
  }

  private _shown(): readonly FileListing[] {
    return (this._places ?? [])
      .filter(name => name === TOP || this._open.has(name))
      .map(name => this._listing(name));
  }

  private _listing(name: string): FileListing {
    let listing = this._listings.get(name);
    if (!listing) {
      listing = this.options.listing(name);
      this._listings.set(name, listing);
    }
    return listing;
  }

  private readonly _open = new Set<string>();
  private readonly _listings = new Map<string, FileListing>();
  private _names: readonly string[] | null = null;
  private _areAll = true;
}
