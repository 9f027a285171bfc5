import React from 'react';

import { RunDetailsModel } from '../details';
import type { RunHistoryModel } from '../model';
import type { IRun } from '../types';
import { FRONT_END_VERSION, isSameRelease } from '../version';
import { Trans } from './context';
import { Empty } from './empty';
import { Header } from './header';
import { Bar } from './notice';
import { Obstacle } from './obstacle';
import { RunDetails } from './runDetails';
import { RunTable } from './runTable';
import { useChanges } from './useChanges';

export interface IRunHistoryProps {
  model: RunHistoryModel;
  /** Opens a notebook with the starter cell; null where there are no notebooks. */
  startNotebook: (() => Promise<void>) | null;
}

/** The list, the details of one run, and what stands in the way of either. */
export function RunHistory(props: IRunHistoryProps): JSX.Element {
  const { model, startNotebook } = props;
  const trans = React.useContext(Trans);
  useChanges(model);
  const root = React.useRef<HTMLDivElement>(null);
  const list = React.useRef<HTMLDivElement>(null);
  const { details, open, close } = useDetails(model, root);
  const { state, runs, serverVersion } = model;
  const isKnown = model.fetchedAt !== null;

  return (
    <div
      ref={root}
      className="jp-OmniRuns-root"
      onKeyDown={event => {
        if (event.key === 'Escape' && details) {
          event.stopPropagation();
          close();
        }
      }}
    >
      {isKnown && <Header model={model} />}
      {serverVersion !== null &&
        !isSameRelease(serverVersion, FRONT_END_VERSION) && (
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
        )}
      <Obstacle model={model} />
      {isKnown && runs.length === 0 && state.kind === 'ready' && (
        <Empty startNotebook={startNotebook} />
      )}
      {runs.length > 0 && (
        <div className="jp-OmniRuns-content" data-details={details !== null}>
          <div
            ref={list}
            className="jp-OmniRuns-list"
            onScroll={event => model.setHeld(event.currentTarget.scrollTop > 0)}
          >
            {model.newer > 0 && (
              <button
                type="button"
                className="jp-OmniRuns-newer"
                onClick={() => {
                  model.setHeld(false);
                  list.current?.scrollTo({ top: 0 });
                }}
              >
                {trans._n('%1 new run', '%1 new runs', model.newer)}
              </button>
            )}
            <RunTable
              runs={runs}
              openId={details?.run.run_id ?? null}
              onOpen={open}
            />
            <LoadMore model={model} />
          </div>
          {details && <RunDetails details={details} onClose={close} />}
        </div>
      )}
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

/** The run whose details are open. Closing gives the focus back to its row. */
function useDetails(
  model: RunHistoryModel,
  root: React.RefObject<HTMLElement>
): {
  details: RunDetailsModel | null;
  open: (run: IRun, byKey: boolean) => void;
  close: () => void;
} {
  const [details, setDetails] = React.useState<RunDetailsModel | null>(null);
  const wantsFocus = React.useRef(false);
  const signedOut = model.state.kind === 'signed-out';

  React.useEffect(() => {
    if (signedOut) {
      setDetails(null);
    }
  }, [signedOut]);

  React.useEffect(() => {
    if (!details) {
      return;
    }
    void details.start();
    if (wantsFocus.current) {
      root.current?.querySelector<HTMLElement>('.jp-OmniDetails')?.focus();
    }
    return () => details.dispose();
  }, [details, root]);

  const open = React.useCallback(
    (run: IRun, byKey: boolean) => {
      wantsFocus.current = byKey;
      setDetails(new RunDetailsModel(model, run));
    },
    [model]
  );
  const closedId = React.useRef<string | null>(null);
  const close = (): void => {
    closedId.current = details?.run.run_id ?? null;
    setDetails(null);
  };
  React.useEffect(() => {
    if (details === null && closedId.current !== null) {
      // Only now is the list in sight again where the details covered it.
      root.current
        ?.querySelector<HTMLElement>(
          `[data-run-id="${CSS.escape(closedId.current)}"]`
        )
        ?.focus();
      closedId.current = null;
    }
  }, [details, root]);
  return { details, open, close };
}
