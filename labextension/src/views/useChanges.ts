import type { ISignal } from '@lumino/signaling';
import React from 'react';

/** Draw again whenever a model says that it has changed. */
export function useChanges<T extends { readonly changed: ISignal<T, void> }>(
  model: T
): void {
  const [, setTick] = React.useState(0);
  React.useEffect(() => {
    const onChange = (): void => setTick(tick => tick + 1);
    model.changed.connect(onChange);
    onChange(); // for what changed between drawing and connecting
    return () => {
      model.changed.disconnect(onChange);
    };
  }, [model]);
}
