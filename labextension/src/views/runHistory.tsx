import React from 'react';

import { isFiltering, NO_FILTER } from '../filter';
import type { RunHistoryModel } from '../model';
import type { OpenRun } from '../openRun';
import type { IRun } from '../types';
import { FRONT_END_VERSION, isSameRelease } from '../version';
import { Compare } from './compare';
import { LayoutContext, Trans } from './context';
import { Empty } from './empty';
import { FilterBar } from './filterBar';
import { Header } from './header';
import { Bar } from './notice';
import { Obstacle } from './obstacle';
import { RunDetails } from './runDetails';
import { RunTable } from './runTable';
import { SelectionBar } from './selectionBar';
import { useChanges } from './useChanges';

export interface IRunHistoryProps {
  model: RunHistoryModel;
  openRun: OpenRun;
  /** Whoever shows this: holds the list still while it is scrolled. */
  viewer: object;
}

/** The list, the details of one run, and what stands in the way of either. */
export function RunHistory(props: IRunHistoryProps): JSX.Element {
  const { model, openRun } = props;
  const layout = React.useContext(LayoutContext);
  const trans = React.useContext(Trans);
  useChanges(model);
  useChanges(openRun);
  const root = React.useRef<HTMLDivElement>(null);
  const { details, error } = openRun;
  const close = useClose(openRun, root);
  const [compared, setCompared] = React.useState<readonly IRun[] | null>(null);
  const { session } = model;
  React.useEffect(() => {
    const forget = (): void => setCompared(null);
    session.reset.connect(forget);
    return () => {
      session.reset.disconnect(forget);
    };
  }, [session]);
  const signedIn = session.state.kind !== 'signed-out';
  const isKnown = model.fetchedAt !== null && signedIn;

  return (
    <div
      ref={root}
      className={`jp-OmniRuns-root jp-mod-${layout}`}
      data-details={details !== null}
      onKeyDown={event => {
        if (event.key === 'Escape' && (details || compared)) {
          event.stopPropagation();
          if (compared) {
            setCompared(null);
          } else {
            close();
          }
        }
      }}
    >
      {isKnown && <Header model={model} />}
      <OtherVersion model={model} />
      <Obstacle model={model} />
      {error && (
        <Bar
          tone="error"
          text={error}
          action={{ label: trans.__('Close'), onClick: () => openRun.close() }}
        />
      )}
      {isKnown &&
        compared === null &&
        (model.runs.length > 0 || isFiltering(model.filter)) && (
          <FilterBar model={model} />
        )}
      {compared !== null && isKnown ? (
        <Compare
          model={model}
          runs={compared}
          onClose={() => setCompared(null)}
        />
      ) : (
        <>
          {isKnown && <SelectionBar model={model} onCompare={setCompared} />}
          {isKnown &&
            model.runs.length === 0 &&
            session.state.kind === 'ready' && <NoRuns model={model} />}
          {isKnown && (model.runs.length > 0 || details !== null) && (
            <div
              className="jp-OmniRuns-content"
              data-details={details !== null}
            >
              <List {...props} root={root} />
              {details && (
                <RunDetails
                  key={details.run.run_id}
                  details={details}
                  onClose={close}
                  onOpen={run => openRun.open(run)}
                />
              )}
            </div>
          )}
        </>
      )}
    </div>
  );
}

function List(
  props: IRunHistoryProps & { root: React.RefObject<HTMLElement> }
): JSX.Element {
  const { model, openRun, viewer, root } = props;
  const trans = React.useContext(Trans);
  const list = React.useRef<HTMLDivElement>(null);
  const wantsFocus = React.useRef(false);
  const open = React.useCallback(
    (run: IRun, byKey: boolean) => {
      wantsFocus.current = byKey;
      openRun.open(run);
    },
    [openRun]
  );
  // A list that has gone is at its top when it comes back.
  React.useEffect(() => () => model.setHeld(viewer, false), [model, viewer]);
  const openId = openRun.details?.run.run_id ?? null;
  // There the details cover the list, and with it the line that had the focus.
  const isCovered = React.useContext(LayoutContext) === 'narrow';
  React.useEffect(() => {
    if (openId !== null && (wantsFocus.current || isCovered)) {
      wantsFocus.current = false;
      root.current?.querySelector<HTMLElement>('.jp-OmniDetails')?.focus();
    }
  }, [openId, isCovered, root]);
  return (
    <div
      ref={list}
      className="jp-OmniRuns-list"
      onScroll={event =>
        model.setHeld(viewer, event.currentTarget.scrollTop > 0)
      }
    >
      {model.newer > 0 && (
        <button
          type="button"
          className="jp-OmniRuns-newer"
          onClick={() => {
            model.showNewer();
            list.current?.scrollTo({ top: 0 });
          }}
        >
          {trans._n('%1 new run', '%1 new runs', model.newer)}
        </button>
      )}
      <RunTable model={model} list={list} openId={openId} onOpen={open} />
      <LoadMore model={model} />
    </div>
  );
}

function LoadMore(props: { model: RunHistoryModel }): JSX.Element | null {
  const { model } = props;
  const trans = React.useContext(Trans);
  if (!model.hasMore) {
    return null;
  }
  return (
    <p className="jp-OmniRuns-more">
      <button
        type="button"
        className="jp-OmniLink"
        onClick={() => void model.loadMore()}
      >
        {model.loadingMore
          ? trans.__('Fetching older runs…')
          : trans.__('Load more')}
      </button>
      {model.loadMoreError && (
        <span className="jp-OmniNotice-error" role="alert">
          {model.loadMoreError}
        </span>
      )}
    </p>
  );
}

/** Nothing to list: because there is nothing, or because nothing fits. */
function NoRuns(props: { model: RunHistoryModel }): JSX.Element {
  const { model } = props;
  const trans = React.useContext(Trans);
  if (!isFiltering(model.filter)) {
    return <Empty />;
  }
  return (
    <div className="jp-OmniNotice" role="status">
      {model.filtering ? (
        <p>{trans.__('Looking for runs…')}</p>
      ) : (
        <>
          <h2>{trans.__('None of your runs is like that')}</h2>
          <button
            type="button"
            className="jp-OmniLink"
            onClick={() => void model.setFilter(NO_FILTER)}
          >
            {trans.__('Show all runs')}
          </button>
        </>
      )}
    </div>
  );
}

function OtherVersion(props: { model: RunHistoryModel }): JSX.Element | null {
  const { serverVersion } = props.model.session;
  const trans = React.useContext(Trans);
  if (
    serverVersion === null ||
    isSameRelease(serverVersion, FRONT_END_VERSION)
  ) {
    return null;
  }
  return (
    <Bar
      tone="warn"
      text={trans.__(
        'This page is OmniDomain %1 and the server is %2. Restart the server, then reload the page.',
        FRONT_END_VERSION,
        serverVersion
      )}
      action={{
        label: trans.__('Reload the page'),
        onClick: () => window.location.reload()
      }}
    />
  );
}

/** Return what closes the details, and gives the focus back to the run's line. */
function useClose(
  openRun: OpenRun,
  root: React.RefObject<HTMLElement>
): () => void {
  const closedId = React.useRef<string | null>(null);
  const { details } = openRun;
  React.useEffect(() => {
    if (details === null && closedId.current !== null) {
      // Only now is the list in sight again where the details covered it.
      const line = `[data-run-id="${CSS.escape(closedId.current)}"]`;
      root.current?.querySelector<HTMLElement>(line)?.focus();
      closedId.current = null;
    }
  }, [details, root]);
  return () => {
    closedId.current = openRun.details?.run.run_id ?? null;
    openRun.close();
  };
}
