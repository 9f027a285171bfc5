import React from 'react';

import type { ResultsModel } from '../results';
import type { IResultNode } from '../resultTree';
import type { SavingModel } from '../saving';
import { size } from '../size';
import { Trans } from './context';
import { ResultPreview } from './resultPreview';
import { Ago } from './times';

/** Files and folders, with what is in them. */
export function ResultBranch(props: {
  nodes: readonly IResultNode[];
  results: ResultsModel;
  saving: SavingModel;
}): JSX.Element {
  const { nodes, results, saving } = props;
  return (
    <ul className="jp-OmniFiles">
      {nodes.map(node =>
        node.file === null ? (
          <ResultFolder
            key={node.path}
            path={node.path}
            name={node.name}
            isOpen
            saving={saving}
          >
            <ResultBranch
              nodes={node.children}
              results={results}
              saving={saving}
            />
          </ResultFolder>
        ) : (
          <File key={node.path} node={node} results={results} saving={saving} />
        )
      )}
    </ul>
  );
}

/** A folder that can be opened and closed, and marked with all that is in it. */
export function ResultFolder(props: {
  path: string;
  name: string;
  isOpen: boolean;
  onToggle?: (isOpen: boolean) => void;
  saving: SavingModel;
  children?: React.ReactNode;
}): JSX.Element {
  const { path, name, isOpen, onToggle, saving, children } = props;
  return (
    <li className="jp-OmniFiles-folder">
      {/* Beside the summary: in it, it would be a control in a control, which few can reach. */}
      <Choice path={path} saving={saving} />
      <details
        open={isOpen}
        onToggle={event => onToggle?.(event.currentTarget.open)}
      >
        <summary>{name}</summary>
        {children}
      </details>
    </li>
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
        <ResultPreview
          name={node.name}
          preview={results.preview}
          url={results.url(file.path)}
          sheetUrl={results.sheetTableUrl(file.path)}
        />
      )}
    </li>
  );
}
