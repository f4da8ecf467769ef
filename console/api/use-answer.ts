// One answer of the API for a page: loading, there, or failed; asked again on request and while the page is looked at.

import { useCallback, useEffect, useRef, useState } from 'react';
import { useApi } from '../app/session-context.ts';
import { ApiFailure } from './client.ts';

/** What a page knows of its answer. A failed repetition keeps the last good answer beside the failure. */
export interface Answer<Value> {
  readonly value: Value | undefined;
  readonly failure: ApiFailure | undefined;
  readonly isLoading: boolean;
  reload(): void;
}

/** Asks for `path`; again every `everyMs` while the page is visible, when given. */
export function useAnswer<Value>(path: string | undefined, everyMs?: number): Answer<Value> {
  const api = useApi();
  const [round, setRound] = useState(0);
  const [state, setState] = useState<{ path?: string | undefined; value?: Value; failure?: ApiFailure }>({});
  const reload = useCallback(() => setRound((last) => last + 1), []);
  const latest = useRef(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round asks again
  useEffect(() => {
    if (path === undefined) return;
    const aborter = new AbortController();
    latest.current += 1;
    const mine = latest.current;
    api.get<Value>(path, aborter.signal).then(
      (value) => {
        if (mine === latest.current) setState({ path, value });
      },
      (error: unknown) => {
        if (aborter.signal.aborted || mine !== latest.current) return;
        const failure = error instanceof ApiFailure ? error : new ApiFailure('unreachable', String(error));
        setState((last) => (last.path === path ? { ...last, failure } : { path, failure }));
      },
    );
    return () => aborter.abort();
  }, [api, path, round]);
  useRepetition(reload, everyMs);
  const isMine = state.path === path;
  return {
    value: isMine ? state.value : undefined,
    failure: isMine ? state.failure : undefined,
    isLoading: path !== undefined && !isMine,
    reload,
  };
}

function useRepetition(reload: () => void, everyMs: number | undefined): void {
  useEffect(() => {
    if (everyMs === undefined) return;
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') reload();
    }, everyMs);
    return () => clearInterval(timer);
  }, [reload, everyMs]);
}
