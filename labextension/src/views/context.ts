import { nullTranslator } from '@jupyterlab/translation';
import React from 'react';

/** The translations of this extension. */
export const Trans = React.createContext(
  nullTranslator.load('omnidomain_jupyter')
);

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
