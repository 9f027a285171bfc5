import React from 'react';

/** The panel, or the dialog's part, holds the focus while nothing in it could. */
const PANEL = '.jp-OmniRuns, .jp-OmniSubmit';

/**
 * Lose no focus: what goes gives its focus to the panel, and what comes takes it over.
 *
 * @param part the element that comes and goes
 * @param target what of it takes the focus; nothing if it is left out
 * @param isThere whether the target is there already
 */
export function useFocusRelay(
  part: React.RefObject<HTMLElement>,
  target?: string,
  isThere = true
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
    const panel = part.current?.closest(PANEL);
    if (target && isThere && panel && document.activeElement === panel) {
      part.current
        ?.querySelector<HTMLElement>(target)
        ?.focus({ preventScroll: true });
    }
  }, [part, target, isThere]);
}
