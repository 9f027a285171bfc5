import React from 'react';

import type { FileListing } from '../fileListing';
import type { FoldersModel } from '../resultFolders';
import type { ResultsModel } from '../results';
import { treeOf } from '../resultTree';
import type { SavingModel } from '../saving';
import { Trans } from './context';
import { useFocusRelay } from './focus';
import { MoreFiles } from './moreFiles';
import { ResultBranch, ResultFolder } from './resultBranch';
import { TryAgain } from './tryAgain';

interface IProps {
  results: ResultsModel;
  saving: SavingModel;
}

/** The first folders of many files, closed until somebody looks into one; then files in none. */
export function ResultFolders(props: IProps): JSX.Element {
  const { results } = props;
  const { names, top } = results.folders;
  return (
    <>
      <ul className="jp-OmniFiles">
        {names?.map(name => (
          <Folder key={name} name={name} {...props} />
        ))}
      </ul>
      {top && <Listing listing={top} root="" {...props} />}
      {!results.folders.areAll && <MoreFolders folders={results.folders} />}
    </>
  );
}

function Folder(props: IProps & { name: string }): JSX.Element {
  const { name, results, saving } = props;
  const { folders } = results;
  const listing = folders.opened(name);
  const path = `${name}/`;
  return (
    <ResultFolder
      path={path}
      name={path}
      isOpen={listing !== null}
      onToggle={isOpen => {
        if (isOpen) {
          void folders.open(name);
        } else {
          folders.close(name);
        }
      }}
      saving={saving}
    >
      {listing && (
        <Listing
          listing={listing}
          root={path}
          results={results}
          saving={saving}
        />
      )}
    </ResultFolder>
  );
}

/** The files in one folder, as far as they are known, and the way to more of them. */
function Listing(
  props: IProps & { listing: FileListing; root: string }
): JSX.Element {
  const { listing, root, results, saving } = props;
  const { files } = listing;
  const trans = React.useContext(Trans);
  const tree = React.useMemo(() => treeOf(files ?? [], root), [files, root]);
  // What is wrong with all of them is said once, above.
  const error = listing.error === results.error ? '' : listing.error;
  return (
    <>
      {error && (
        <TryAgain error={error} onClick={() => void listing.refresh()} />
      )}
      {files === null && !listing.error && (
        <p role="status">{trans.__('Looking for files…')}</p>
      )}
      {files?.length === 0 && root && (
        <p>{trans.__('There are no files in this folder.')}</p>
      )}
      <ResultBranch nodes={tree} results={results} saving={saving} />
      {listing.note && <p className="jp-OmniFiles-hint">{listing.note}</p>}
      {listing.hasMore && (
        <MoreFiles folder={root} onClick={() => void listing.loadMore()} />
      )}
    </>
  );
}

/** Says that there may be folders that nobody has come across yet, and looks for them. */
function MoreFolders(props: { folders: FoldersModel }): JSX.Element {
  const { folders } = props;
  const { search } = folders;
  const trans = React.useContext(Trans);
  const news = search.news.filter(name => folders.names?.includes(name));
  return (
    <>
      <p className="jp-OmniFiles-hint">
        {/* How far it has come changes too often to be read out. */}
        <span role="status">
          {news.length > 0 && trans.__('Found %1.', news.join(', '))}{' '}
          {search.isLooking
            ? trans.__('Looking for more folders…')
            : search.isOver
              ? trans.__('These are all folders.')
              : trans.__('There may be more folders than these.')}
        </span>{' '}
        {trans._n(
          '%1 file was looked through, up to %2.',
          '%1 files were looked through, up to %2.',
          search.count,
          search.last
        )}
      </p>
      {search.error && (
        <p className="jp-OmniNotice-error" role="alert">
          {search.error}
        </p>
      )}
      {!search.isOver && <LookButton folders={folders} />}
    </>
  );
}

/** Begins a search for folders, ends it, and begins it again: one button, which keeps the focus. */
function LookButton(props: { folders: FoldersModel }): JSX.Element {
  const { folders } = props;
  const { search } = folders;
  const trans = React.useContext(Trans);
  const box = React.useRef<HTMLDivElement>(null);
  useFocusRelay(box);
  return (
    <div ref={box}>
      <button
        type="button"
        className="jp-OmniLink"
        onClick={() => (search.isLooking ? search.stop() : void folders.look())}
      >
        {search.isLooking
          ? trans.__('Stop looking')
          : search.error
            ? trans.__('Try again')
            : trans.__('Look for more folders')}
      </button>
    </div>
  );
}
