import React from 'react';

import { Trans } from './context';
import { useFocusRelay } from './focus';

/** What went wrong, and a way to try it again. */
export function TryAgain(props: {
  error: string;
  onClick: () => void;
}): JSX.Element {
  const { error, onClick } = props;
  const trans = React.useContext(Trans);
  const box = React.useRef<HTMLParagraphElement>(null);
  useFocusRelay(box);
  return (
    <p ref={box} className="jp-OmniNotice-error" role="alert">
      {error}{' '}
      <button type="button" className="jp-OmniLink" onClick={onClick}>
        {trans.__('Try again')}
      </button>
    </p>
  );
}
