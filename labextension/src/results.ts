import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { IApi } from './api';
import type { IResultFile, ITablePreview, ITextPreview } from './types';

/** What of a file is shown in place. */
export type Preview =
  | { readonly kind: 'loading' }
  | { readonly kind: 'error'; readonly message: string }
  | { readonly kind: 'table'; readonly table: ITablePreview }
  | { readonly kind: 'text'; readonly text: ITextPreview }
  | { readonly kind: 'image' | 'page'; readonly url: string }
  | { readonly kind: 'none' };

/** A folder of the output files, or one of them. */
export interface IResultNode {
  readonly name: string;
  readonly path: string;
  /** Null for a folder. */
  readonly file: IResultFile | null;
  readonly children: readonly IResultNode[];
}

/** The output files of a run, and the one that is looked at. */
export class ResultsModel {
  constructor(
    private readonly api: IApi,
    private readonly runId: string,
    private readonly told: (error: unknown) => string
  ) {}

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

  /** Fetch the first files anew. */
  async refresh(): Promise<void> {
    await this._fetch(undefined, []);
  }

  /** Fetch the files behind those that are known. */
  async loadMore(): Promise<void> {
    if (this._cursor !== null) {
      await this._fetch(this._cursor, this._files ?? []);
    }
  }

  /** Where a browser finds a file. */
  url(path: string, download = false): string {
    return this.api.resultUrl(this.runId, path, download);
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

  private async _fetch(
    cursor: string | undefined,
    before: readonly IResultFile[]
  ): Promise<void> {
    try {
      const page = await this.api.results(this.runId, cursor);
      this._files = [...before, ...page.results];
      this._cursor = page.next_cursor;
      this._error = '';
    } catch (error) {
      this._error = this.told(error);
    }
    this._changed.emit();
  }

  private async _previewOf(file: IResultFile): Promise<Preview> {
    const { path } = file;
    try {
      switch (kindOf(file)) {
        case 'table':
          return {
            kind: 'table',
            table: await this.api.tablePreview(this.runId, path)
          };
        case 'text':
          return {
            kind: 'text',
            text: await this.api.textPreview(this.runId, path)
          };
        case 'image':
          return { kind: 'image', url: this.url(path) };
        case 'page':
          return { kind: 'page', url: this.url(path) };
        case 'none':
          return { kind: 'none' };
      }
    } catch (error) {
      return { kind: 'error', message: this.told(error) };
    }
  }

  private readonly _changed = new Signal<this, void>(this);
  private _files: readonly IResultFile[] | null = null;
  private _cursor: string | null = null;
  private _error = '';
  private _opened: string | null = null;
  private _preview: Preview = { kind: 'none' };
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

/** Make a tree of files that are sorted by path. A folder in a folder alone is one line. */
export function treeOf(files: readonly IResultFile[]): readonly IResultNode[] {
  return branch(files, '');
}

function branch(
  files: readonly IResultFile[],
  root: string
): readonly IResultNode[] {
  const folders = new Map<string, IResultFile[]>();
  const leaves: IResultNode[] = [];
  for (const file of files) {
    const rest = file.path.slice(root.length);
    const slash = rest.indexOf('/');
    if (slash === -1) {
      leaves.push({ name: rest, path: file.path, file, children: [] });
    } else {
      const name = rest.slice(0, slash);
      const members = folders.get(name);
      if (members) {
        members.push(file);
      } else {
        folders.set(name, [file]);
      }
    }
  }
  const nodes = [...folders].map(([name, members]): IResultNode => {
    const path = `${root}${name}/`;
    const children = branch(members, path);
    const [only] = children;
    return children.length === 1 && only.file === null
      ? { ...only, name: `${name}/${only.name}` }
      : { name: `${name}/`, path, file: null, children };
  });
  return [...nodes, ...leaves];
}
