import { nullTranslator } from '@jupyterlab/translation';

import type { RunHistoryModel } from '../model';
import { Catalogue } from '../submit/catalogue';
import type { ISubmitOptions } from '../submit/model';
import { SubmitModel } from '../submit/model';
import { Submitter } from '../submit/submitter';

/** A dialog's model of the sheet `project/samples.tsv`. */
export function aSubmitModel(
  history: RunHistoryModel,
  options: Partial<ISubmitOptions> = {}
): SubmitModel {
  const trans = nullTranslator.load('');
  return new SubmitModel({
    history,
    catalogue: new Catalogue(history.api),
    submitter: new Submitter(history.api, trans),
    trans,
    path: 'project/samples.tsv',
    text: null,
    ...options
  });
}
