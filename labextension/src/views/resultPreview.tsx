import React from 'react';

import type { Preview } from '../results';
import { Trans } from './context';

/** What a report may do: run its scripts, but not as this page. */
const SANDBOX = 'allow-scripts allow-popups allow-downloads allow-modals';

/** A file in place, or its beginning. */
export function ResultPreview(props: {
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
