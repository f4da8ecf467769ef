// What the reader has written about one thing: kept in this tab over a sign-in, and dropped once it was done.

import { useCallback, useState } from 'react';

const key = (about: string) => `remit.draft.${about}`;

/** The reason, kept as it is typed. @param about the request, or the act and its target */
export function useDraft(about: string): readonly [string, (reason: string) => void] {
  const [reason, setReason] = useState(() => sessionStorage.getItem(key(about)) ?? '');
  const write = useCallback(
    (text: string) => {
      setReason(text);
      if (text === '') sessionStorage.removeItem(key(about));
      else sessionStorage.setItem(key(about), text);
    },
    [about],
  );
  return [reason, write];
}
