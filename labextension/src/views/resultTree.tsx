import React from 'react';

import type { RunDetailsModel } from '../details';
import { treeOf } from '../resultTree';
import { isActive } from '../types';
import { Trans } from './context';
import { MoreFiles } from './moreFiles';
import { ResultBranch } from './resultBranch';
import { ResultFolders } from './resultFolders';
import { SaveResults } from './saveResults';
import { TryAgain } from './tryAgain';
import { useChanges } from './useChanges';

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
      {results.folders.names !== null ? (
        <ResultFolders results={results} saving={saving} />
      ) : (
        <>
          <ResultBranch nodes={tree} results={results} saving={saving} />
          {results.note && <p className="jp-OmniFiles-hint">{results.note}</p>}
          {results.hasMore && (
            <MoreFiles onClick={() => void results.loadMore()} />
          )}
        </>
      )}
    </>
  );
}
