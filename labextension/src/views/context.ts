import { nullTranslator } from '@jupyterlab/translation';
import React from 'react';

import { DOMAIN } from '../commands';
import { Preferences } from '../preferences';
import type { IRun, IRunDetail } from '../types';

/** The translations of this extension. */
export const Trans = React.createContext(nullTranslator.load(DOMAIN));

/** The present moment, in ms, as often as somebody needs it. */
export const Now = React.createContext(Date.now());

/** Return the present moment, again and again. */
export function useClock(interval: number): number {
  const [now, setNow] = React.useState(Date.now);
  React.useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now()), interval);
    return () => window.clearInterval(timer);
  }, [interval]);
  return now;
}

/** What the surrounding application can do; null where it cannot. */
export interface IAppActions {
  /** Opens a notebook with the starter cell. */
  readonly startNotebook: (() => Promise<void>) | null;
  /** Opens a notebook that runs a row once more. */
  readonly rerunNotebook: ((run: IRunDetail) => Promise<void>) | null;
  /** Shows a run's output folder in the file browser, if that can show it. */
  readonly openFolder: (run: IRun) => (() => Promise<void>) | null;
  /** Shows a folder below the server's root in the file browser. */
  readonly showFolder: ((path: string) => Promise<void>) | null;
}

export const AppActions = React.createContext<IAppActions>({
  startNotebook: null,
  rerunNotebook: null,
  openFolder: () => null,
  showFolder: null
});

/** What the user has set. */
export const Settings = React.createContext(new Preferences());

/** How much room there is: two lines for a run, one, or one with its details beside the list. */
export type Layout = 'narrow' | 'medium' | 'wide';

export const LayoutContext = React.createContext<Layout>('medium');
