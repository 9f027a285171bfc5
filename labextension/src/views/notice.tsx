import { Button } from '@jupyterlab/ui-components';
import React from 'react';

import { useFocusRelay } from './focus';

interface IAction {
  label: string;
  onClick: () => void;
}

/** What stands in the way, in a sentence, and the way out. Takes the place of the list. */
export function Notice(props: {
  title: string;
  children?: React.ReactNode;
  action?: IAction;
}): JSX.Element {
  const box = React.useRef<HTMLDivElement>(null);
  useFocusRelay(box, 'button');
  return (
    <div ref={box} className="jp-OmniNotice" role="status">
      <h2>{props.title}</h2>
      {props.children}
      {props.action && (
        <Button
          className="jp-mod-styled jp-mod-accept"
          onClick={props.action.onClick}
        >
          {props.action.label}
        </Button>
      )}
    </div>
  );
}

/** The same in one line, above a list that is still there. */
export function Bar(props: {
  tone: 'warn' | 'error';
  title?: string;
  text: string;
  action?: IAction;
}): JSX.Element {
  const box = React.useRef<HTMLDivElement>(null);
  useFocusRelay(box);
  return (
    <div ref={box} className="jp-OmniBar" data-tone={props.tone} role="status">
      <span>
        {props.title && <b>{props.title}. </b>}
        {props.text}
      </span>
      {props.action && (
        <button
          type="button"
          className="jp-OmniLink"
          onClick={props.action.onClick}
        >
          {props.action.label}
        </button>
      )}
    </div>
  );
}
