import React from 'react';

/** The panel holds the focus while nothing in it could. */
const PANEL = '.jp-OmniRuns';

/**
 * Lose no focus: what goes gives its focus to the panel, and what comes takes it over.
 *
 * @param part the element that comes and goes
 * @param target what of it takes the focus; nothing if it is left out
 */
export function useFocusRelay(
  part: React.RefObject<HTMLElement>,
  target?: string
): void {
  React.useLayoutEffect(() => {
    const node = part.current;
    return () => {
      if (node?.contains(document.activeElement)) {
        node.closest<HTMLElement>(PANEL)?.focus();
      }
    };
  }, [part]);
  React.useEffect(() => {
    if (target && document.activeElement?.matches(PANEL)) {
      part.current?.querySelector<HTMLElement>(target)?.focus();
    }
  }, [part, target]);
}
