import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import type { RunHistoryModel } from '../model';
import type { State } from '../session';
import { Trans } from './context';
import { Bar, Notice } from './notice';
import { SignIn } from './signIn';

/** What stands in the way of anything but the list, in a sentence; empty if nothing does. */
export function obstacleText(state: State, trans: TranslationBundle): string {
  switch (state.kind) {
    case 'ready':
    case 'loading':
    case 'signed-out':
      return '';
    case 'extension-missing':
      return trans.__('OmniDomain is not running on this server');
    case 'database-away':
      return trans.__('OmniDomain cannot get at your runs');
    case 'unreachable':
      return trans.__('The Jupyter server cannot be reached');
    case 'failed':
      return state.detail;
  }
}

/** What keeps the list from being there or up to date: a sentence, and the way out. */
export function Obstacle(props: {
  model: RunHistoryModel;
}): JSX.Element | null {
  const { model } = props;
  const { state } = model.session;
  const trans = React.useContext(Trans);
  const again = {
    label: trans.__('Try again'),
    onClick: () => void model.refresh()
  };
  switch (state.kind) {
    case 'ready':
      return null;
    case 'loading':
      return (
        <div className="jp-OmniNotice" role="status">
          <p>{trans.__('Fetching your runs…')}</p>
        </div>
      );
    case 'signed-out':
      return <SignIn session={model.session} expired={state.expired} />;
  }
  const isShown = model.fetchedAt !== null;
  const detail = 'detail' in state ? state.detail : '';
  const [title, text] = {
    'extension-missing': [
      obstacleText(state, trans),
      trans.__(
        'Enable it in a terminal with “jupyter server extension enable omnidomain_jupyter”, then restart the server.'
      )
    ],
    'database-away': [
      obstacleText(state, trans),
      `${detail} ${trans.__('Your runs go on; they can be seen when it is back.')}`
    ],
    unreachable: [
      obstacleText(state, trans),
      trans.__(
        '%1 Your runs go on. The list comes back with the server.',
        'detail' in state ? state.detail : ''
      )
    ],
    failed: [
      isShown
        ? trans.__('The list cannot be brought up to date')
        : trans.__('Your runs cannot be shown'),
      `${detail} ${trans.__('If it stays so, show this to whoever runs the server.')}`
    ]
  }[state.kind];
  if (!isShown) {
    return (
      <Notice title={title} action={again}>
        <p>{text}</p>
      </Notice>
    );
  }
  return (
    <Bar
      tone="error"
      title={title}
      text={`${text} ${trans.__(
        'This is how it was at %1.',
        model.fetchedAt?.toLocaleTimeString()
      )}`}
      action={again}
    />
  );
}
