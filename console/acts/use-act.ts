// Runs one act once: a second press while it runs does nothing, and what went wrong stays until the next try.

import { useRef, useState } from 'react';
import type { Done } from '../api/admin-answers.ts';
import { ApiFailure } from '../api/client.ts';
import { useSession } from '../app/session-context.ts';
import { serverNow } from '../parts/clock.ts';
import { type Ordering, order } from '../passkey/act.ts';
import { PasskeyFailure } from '../passkey/ceremony.ts';

/** Why an act came to nothing. */
export type ActProblem = ApiFailure | PasskeyFailure;

/** The act's state, and the way to begin it. */
export interface RunningAct {
  readonly isRunning: boolean;
  readonly problem: ActProblem | undefined;
  run(ordering: Ordering): void;
}

/** @param onDone gets what the API answered */
export function useAct(onDone: (answer: Done) => void): RunningAct {
  const { api, me, endsAt } = useSession();
  const [isRunning, setRunning] = useState(false);
  const [problem, setProblem] = useState<ActProblem>();
  // state is seen a moment late; two presses in one moment are one act
  const busy = useRef(false);
  const run = async (ordering: Ordering) => {
    if (busy.current) return;
    if (endsAt <= serverNow()) return setProblem(new ApiFailure('sign_in_rejected', 'Your sign-in is over.'));
    busy.current = true;
    setProblem(undefined);
    setRunning(true);
    try {
      onDone(await order(api, me.person, ordering));
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      busy.current = false;
      setRunning(false);
    }
  };
  return { isRunning, problem, run };
}

function asProblem(error: unknown): ActProblem {
  if (error instanceof ApiFailure || error instanceof PasskeyFailure) return error;
  return new PasskeyFailure(error instanceof Error ? error.message : String(error));
}
