// What of the catalog people may name when they register, change or stop something: names and titles, nothing else.

import type { Catalog } from '../model.ts';

/** The names. */
export interface CatalogNames {
  readonly tasks: readonly { readonly id: string; readonly title: string; readonly environment: string }[];
  /** Those that have a task: an agent of another one is refused. */
  readonly environments: readonly string[];
  readonly issuers: readonly { readonly name: string; readonly issuer: string }[];
  /** Groups that an agent registered at run time may have. */
  readonly groups: readonly string[];
}

/** Taken from the catalog that is in force. */
export function catalogNames({ tasks, issuers, runtimeAssignableGroups }: Catalog): CatalogNames {
  return {
    tasks: tasks.map(({ id, title, environment }) => ({ id, title, environment })),
    environments: [...new Set(tasks.map(({ environment }) => environment))].sort(),
    issuers: issuers.map(({ name, issuer }) => ({ name, issuer })),
    groups: [...runtimeAssignableGroups].sort(),
  };
}
