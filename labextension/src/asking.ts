/**
 * Asks one question at a time.
 *
 * Answers that overtake each other would undo what is newer: a call while it is asking makes it
 * ask once more, afterwards.
 */
export class Asking {
  /** @param ask never rejects */
  constructor(private readonly ask: () => Promise<void>) {}

  /** Whether an answer is awaited. */
  get isBusy(): boolean {
    return this._asking !== null;
  }

  /** Ask; resolves once nothing more is to be asked. */
  now(): Promise<void> {
    if (this._asking !== null) {
      this._again = true;
      return this._asking;
    }
    this._asking = this._askUntilQuiet().finally(() => {
      this._asking = null;
    });
    return this._asking;
  }

  /** Ask nothing more. */
  stop(): void {
    this._isStopped = true;
  }

  private async _askUntilQuiet(): Promise<void> {
    do {
      this._again = false;
      await this.ask();
    } while (this._again && !this._isStopped);
  }

  private _asking: Promise<void> | null = null;
  private _again = false;
  private _isStopped = false;
}
