// Cloudscape gives the bar that opens the navigation an aria-orientation, which ARIA does not allow on a nav: assistive
// technology may read it out. It is taken away wherever the bar comes up: on a narrow screen, or when it is folded.

import { useEffect } from 'react';

const ATTRIBUTE = 'aria-orientation';

/** As long as the frame is there. */
export function useAllowedAttributes(): void {
  useEffect(() => {
    const mend = () => {
      for (const bar of document.querySelectorAll(`nav[${ATTRIBUTE}]`)) bar.removeAttribute(ATTRIBUTE);
    };
    mend();
    const observer = new MutationObserver(mend);
    observer.observe(document.body, { childList: true, subtree: true });
    return () => observer.disconnect();
  }, []);
}
