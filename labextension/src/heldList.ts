import type { IWindow } from './merge';
import type { IRun } from './types';

const NOTHING: IWindow = { runs: [], cursor: null };

/** The runs that are known, and those of them that are shown: while it is held, newer ones wait. */
export class HeldList {
  /** All that is known, newest first, and where it goes on. */
  get known(): IWindow {
    return this._known;
  }

  /** What is shown of it. The same array as long as nothing has changed. */
  get shown(): readonly IRun[] {
    return this._shown;
  }

  /** How many newer runs wait to be shown. */
  get newer(): number {
    return this._newer;
  }

  /** Take what is known now; with `whole` all of it is shown, as it is another list. */
  place(known: IWindow, whole = false): void {
    const before = new Set(this._shown.map(run => run.run_id));
    this._known = known;
    this._wait(
      whole || this._holders.size === 0
        ? 0
        : known.runs.findIndex(run => before.has(run.run_id))
    );
  }

  clear(): void {
    this.place(NOTHING, true);
  }

  /** Hold the list still for somebody, or no more; return whether waiting runs came out. */
  setHeld(holder: object, held: boolean): boolean {
    if (held) {
      this._holders.add(holder);
    } else {
      this._holders.delete(holder);
    }
    const comes = this._holders.size === 0 && this._newer > 0;
    if (comes) {
      this._wait(0);
    }
    return comes;
  }

  /** Show all that waits, whoever holds the list: it is still from there on. */
  release(): void {
    this._wait(0);
  }

  private _wait(newer: number): void {
    this._newer = Math.max(0, newer);
    this._shown =
      this._newer === 0
        ? this._known.runs
        : this._known.runs.slice(this._newer);
  }

  private readonly _holders = new Set<object>();
  private _known = NOTHING;
  private _shown: readonly IRun[] = NOTHING.runs;
  private _newer = 0;
}
