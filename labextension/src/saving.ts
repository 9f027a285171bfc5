import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { IApi } from './api';
import type { ISavedFiles } from './types';

/** The results that are chosen to be copied to the user's own files, and how that went. */
export class SavingModel {
  /** @param _folder below the server's root: what is proposed */
  constructor(
    private readonly api: IApi,
    private readonly runId: string,
    private _folder: string,
    private readonly told: (error: unknown) => string
  ) {}

  /** Emitted after any change of what is below. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** The paths of files, and of folders with all that is in them. */
  get chosen(): ReadonlySet<string> {
    return this._chosen;
  }

  get isSaving(): boolean {
    return this._isSaving;
  }

  /** What was saved last; null if nothing was. */
  get saved(): ISavedFiles | null {
    return this._saved;
  }

  /** Why it was not; empty if nothing is wrong. */
  get error(): string {
    return this._error;
  }

  /** Whether a path is chosen, by itself or with a folder that it is in. */
  has(path: string): boolean {
    return [...this._chosen].some(
      each => each === path || (each.endsWith('/') && path.startsWith(each))
    );
  }

  /** Choose a file or folder, or choose it no more. A folder stands for all that is in it. */
  choose(path: string, isChosen: boolean): void {
    const isFolder = path.endsWith('/');
    const kept = [...this._chosen].filter(
      each => each !== path && !(isFolder && each.startsWith(path))
    );
    this._chosen = new Set(isChosen ? [...kept, path] : kept);
    this._forget();
  }

  /** Where to, below the server's root. */
  get folder(): string {
    return this._folder;
  }

  setFolder(folder: string): void {
    this._folder = folder;
    this._forget();
  }

  clear(): void {
    this._chosen = new Set();
    this._forget();
  }

  /** Whether files that are there already are replaced. */
  get overwrite(): boolean {
    return this._overwrite;
  }

  setOverwrite(overwrite: boolean): void {
    this._overwrite = overwrite;
    this._forget();
  }

  /** Copy what is chosen. */
  async save(): Promise<void> {
    if (this._isSaving || this._chosen.size === 0) {
      return;
    }
    this._isSaving = true;
    this._forget();
    try {
      this._saved = await this.api.save(this.runId, {
        paths: [...this._chosen],
        folder: this._folder,
        overwrite: this._overwrite
      });
      this._chosen = new Set();
    } catch (error) {
      this._error = this.told(error);
    } finally {
      this._isSaving = false;
      this._changed.emit();
    }
  }

  private _forget(): void {
    this._saved = null;
    this._error = '';
    this._changed.emit();
  }

  private readonly _changed = new Signal<this, void>(this);
  private _chosen: ReadonlySet<string> = new Set();
  private _isSaving = false;
  private _saved: ISavedFiles | null = null;
  private _error = '';
  private _overwrite = false;
}
