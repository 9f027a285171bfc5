import type { TranslationBundle } from '@jupyterlab/translation';

import type { IRun, IRunDetail } from './types';

/** The cell that opens the panel with which sheets are submitted. */
export const STARTER_CELL =
  'from omnidomain_jupyter import RunPanel\nRunPanel()';

/** The cell that stops where the pipeline is another one than it was. */
const SAME_REVISION = `\
from omnidomain_jupyter.client import OmniDomainError

revision = client.pipeline(PIPELINE).revision
if revision != REVISION:
    raise OmniDomainError(
        f"{PIPELINE} has changed since: its revision was {REVISION or 'none'} and is "
        f"{revision or 'none'}. REVISION = {revision!r} above runs it all the same."
    )`;

/** The cell that gives a run in Python. */
export function runInPython(run: IRun): string {
  return [
    'from omnidomain_jupyter import connect',
    '',
    'client = connect()',
    `run = client.run("${run.run_id}")  # ${oneLine(run.sample_id)}, ${run.pipeline}`,
    'run'
  ].join('\n');
}

/**
 * The notebook, as nbformat 4 has it, that runs a row once more.
 *
 * @param folder where the row's relative paths start, below the server's root; null elsewhere
 */
export function rerunNotebook(
  run: IRunDetail,
  folder: string | null,
  trans: TranslationBundle
): object {
  const names = Object.keys(run.tsv_row);
  const sheet = [names, Object.values(run.tsv_row)]
    .map(cells => `${cells.map(quoted).join('\t')}\n`)
    .join('');
  const pipeline = run.pipeline_revision
    ? trans.__('**%1**, revision `%2`', run.pipeline, run.pipeline_revision)
    : `**${run.pipeline}**`;
  const cells = [
    markdown(
      `# ${trans.__('%1, once more', oneLine(run.sample_id))}\n\n` +
        trans.__(
          'Run `%1` of %2, submitted on %3. Run all cells: the same row is submitted again, under your own account. The files that it names must be there.',
          run.run_id,
          pipeline,
          run.created_at.slice(0, 10)
        )
    ),
    code(
      'from omnidomain_jupyter import connect\n\n' +
        'client = connect()\n' +
        comment(
          trans.__(
            'On a Hub you are signed in already; elsewhere put your own email in and take the # away:'
          )
        ) +
        '# client.sign_in("you@example.org")'
    ),
    code(
      `PIPELINE = ${python(run.pipeline)}\n` +
        `REVISION = ${pythonOrNone(run.pipeline_revision)}\n` +
        `SHEET = ${python(sheet)}\n` +
        `FOLDER = ${pythonOrNone(folder)}`
    ),
    code(SAME_REVISION),
    code(
      'submission = client.submit(SHEET, PIPELINE, folder=FOLDER).wait()\nsubmission'
    ),
    code('submission.runs()')
  ];
  return {
    cells: cells.map((cell, at) => ({ id: `cell-${at}`, ...cell })),
    metadata: {
      kernelspec: {
        display_name: 'Python 3 (ipykernel)',
        language: 'python',
        name: 'python3'
      },
      language_info: { name: 'python' }
    },
    nbformat: 4,
    nbformat_minor: 5
  };
}

function markdown(source: string): object {
  return { cell_type: 'markdown', metadata: {}, source };
}

function code(source: string): object {
  return {
    cell_type: 'code',
    metadata: {},
    execution_count: null,
    outputs: [],
    source
  };
}

/** A comment of one line, whatever a translation has made of it. */
function comment(text: string): string {
  return `# ${oneLine(text)}\n`;
}

/** A cell of a tab-separated sheet. */
function quoted(cell: string): string {
  return /[\t\n\r"]/.test(cell) ? `"${cell.replace(/"/g, '""')}"` : cell;
}

/** A text as Python writes it: JSON's strings are Python's. */
function python(text: string): string {
  return JSON.stringify(text);
}

function pythonOrNone(text: string | null): string {
  return text === null ? 'None' : python(text);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ');
}
