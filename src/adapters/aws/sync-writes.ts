// What the writes of a deployment to the registry share: consistent reads, the event that tells of it, and a condition
// that did not hold.

import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Clock } from '../../core/ports.ts';
import { conditionFailed, guarded } from './faults.ts';
import { writeEvent } from './grant-item.ts';

/** How often a deployment tries again when people change the same agent at that moment. */
export const SYNC_TRIES = 5;

/** Where the registry is. */
export interface RegistryPlace {
  readonly client: DynamoDBDocumentClient;
  readonly table: string;
}

/** The deployment that the audit trail is told of. */
export interface SyncOccasion {
  readonly clock: Clock;
  readonly requestId: string;
}

/** A deployment that writes there. */
export interface WriterOptions extends RegistryPlace {
  /** @default the clock of the machine, and an id of its own */
  readonly occasion?: SyncOccasion;
}

/** The row, read consistently. @throws Refusal `store_unavailable` */
export async function read(
  { client, table }: RegistryPlace,
  pk: string,
): Promise<Record<string, unknown> | undefined> {
  const command = new GetCommand({ TableName: table, Key: { pk }, ConsistentRead: true });
  return (await guarded('store_unavailable', () => client.send(command))).Item;
}

/** What a deployment did to an agent; who deployed is what the platform's own log knows. */
export function syncEvent(
  type: 'agent.catalogued' | 'agent.uncatalogued' | 'agent.reclaimed',
  facts: Readonly<Record<string, string>>,
  { clock, requestId }: SyncOccasion,
): Record<string, unknown> {
  return writeEvent({ type, at: clock(), requestId, facts: { ...facts, actor: 'catalog-sync' } });
}

/** @returns false when the write's condition did not hold. @throws Refusal `store_unavailable` */
export async function unlessTaken(call: () => Promise<unknown>): Promise<boolean> {
  try {
    await guarded('store_unavailable', call);
    return true;
  } catch (error) {
    if (conditionFailed(error)) return false;
    throw error;
  }
}
