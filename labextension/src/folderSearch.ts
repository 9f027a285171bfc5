import type { IFileListingOptions } from './fileListing';
import type { IResultList } from './types';

/**
 * Looks through very many files for the first folders that a server had no time to find.
 *
 * Of the files nothing is kept but where they end: their folder is asked for them.
 */
export class FolderSearch {
  constructor(private readonly options: IFileListingOptions) {}

  /** The names that it has come across. */
  get found(): ReadonlySet<string> {
    return this._found;
  }

  /** Those that the last look has added. */
  get news(): readonly string[] {
    return this._news;
  }

  /** How many files were looked through. */
  get count(): number {
    return this._count;
  }

  /** The path of the last one. */
  get last(): string {
    return this._last;
  }

  /** Whether it has come to the end. */
  get isOver(): boolean {
    return this._cursor === null;
  }

  get isLooking(): boolean {
    return this._going !== 0;
  }

  /** Why it could not go on; empty if it can. */
  get error(): string {
    return this._error;
  }

  /** Begin behind the first page, unless it has begun. */
  begin(first: IResultList): void {
    this._first = first;
    if (this._cursor === undefined) {
      this._pass(first);
    }
  }

  /** Forget all: the next search begins at the start. */
  forget(): void {
    this._going = 0;
    this._first = null;
    this._found.clear();
    this._rewind();
  }

  /** If it has come to the end, let it look through all again: there may be more files now. */
  reopen(): void {
    if (this.isOver && this._first) {
      this._rewind();
      this._pass(this._first);
      this.options.changed();
    }
  }

  /** Look until a folder turns up that is not known, to the end, or until it is to stop. */
  async look(isKnown: (name: string) => boolean): Promise<void> {
    const { page, told, changed, isDisposed } = this.options;
    const mine = ++this._looks;
    const goesOn = (): boolean => this._going === mine && !isDisposed();
    this._going = mine;
    this._error = '';
    this._news = [];
    changed();
    try {
      while (this._cursor && goesOn() && this._news.length === 0) {
        const from: string = this._cursor;
        const next = await page(from);
        // Else it was passed by a look that was stopped meanwhile, or all was forgotten.
        if (this._cursor === from) {
          this._pass(next);
        }
        this._news = [...this._found].filter(name => !isKnown(name));
        if (!isDisposed()) {
          changed(); // how far it has come
        }
      }
    } catch (error) {
      if (goesOn()) {
        this._error = told(error);
      }
    }
    if (goesOn()) {
      this._going = 0;
      changed();
    }
  }

  /** End the look. What it has found is kept, and the next one goes on from there. */
  stop(): void {
    this._going = 0;
    this.options.changed();
  }

  private _pass({ results, next_cursor: cursor }: IResultList): void {
    results.forEach(({ phase }) => this._found.add(phase));
    this._count += results.length;
    this._last = results[results.length - 1]?.path ?? this._last;
    this._cursor = cursor;
  }

  private _rewind(): void {
    this._cursor = undefined;
    this._count = 0;
    this._last = '';
    this._error = '';
    this._news = [];
  }

  /** Undefined before it has begun, null at the end. */
  private _cursor: string | null | undefined;
  /** Which look is going on; 0 if none is. */
  private _going = 0;
  private _looks = 0;
  private _first: IResultList | null = null;
  private _count = 0;
  private _last = '';
  private _error = '';
  private _news: readonly string[] = [];
  private readonly _found = new Set<string>();
}
