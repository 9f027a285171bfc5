import React from 'react';

import { Trans } from './context';
import { useFocusRelay } from './focus';

/** Asks for the next page of files. */
export function MoreFiles(props: {
  /** Where, for those who hear the button without seeing where it is; nothing for all files. */
  folder?: string;
  onClick: () => void;
}): JSX.Element {
  const { folder, onClick } = props;
  const trans = React.useContext(Trans);
  const button = React.useRef<HTMLButtonElement>(null);
  useFocusRelay(button);
  return (
    <button
      ref={button}
      type="button"
      className="jp-OmniLink"
      aria-label={folder && trans.__('Show more files of %1', folder)}
      onClick={onClick}
    >
      {trans.__('Show more files')}
    </button>
  );
}
