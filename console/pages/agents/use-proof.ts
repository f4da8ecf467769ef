// Asks for the proof of a retired agent again and again, until it is signed.

import { useCallback, useEffect, useState } from 'react';
import type { OffboardingTold } from '../../api/admin-answers.ts';
import { ApiFailure } from '../../api/client.ts';
import type { Answer } from '../../api/use-answer.ts';
import { useApi } from '../../app/session-context.ts';

const ASK_EVERY_MS = 5000;

/** The proof as far as it is. A failed repetition keeps the last good answer beside the failure. */
export function useProof(agent: string): Answer<OffboardingTold> {
  const api = useApi();
  const [round, setRound] = useState(0);
  const [value, setValue] = useState<OffboardingTold>();
  const [failure, setFailure] = useState<ApiFailure>();
  const reload = useCallback(() => setRound((last) => last + 1), []);
  const isSigned = value?.state === 'dead';
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round asks again
  useEffect(() => {
    const isCurrent = { now: true };
    api.post<OffboardingTold>(`/api/agents/${encodeURIComponent(agent)}/proof`, {}).then(
      (answer) => {
        if (!isCurrent.now) return;
        setValue(answer);
        setFailure(undefined);
      },
      (error: unknown) => {
        if (isCurrent.now)
          setFailure(error instanceof ApiFailure ? error : new ApiFailure('unreachable', String(error)));
      },
    );
    return () => {
      isCurrent.now = false;
    };
  }, [api, agent, round]);
  useEffect(() => {
    if (isSigned) return;
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') reload();
    }, ASK_EVERY_MS);
    return () => clearInterval(timer);
  }, [isSigned, reload]);
  return { value, failure, isLoading: value === undefined && failure === undefined, reload };
}
