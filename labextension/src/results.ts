import type { IDisposable } from '@lumino/disposable';
import { DisposableDelegate } from '@lumino/disposable';
import { Poll } from '@lumino/polling';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { IApi } from './api';
import type {
  IResultFile,
  IResultList,
  ITablePreview,
  ITextPreview
} from './types';

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
  }

  /** Emitted after any change of what is below. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** The files, by path; null until they are known. */
  get files(): readonly IResultFile[] | null {
    return this._files;
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
    if (this._fetching === 0) {
      await this.refresh();
    }
    if (this._error) {
      throw new Error(this._error); // makes the poll back off
    }
  }

  /** Fetch from a page on, or all that is wanted; what another call has asked for since wins. */
  private async _fetch(from: string | undefined): Promise<void> {
    const { api, runId, told } = this.options;
    const asked = ++this._asked;
    const isWanted = (): boolean => asked === this._asked && !this.isDisposed;
    let files = from === undefined ? [] : (this._files ?? []);
    let cursor: string | null | undefined = from;
    let note: string | null = from === undefined ? null : this._note;
    this._fetching++;
    try {
      let missing = from === undefined ? this._pages : 1;
      for (; missing > 0 && cursor !== null && isWanted(); missing--) {
        const page: IResultList = await api.results(runId, cursor);
        files = [...files, ...page.results];
        cursor = page.next_cursor;
        note ??= page.note;
      }
      if (isWanted()) {
        this._note = note;
        this._take(files, cursor ?? null);
      }
    } catch (error) {
      if (isWanted()) {
        // What could not be fetched is asked for by the next click.
        this._pages = Math.max(1, this._pages - (from === undefined ? 0 : 1));
        this._error = told(error);
        this._changed.emit();
      }
    } finally {
      this._fetching--;
    }
  }

  private _take(files: readonly IResultFile[], cursor: string | null): void {
    const isNews = !same(this._files, files) || this._error !== '';
    const isCut = this.hasMore;
    this._files = isNews ? files : this._files;
    this._cursor = cursor;
    this._error = '';
    if (isNews || isCut !== this.hasMore) {
      this._changed.emit();
    }
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
  /** How many pages are wanted. */
  private _pages = 1;
  private _asked = 0;
  private _fetching = 0;
  private _loadingMore = false;
  private _files: readonly IResultFile[] | null = null;
  private _cursor: string | null = null;
  private _note: string | null = null;
  private _error = '';
  private _opened: string | null = null;
  private _preview: Preview = { kind: 'none' };
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

/** The pattern of files that are to other samples what this one is to the one of that name. */
function withAnyName(path: string, name: string): string {
  const literal = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return name
    ? path.replace(
        new RegExp(`(?<![A-Za-z0-9])${literal}(?![A-Za-z0-9])`, 'g'),
        '*'
      )
    : path;
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
