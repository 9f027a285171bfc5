import type { IDisposable } from '@lumino/disposable';
import { DisposableDelegate } from '@lumino/disposable';
import { Poll } from '@lumino/polling';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { IApi } from './api';
import type { IFileListingOptions } from './fileListing';
import { FileListing } from './fileListing';
import { FolderSearch } from './folderSearch';
import { FoldersModel } from './resultFolders';
import type { IResultFile, ITablePreview, ITextPreview } from './types';

/** How often the files of a run that writes them are looked at, in ms. */
export const RESULTS_INTERVAL = 15_000;

/** What of a file is shown in place. */
export type Preview =
  | { readonly kind: 'loading' }
  | { readonly kind: 'error'; readonly message: string }
  | { readonly kind: 'table'; readonly table: ITablePreview }
  | { readonly kind: 'text'; readonly text: ITextPreview }
  | { readonly kind: 'image' | 'page'; readonly url: string }
  | { readonly kind: 'none' };

export interface IResultsOptions {
  readonly api: IApi;
  readonly runId: string;
  /** The sheet and the sample that the run is of; null for a run that no sheet asked for. */
  readonly row: { submissionId: string; sampleId: string } | null;
  /** Whether there may be more of them soon. */
  readonly mayGrow: () => boolean;
  /** Whether anybody can see the run. */
  readonly isShown: () => boolean;
  /** Is told what went wrong, and returns it in words. */
  readonly told: (error: unknown) => string;
}

/** The output files of a run, and the one that is looked at. */
export class ResultsModel implements IDisposable {
  constructor(private readonly options: IResultsOptions) {
    this._poll = new Poll({
      name: 'omnidomain-jupyter:results',
      auto: false,
      factory: () => this._look(),
      frequency: { interval: RESULTS_INTERVAL, backoff: true, max: 60_000 },
      standby: () =>
        options.isShown() && options.mayGrow() ? 'when-hidden' : true
    });
    const emit = (): void => this._changed.emit();
    this.folders = new FoldersModel({
      listing: name => this._listing(emit, name),
      search: new FolderSearch(this._asking(emit)),
      changed: emit
    });
    this._all = this._listing(() => this._onAll());
  }

  /** Emitted after any change of what is below. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** The first folders, where there are too many files to show at once. */
  readonly folders: FoldersModel;

  /** The files, by path; null until they are known. Where there are too many, the first ones. */
  get files(): readonly IResultFile[] | null {
    return this._all.files;
  }

  /** Whether there are files behind those that are shown at once. */
  get hasMore(): boolean {
    return this._all.hasMore && this.folders.names === null;
  }

  /** Why some files are left out, in the server's words; null if none are. */
  get note(): string | null {
    // Of files that are shown folder by folder, each folder tells it.
    return this.folders.names === null ? this._all.note : null;
  }

  /** Why they cannot be shown; empty if they can. */
  get error(): string {
    return this._all.error;
  }

  /** The path of the file that is looked at; null if none is. */
  get opened(): string | null {
    return this._opened;
  }

  get preview(): Preview {
    return this._preview;
  }

  get isDisposed(): boolean {
    return this._poll.isDisposed;
  }

  dispose(): void {
    this._poll.dispose();
    Signal.clearData(this);
  }

  /** Look at them again and again, as long as somebody does: until what is returned is disposed. */
  follow(): IDisposable {
    void this._poll.schedule({
      phase: 'started',
      interval: RESULTS_INTERVAL
    });
    return new DisposableDelegate(() => void this._poll.stop());
  }

  /** Fetch the files anew, as many pages as there are. */
  async refresh(): Promise<void> {
    await Promise.all([this._all.refresh(), this.folders.refresh()]);
    const mayGrow = this.options.mayGrow();
    if (mayGrow || this._grew) {
      this.folders.search.reopen();
    }
    this._grew = mayGrow;
    await this.folders.complete();
  }

  /** Fetch the files behind those that are known. */
  async loadMore(): Promise<void> {
    await this._all.loadMore();
  }

  /** Where a browser finds a file. */
  url(path: string, download = false): string {
    const { api, runId } = this.options;
    return api.resultUrl(runId, path, download);
  }

  /** Where a browser finds this table of all runs of the sheet; null without a sheet. */
  sheetTableUrl(path: string): string | null {
    const { api, row } = this.options;
    return (
      row &&
      api.sheetTableUrl(row.submissionId, withAnyName(path, row.sampleId))
    );
  }

  /** Look at a file; at the same one again, no more. */
  async open(file: IResultFile): Promise<void> {
    if (this._opened === file.path) {
      this._opened = null;
      this._changed.emit();
      return;
    }
    this._opened = file.path;
    this._preview = { kind: 'loading' };
    this._changed.emit();
    const preview = await this._previewOf(file);
    if (this._opened === file.path) {
      this._preview = preview;
      this._changed.emit();
    }
  }

  private async _look(): Promise<void> {
    if (!this._all.isFetching && !this.folders.isFetching) {
      await this.refresh();
    }
    const error = this.error || this.folders.error;
    if (error) {
      throw new Error(error); // makes the poll back off
    }
  }

  private _listing(changed: () => void, phase?: string): FileListing {
    return new FileListing(this._asking(changed, phase));
  }

  private _asking(changed: () => void, phase?: string): IFileListingOptions {
    const { api, runId, told } = this.options;
    return {
      page: cursor => api.results(runId, cursor, phase),
      told,
      changed,
      isDisposed: () => this.isDisposed
    };
  }

  private _onAll(): void {
    const fitted = this.folders.names === null;
    this.folders.learn(this._all);
    const [folder, below] = this._opened?.split('/', 2) ?? [];
    if (fitted && this.folders.names !== null && below !== undefined) {
      // They have become too many only now: the one that is read stays in sight.
      void this.folders.open(folder);
    }
    this._changed.emit();
  }

  private async _previewOf(file: IResultFile): Promise<Preview> {
    const { path } = file;
    const { api, runId, told } = this.options;
    try {
      switch (kindOf(file)) {
        case 'table':
          return { kind: 'table', table: await api.tablePreview(runId, path) };
        case 'text':
          return { kind: 'text', text: await api.textPreview(runId, path) };
        case 'image':
          return { kind: 'image', url: this.url(path) };
        case 'page':
          return { kind: 'page', url: this.url(path) };
        case 'none':
          return { kind: 'none' };
      }
    } catch (error) {
      return { kind: 'error', message: told(error) };
    }
  }

  private readonly _poll: Poll;
  private readonly _changed = new Signal<this, void>(this);
  private readonly _all: FileListing;
  /** Whether there could be more files after the last look at them. */
  private _grew = false;
  private _opened: string | null = null;
  private _preview: Preview = { kind: 'none' };
}

/**
 * The pattern of files that are to other samples what this one is to the one of that name: of
 * folders and files that are named after it, and not of all that have it somewhere, as a 1.
 */
function withAnyName(path: string, name: string): string {
  const namedAfter = (part: string): boolean =>
    name !== '' &&
    part.startsWith(name) &&
    !/^[A-Za-z0-9]/.test(part.slice(name.length));
  return path
    .split('/')
    .map(part => (namedAfter(part) ? `*${part.slice(name.length)}` : part))
    .join('/');
}

const TABLE = /\.(tsv|csv|tab)(\.gz)?$/i;
const TEXT =
  /\.(txt|log|json|ya?ml|xml|md|fa|fasta|fastq|fq|gff3?|gtf|bed|vcf|sam|nf|sh|py|r|toml|ini|cfg)(\.gz)?$/i;

function kindOf(
  file: IResultFile
): 'table' | 'text' | 'image' | 'page' | 'none' {
  const { path, media_type: type } = file;
  if (TABLE.test(path)) {
    return 'table';
  }
  if (type.startsWith('image/')) {
    return 'image';
  }
  if (type === 'text/html' || type === 'application/pdf') {
    return 'page';
  }
  return type.startsWith('text/') || TEXT.test(path) ? 'text' : 'none';
}
