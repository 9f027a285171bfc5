import { ApiError, textOf } from './problem';
import type { RunHistoryModel } from './model';
import type { IRun } from './types';

/** How many requests at a time: the backend takes them one by one anyway. */
const AT_ONCE = 4;

/** What became of something that was asked for many runs. */
export interface IOutcome {
  readonly done: number;
  readonly refused: readonly { readonly run: IRun; readonly reason: string }[];
}

/** Ask the same for many runs, and go on when one of them is refused. */
export async function forEach(
  model: RunHistoryModel,
  runs: readonly IRun[],
  action: (run: IRun) => Promise<IRun>
): Promise<IOutcome> {
  const waiting = [...runs];
  const refused: { run: IRun; reason: string }[] = [];
  let done = 0;
  const worker = async (): Promise<void> => {
    for (let run = waiting.shift(); run; run = waiting.shift()) {
      try {
        model.hint((await action(run)).run_id);
        done++;
      } catch (error) {
        refused.push({ run, reason: textOf(error) });
        if (error instanceof ApiError && error.isSignedOut) {
          waiting.length = 0; // the others would be refused as well
          model.session.stumble(error);
        }
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return { done, refused };
}
