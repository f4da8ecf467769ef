// The story of an agent, page after page as the reader asks for more.

import { useCallback, useEffect, useRef, useState } from 'react';
import type { StoryEntry } from '../../../src/core/audit/agent-story.ts';
import type { StoryTold } from '../../api/admin-answers.ts';
import { ApiFailure } from '../../api/client.ts';
import { useApi } from '../../app/session-context.ts';

/** Entries that each press of “Show more” adds. */
const PAGE = 10;

/** What is told so far; a page that failed keeps those before it. */
export interface AgentStoryPages {
  readonly entries: readonly StoryEntry[];
  readonly hasMore: boolean;
  readonly isLoading: boolean;
  readonly failure: ApiFailure | undefined;
  /** The next page; the same again after a failure. */
  more(): void;
}

interface Pages {
  readonly of: string;
  readonly entries: readonly StoryEntry[];
  readonly next?: string;
  readonly isLoading: boolean;
  readonly failure?: ApiFailure;
}

/** @param version begins anew when it changes: something was done to the agent */
export function useAgentStory(id: string, onlyAdministrative: boolean, version: unknown): AgentStoryPages {
  const api = useApi();
  const only = onlyAdministrative ? '&only=administrative' : '';
  const of = `/api/agents/${encodeURIComponent(id)}/story?limit=${PAGE}${only}`;
  const [pages, setPages] = useState<Pages>({ of, entries: [], isLoading: true });
  const latest = useRef(0);
  const read = useCallback(
    async (before: readonly StoryEntry[], next?: string, signal?: AbortSignal) => {
      latest.current += 1;
      const mine = latest.current;
      // what was asked before the filter changed is told to nobody
      const isStale = () => signal?.aborted === true || mine !== latest.current;
      const kept = next === undefined ? {} : { next };
      setPages({ of, entries: before, ...kept, isLoading: true });
      try {
        const path = next === undefined ? of : `${of}&${new URLSearchParams({ next })}`;
        const told = await api.get<StoryTold>(path, signal);
        if (isStale()) return;
        const entries = [...before, ...told.entries];
        setPages({ of, entries, ...(told.next !== undefined && { next: told.next }), isLoading: false });
      } catch (error) {
        if (isStale()) return;
        const failure = error instanceof ApiFailure ? error : new ApiFailure('unreachable', String(error));
        setPages({ of, entries: before, ...kept, isLoading: false, failure });
      }
    },
    [api, of],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new version asks again
  useEffect(() => {
    const aborter = new AbortController();
    void read([], undefined, aborter.signal);
    return () => aborter.abort();
  }, [read, version]);
  const isMine = pages.of === of;
  return {
    entries: isMine ? pages.entries : [],
    hasMore: isMine && pages.next !== undefined,
    isLoading: !isMine || pages.isLoading,
    failure: isMine ? pages.failure : undefined,
    more: () => void read(pages.entries, pages.next),
  };
}
