// What the reader has written for one request: kept in this tab over a sign-in, and dropped once it was decided.

import { useCallback, useState } from 'react';

const key = (grantId: string) => `remit.draft.${grantId}`;

/** The reason, kept as it is typed. */
export function useDraft(grantId: string): readonly [string, (reason: string) => void] {
  const [reason, setReason] = useState(() => sessionStorage.getItem(key(grantId)) ?? '');
  const write = useCallback(
    (text: string) => {
      setReason(text);
      if (text === '') sessionStorage.removeItem(key(grantId));
      else sessionStorage.setItem(key(grantId), text);
    },
    [grantId],
  );
  return [reason, write];
}
