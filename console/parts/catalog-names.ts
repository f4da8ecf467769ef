// The names of the catalog for forms: asked for once a page, and done without where they cannot be had.

import { useMemo } from 'react';
import type { CatalogTold } from '../api/admin-answers.ts';
import { useAnswer } from '../api/use-answer.ts';
import { useSession } from '../app/session-context.ts';
import type { Suggestion } from './suggested.tsx';

/** What may be typed, by what it is. `groups` is undefined where nobody has told. */
export interface KnownNames {
  readonly tasks: readonly Suggestion[];
  readonly environments: readonly Suggestion[];
  readonly issuers: readonly Suggestion[];
  readonly groups: readonly string[] | undefined;
}

/** Nothing for people who are not shown the catalog, and while it loads or fails. */
export function useCatalogNames(): KnownNames {
  const { me } = useSession();
  const { value } = useAnswer<CatalogTold>(me.roles.includes('viewer') ? '/api/catalog' : undefined);
  return useMemo(
    () => ({
      tasks: (value?.tasks ?? []).map(({ id, title }) => ({ value: id, description: title })),
      environments: (value?.environments ?? []).map((each) => ({ value: each })),
      issuers: (value?.issuers ?? []).map(({ name, issuer }) => ({ value: issuer, description: name })),
      groups: value?.groups,
    }),
    [value],
  );
}
