import { Token } from '@lumino/coreutils';

import type { RunHistoryModel } from './model';
import type { Preferences } from './preferences';
import type { RunWatch } from './watch';

/** The runs of this page, for the other parts of the extension, and for other extensions. */
export interface IRunHistory {
  readonly model: RunHistoryModel;
  readonly watch: RunWatch;
  readonly preferences: Preferences;
  /** Show the history; of one submission only, or with the details of one run, if given. */
  open(what?: { submissionId?: string; runId?: string }): Promise<void>;
}

export const IRunHistory = new Token<IRunHistory>(
  'omnidomain-jupyter:IRunHistory',
  'The history of one’s runs, and the way to show it.'
);
