import { textOf } from './problem';
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
  const worker = async (): Promise<void> => {
    for (let run = waiting.shift(); run; run = waiting.shift()) {
      try {
        model.hint((await action(run)).run_id);
      } catch (error) {
        const reason = textOf(error);
        refused.push({ run, reason });
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return { done: runs.length - refused.length, refused };
}
