import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

/** The runs that are marked, by their ids. */
export class Selection {
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get ids(): ReadonlySet<string> {
    return this._ids;
  }

  clear(): void {
    if (this._ids.size > 0) {
      this._set(new Set());
    }
    this._anchor = null;
  }

  /** Mark a run, or take its mark away. */
  toggle(runId: string): void {
    const ids = new Set(this._ids);
    if (!ids.delete(runId)) {
      ids.add(runId);
    }
    this._anchor = runId;
    this._set(ids);
  }

  /** Mark all from the run that was marked last to this one, in the order as shown. */
  extend(runId: string, shown: readonly string[]): void {
    const from = this._anchor === null ? -1 : shown.indexOf(this._anchor);
    const to = shown.indexOf(runId);
    if (from === -1 || to === -1) {
      this.toggle(runId);
      return;
    }
    const between = shown.slice(Math.min(from, to), Math.max(from, to) + 1);
    this._set(new Set([...this._ids, ...between]));
  }

  /** Mark all of these, or none if all were. */
  toggleAll(shown: readonly string[]): void {
    const ids = new Set(this._ids);
    const all = shown.every(runId => ids.has(runId));
    shown.forEach(runId => (all ? ids.delete(runId) : ids.add(runId)));
    this._set(ids);
  }

  private _set(ids: ReadonlySet<string>): void {
    this._ids = ids;
    this._changed.emit();
  }

  private readonly _changed = new Signal<this, void>(this);
  private _ids: ReadonlySet<string> = new Set();
  private _anchor: string | null = null;
}
