// Notices above the page, the newest first. What an act came to goes when the reader goes on to another page, so that it is there
// as long as anybody may want to read it; what failed stays until it is dismissed.

import { useCallback, useEffect, useState } from 'react';
import type { Notice } from './session-context.ts';

const NOTICES_SHOWN = 3;
/** Some acts lead to another page by themselves: their notice is read there. */
const BELONGS_TO_NEXT_PAGE_MS = 2_000;

interface Told {
  readonly notice: Notice;
  readonly at: number;
}

/** What is told, and the ways to tell and to take away. */
export function useNotices(hash: string) {
  const [told, setTold] = useState<readonly Told[]>([]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another address is another page
  useEffect(() => {
    const now = performance.now();
    setTold((all) =>
      all.every((each) => isKept(each, now)) ? all : all.filter((each) => isKept(each, now)),
    );
  }, [hash]);
  const tell = useCallback((notice: Notice) => {
    setTold((earlier) => [{ notice, at: performance.now() }, ...earlier].slice(0, NOTICES_SHOWN));
  }, []);
  const dismiss = (gone: Notice) => setTold((all) => all.filter(({ notice }) => notice !== gone));
  return { notices: told.map(({ notice }) => notice), tell, dismiss };
}

function isKept({ notice, at }: Told, now: number): boolean {
  return notice.type === 'error' || now - at < BELONGS_TO_NEXT_PAGE_MS;
}
