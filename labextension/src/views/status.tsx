import React from 'react';

import type { RunStatus } from '../types';

/** The shapes of the states, the same as in the notebook's panel. */
const SHAPES: Readonly<Record<RunStatus, JSX.Element>> = {
  CREATED: <circle className="jp-OmniShape-line" cx="8" cy="8" r="5.5" />,
  SUBMITTED: <circle className="jp-OmniShape-line" cx="8" cy="8" r="5.5" />,
  RUNNING: (
    <>
      <circle className="jp-OmniShape-line" cx="8" cy="8" r="5.5" />
      <path d="M8 2.5a5.5 5.5 0 0 1 0 11z" />
    </>
  ),
  COMPLETED: (
    <>
      <circle cx="8" cy="8" r="6.5" />
      <path className="jp-OmniShape-cut" d="M5 8.2l2.2 2.2L11.2 6" />
    </>
  ),
  FAILED: (
    <>
      <rect x="2" y="2" width="12" height="12" rx="1" />
      <path className="jp-OmniShape-cut" d="M5.2 5.2l5.6 5.6m0-5.6l-5.6 5.6" />
    </>
  ),
  CANCELLED: (
    <rect
      className="jp-OmniShape-line"
      x="2.75"
      y="2.75"
      width="10.5"
      height="10.5"
      rx="1"
    />
  ),
  UNKNOWN: (
    <>
      <circle className="jp-OmniShape-line" cx="8" cy="8" r="6.25" />
      <path
        className="jp-OmniShape-line"
        d="M6.1 6.4a1.9 1.9 0 1 1 2.7 1.7c-.5.2-.8.5-.8 1.1"
      />
      <circle cx="8" cy="11.4" r=".9" />
    </>
  )
};

/** A status: word, shape and colour. The word is the API's and is not translated. */
export function Status(props: {
  status: RunStatus;
  /** Why it is so, where it is that of a run now: one that waits has none until it is for long. */
  reason?: string | null;
}): JSX.Element {
  const { status, reason } = props;
  const waits = status === 'SUBMITTED' && !!reason;
  return (
    <span
      className="jp-OmniStatus"
      data-status={status}
      data-waits={waits || undefined}
    >
      <svg className="jp-OmniShape" viewBox="0 0 16 16" aria-hidden="true">
        {SHAPES[status] ?? SHAPES.UNKNOWN}
      </svg>
      {status}
    </span>
  );
}
