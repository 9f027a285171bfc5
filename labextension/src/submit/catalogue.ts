import type { IApi } from '../api';
import type { IPipeline } from '../types';

/** The pipelines with their columns. */
export class Catalogue {
  constructor(private readonly api: IApi) {}

  /** Those that are known. Rejects with an `ApiError`; the next call tries again. */
  pipelines(): Promise<readonly IPipeline[]> {
    return this._pipelines ?? this.refresh();
  }

  /** Fetch them anew: one may have been added since. */
  refresh(): Promise<readonly IPipeline[]> {
    const fetched = this._fetch().catch((error: unknown) => {
      if (this._pipelines === fetched) {
        this._pipelines = null;
      }
      throw error;
    });
    this._pipelines = fetched;
    return fetched;
  }

  private async _fetch(): Promise<readonly IPipeline[]> {
    const list = await this.api.pipelines();
    return Promise.all(list.map(each => this.api.pipeline(each.name)));
  }

  private _pipelines: Promise<readonly IPipeline[]> | null = null;
}

/**
 * Guess for which pipeline a sheet with these columns is; null if none has a column of it.
 *
 * A known column counts for a pipeline, and a required one that is missing counts against it.
 */
export function guessPipeline(
  columns: readonly string[],
  pipelines: readonly IPipeline[]
): IPipeline | null {
  const there = new Set(columns.map(spelt));
  let best: { pipeline: IPipeline; score: number } | null = null;
  for (const pipeline of pipelines) {
    const known = pipeline.columns.filter(each => there.has(spelt(each.name)));
    const missing = pipeline.columns.filter(
      each => each.required && !there.has(spelt(each.name))
    );
    // Every sheet names its samples: that alone says nothing.
    const telling = known.filter(each => each.name !== pipeline.sample_column);
    const score = known.length - 2 * missing.length;
    if (telling.length > 0 && (best === null || score > best.score)) {
      best = { pipeline, score };
    }
  }
  return best?.pipeline ?? null;
}

function spelt(column: string): string {
  return column.trim().toLowerCase();
}
