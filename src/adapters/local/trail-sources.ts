// Which tables tell the audit trail of their changes: those that the functions know by these variables.

import { grantsTable, outboxTable, peopleTable, registryTable } from '../../config/tables.ts';
import type { KeptTrail } from './kept-trail.ts';
import type { TableChanges } from './plane/table-changes.ts';
import type { FunctionDeclaration } from './template/read-stack.ts';

const SOURCES: Readonly<Record<string, { readonly source: string; readonly key: string }>> = {
  GRANTS_TABLE: { source: 'grants', key: grantsTable.key },
  REGISTRY_TABLE: { source: 'registry', key: registryTable.key },
  PEOPLE_TABLE: { source: 'people', key: peopleTable.key },
  OUTBOX_TABLE: { source: 'outbox', key: outboxTable.key },
};
/** All that the trail reads of a row: nothing else of it gets there, not even by mistake. */
const ATTRIBUTES = ['event', 'eventNumber', 'isCounter'];

/** Brings every change of these tables into the trail. */
export function keepTrailOf(
  changes: TableChanges,
  functions: readonly FunctionDeclaration[],
  trail: KeptTrail,
): void {
  for (const { environment } of functions)
    for (const [variable, { source, key }] of Object.entries(SOURCES)) {
      const table = environment[variable];
      if (table === undefined) continue;
      changes.watch(table, { attributes: ATTRIBUTES, key, tell: (change) => trail.take(source, change) });
    }
}
