import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { DOMAIN } from '../commands';
import { IRunHistory } from '../tokens';
import type { IEnding } from '../watch';

/** So many samples are named. */
const NAMED = 3;
/** How long good news stays, in ms. */
const GOOD_NEWS = 8_000;

/** A notification when runs end. A setting turns it off. */
export const notifications: JupyterFrontEndPlugin<void> = {
  id: 'omnidomain-jupyter:notifications',
  description: 'Tells when your runs end.',
  autoStart: true,
  requires: [IRunHistory],
  optional: [ITranslator],
  activate: (
    _: JupyterFrontEnd,
    history: IRunHistory,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    history.watch.ended.connect((_, ending) => {
      const { runs, more } = told(ending, history.preferences.notifications);
      if (runs.length === 0) {
        return;
      }
      const failed = runs.filter(run => run.status !== 'COMPLETED').length;
      const only = runs.length + more === 1 ? runs[0].run_id : undefined;
      Notification.emit(
        textOf({ runs, more }, failed, trans),
        failed > 0 ? 'error' : 'success',
        {
          autoClose: failed > 0 ? false : GOOD_NEWS,
          actions: [
            {
              label: trans.__('Show'),
              callback: () => void history.open({ runId: only })
            }
          ]
        }
      );
    });
  }
};

/** What of it somebody wants to hear. Who has cancelled a run knows it already. */
function told(
  { runs, more }: IEnding,
  wanted: 'all' | 'failures' | 'none'
): IEnding {
  const news = runs.filter(run => run.status !== 'CANCELLED');
  switch (wanted) {
    case 'all':
      return { runs: news, more };
    case 'failures':
      return { runs: news.filter(run => run.status !== 'COMPLETED'), more: 0 };
    case 'none':
      return { runs: [], more: 0 };
  }
}

function textOf(
  { runs, more }: IEnding,
  failed: number,
  trans: TranslationBundle
): string {
  if (runs.length === 1 && more === 0) {
    const [{ sample_id, pipeline, status, status_reason }] = runs;
    return [`${sample_id} (${pipeline}): ${status}`, status_reason]
      .filter(Boolean)
      .join(', ');
  }
  const names = runs
    .slice(0, NAMED)
    .map(run => run.sample_id)
    .join(', ');
  const rest = runs.length + more - NAMED;
  const all =
    rest > 0
      ? trans._n('%2 and %1 more', '%2 and %1 more', rest, names)
      : names;
  return failed === 0
    ? trans.__('COMPLETED: %1', all)
    : trans._n(
        'Ended: %2. %1 did not complete.',
        'Ended: %2. %1 did not complete.',
        failed,
        all
      );
}
