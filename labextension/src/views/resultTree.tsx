import React from 'react';

import type { RunDetailsModel } from '../details';
import type { Preview, ResultsModel } from '../results';
import type { IResultNode } from '../resultTree';
import { treeOf } from '../resultTree';
import type { SavingModel } from '../saving';
import { size } from '../size';
import { isActive } from '../types';
import { Trans } from './context';
import { SaveResults } from './saveResults';
import { Ago } from './times';
import { TryAgain } from './tryAgain';
import { useChanges } from './useChanges';

/** What a report may do: run its scripts, but not as this page. */
const SANDBOX = 'allow-scripts allow-popups allow-downloads allow-modals';

/** The output files of a run as a tree. A click shows a file in place; marked ones are copied. */
export function ResultTree(props: { details: RunDetailsModel }): JSX.Element {
  const { results, run, saving } = props.details;
  const { files } = results;
  const trans = React.useContext(Trans);
  useChanges(results);
  useChanges(saving);
  React.useEffect(() => {
    const following = results.follow();
    return () => following.dispose();
  }, [results]);
  const tree = React.useMemo(() => treeOf(files ?? []), [files]);
  const unstarted = run.started_at === null;
  return (
    <>
      {results.error && (
        <TryAgain
          error={results.error}
          onClick={() => void results.refresh()}
        />
      )}
      {files === null && !results.error && !unstarted && (
        <p role="status">{trans.__('Looking for files…')}</p>
      )}
      {(files?.length === 0 || (files === null && unstarted)) && (
        <p>
          {isActive(run.status)
            ? trans.__('No files yet. They appear here as the run writes them.')
            : trans.__('This run has left no files.')}
        </p>
      )}
      {tree.length > 0 && <SaveResults saving={saving} />}
      <Branch nodes={tree} results={results} saving={saving} />
      {results.note && <p className="jp-OmniFiles-hint">{results.note}</p>}
      {results.hasMore && (
        <button
          type="button"
          className="jp-OmniLink"
          onClick={() => void results.loadMore()}
        >
          {trans.__('Show more files')}
        </button>
      )}
    </>
  );
}

function Branch(props: {
  nodes: readonly IResultNode[];
  results: ResultsModel;
  saving: SavingModel;
}): JSX.Element {
  const { nodes, results, saving } = props;
  return (
    <ul className="jp-OmniFiles">
      {nodes.map(node =>
        node.file === null ? (
          <li key={node.path}>
            <details open>
              <summary>
                <Choice path={node.path} saving={saving} />
                {node.name}
              </summary>
              <Branch nodes={node.children} results={results} saving={saving} />
            </details>
          </li>
        ) : (
          <File key={node.path} node={node} results={results} saving={saving} />
        )
      )}
    </ul>
  );
}

/** Marks a file, or a folder with all that is in it, to be copied. */
function Choice(props: { path: string; saving: SavingModel }): JSX.Element {
  const { path, saving } = props;
  const trans = React.useContext(Trans);
  const isChosen = saving.has(path);
  return (
    <input
      type="checkbox"
      aria-label={trans.__('Mark %1', path)}
      checked={isChosen}
      disabled={isChosen && !saving.chosen.has(path)}
      onChange={event => saving.choose(path, event.target.checked)}
    />
  );
}

function File(props: {
  node: IResultNode;
  results: ResultsModel;
  saving: SavingModel;
}): JSX.Element | null {
  const { node, results, saving } = props;
  const { file } = node;
  const trans = React.useContext(Trans);
  if (file === null) {
    return null;
  }
  const isOpen = results.opened === file.path;
  return (
    <li>
      <div className="jp-OmniFiles-file">
        <Choice path={file.path} saving={saving} />
        <button
          type="button"
          className="jp-OmniLink"
          aria-expanded={isOpen}
          title={file.path}
          onClick={() => void results.open(file)}
        >
          {node.name}
        </button>
        <span>{size(file.size_bytes, trans)}</span>
        <span className="jp-OmniFiles-time">
          <Ago stamp={file.modified_at} />
        </span>
        <a
          href={results.url(file.path, true)}
          download=""
          aria-label={trans.__('Download %1', node.name)}
        >
          {trans.__('Download')}
        </a>
      </div>
      {isOpen && (
        <Shown
          name={node.name}
          preview={results.preview}
          url={results.url(file.path)}
          sheetUrl={results.sheetTableUrl(file.path)}
        />
      )}
    </li>
  );
}

function Shown(props: {
  name: string;
  preview: Preview;
  url: string;
  sheetUrl: string | null;
}): JSX.Element {
  const { name, preview, url, sheetUrl } = props;
  const trans = React.useContext(Trans);
  const inTab = (
    <a href={url} target="_blank" rel="noopener noreferrer">
      {trans.__('Open in a tab')}
    </a>
  );
  switch (preview.kind) {
    case 'loading':
      return <p role="status">{trans.__('Fetching its beginning…')}</p>;
    case 'error':
      return (
        <p className="jp-OmniNotice-error" role="alert">
          {preview.message}
        </p>
      );
    case 'none':
      return (
        <p>{trans.__('There is no preview of such a file; download it.')}</p>
      );
    case 'image':
      return <img className="jp-OmniPreview" src={preview.url} alt={name} />;
    case 'page':
      return (
        <>
          <p>{inTab}</p>
          {/* The server says the same; S3, to which it may lead, does not. Browsers show no PDF
              in a sandbox: their viewers keep it apart by themselves. */}
          <iframe
            className="jp-OmniPreview"
            src={preview.url}
            title={name}
            sandbox={/\.pdf$/i.test(name) ? undefined : SANDBOX}
          />
        </>
      );
    case 'text':
      return (
        <>
          <pre className="jp-OmniLog" tabIndex={0} aria-label={name}>
            {preview.text.text}
          </pre>
          {preview.text.truncated && <p>{trans.__('Only its beginning.')}</p>}
        </>
      );
    case 'table':
      return (
        <>
          <div className="jp-OmniPreview-table" tabIndex={0}>
            <table>
              <thead>
                <tr>
                  {preview.table.columns.map((column, at) => (
                    <th key={at} scope="col" data-type={column.type}>
                      {column.name} <small>{column.type}</small>
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {preview.table.rows.map((row, at) => (
                  <tr key={at}>
                    {row.map((cell, index) => (
                      <td
                        key={index}
                        data-type={preview.table.columns[index]?.type}
                      >
                        {cell}
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          {preview.table.truncated && <p>{trans.__('Only its first rows.')}</p>}
          {sheetUrl !== null && (
            <p>
              <a href={sheetUrl} download="">
                {trans.__('This table of the whole sheet, as CSV')}
              </a>
            </p>
          )}
        </>
      );
  }
}
