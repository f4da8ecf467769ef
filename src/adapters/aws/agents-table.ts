// The registry as people change it, on DynamoDB. Every change is one conditional write of the agent's row with its
// audit event; lists come from indexes, never from a Scan.

import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { registryTable } from '../../config/tables.ts';
import type { AgentBook, AgentListing, AgentPage, AgentSummary } from '../../core/lifecycle/ports.ts';
import type { AgentStatus, Person, RegisteredAgent } from '../../core/model.ts';
import type { AuditEvent } from '../../core/ports.ts';
import { Refusal } from '../../core/refusal.ts';
import { conditionFailed, guarded } from './faults.ts';
import { writeEvent } from './grant-item.ts';
import {
  AGENT_SHARDS,
  agentKey,
  agentShelf,
  ownerKey,
  readAgent,
  registeredAttributes,
  workloadKey,
} from './registry-item.ts';

/** A name is used once, for good. */
const IS_NEW = 'attribute_not_exists(pk)';
/** The agent is as the caller read it: of two changes one goes on. */
const IS_AS_SEEN = 'version = :seen';
/** A row that no change has numbered yet. */
const IS_UNNUMBERED = 'attribute_exists(pk) AND attribute_not_exists(version)';
/** One identity belongs to one agent. */
const IS_FREE = 'attribute_not_exists(pk)';
/** Only the agent that has an identity gives it up. */
const IS_OURS = '#agent = :agent';

export interface RegistryOptions {
  readonly client: DynamoDBDocumentClient;
  readonly table: string;
}

type Item = Record<string, unknown>;

const summarySchema = z.object({
  id: z.string(),
  owner: z.object({ issuer: z.string(), subject: z.string(), name: z.string().exactOptional() }),
  purpose: z.string(),
  environment: z.string(),
  reviewBy: z.string(),
  status: z.enum(['proposed', 'active', 'suspended', 'retired']),
  origin: z.literal('runtime').exactOptional(),
});

/** @throws Refusal `store_unavailable` or `misconfigured` from every call. */
export function createAgentBook(options: RegistryOptions): AgentBook {
  const { client, table: TableName } = options;
  const send = <Result>(call: () => Promise<Result>) => unlessRaced(() => guarded('store_unavailable', call));
  return {
    async find(id) {
      const item = await read(options, agentKey(id));
      return item && { agent: readAgent(item), version: numberOrNone(item['version']) };
    },
    async create(agent, event) {
      const Item = {
        pk: agentKey(agent.id),
        ...registeredAttributes(agent),
        version: 1,
        event: writeEvent(event),
        eventNumber: 1,
      };
      const command = new PutCommand({ TableName, Item, ConditionExpression: IS_NEW });
      return send(() => client.send(command));
    },
    change: ({ version }, next, event) =>
      send(() => client.send(changing(TableName, { next, event, seen: version }))),
    async claim(agent, { issuer, subject, claims }) {
      const Item = { pk: workloadKey(issuer, subject), agent, claims: claims ?? {} };
      const command = new PutCommand({ TableName, Item, ConditionExpression: IS_FREE });
      if (await send(() => client.send(command))) return 'new';
      const row = await read(options, workloadKey(issuer, subject));
      return row?.['agent'] === agent ? 'ours' : 'taken';
    },
    async release(agent, { issuer, subject }) {
      const command = new DeleteCommand({
        TableName,
        Key: { pk: workloadKey(issuer, subject) },
        ConditionExpression: IS_OURS,
        ExpressionAttributeNames: { '#agent': 'agent' },
        ExpressionAttributeValues: { ':agent': agent },
      });
      await send(() => client.send(command));
    },
    listByStatus: (status, listing) => listShelves(options, status, listing),
    listByOwner: (owner, listing) => listOwned(options, owner, listing),
  };
}

interface Changing {
  readonly next: RegisteredAgent;
  readonly event: AuditEvent;
  readonly seen: number | undefined;
}

function changing(TableName: string, { next, event, seen }: Changing): UpdateCommand {
  const names = Object.entries({ ...registeredAttributes(next), event: writeEvent(event) });
  return new UpdateCommand({
    TableName,
    Key: { pk: agentKey(next.id) },
    UpdateExpression: `SET ${names.map(([name]) => `#${name} = :${name}`).join(', ')} ADD version :one, eventNumber :one`,
    ConditionExpression: seen === undefined ? IS_UNNUMBERED : IS_AS_SEEN,
    ExpressionAttributeNames: Object.fromEntries(names.map(([name]) => [`#${name}`, name])),
    ExpressionAttributeValues: {
      ':one': 1,
      ...(seen !== undefined && { ':seen': seen }),
      ...Object.fromEntries(names.map(([name, value]) => [`:${name}`, value])),
    },
  });
}

async function listOwned(options: RegistryOptions, owner: Person, listing: AgentListing): Promise<AgentPage> {
  const { name, partitionKey } = registryTable.indexes.byOwner;
  const { agents, key } = await query(options, {
    IndexName: name,
    KeyConditionExpression: '#partition = :partition',
    ExpressionAttributeNames: { '#partition': partitionKey },
    ExpressionAttributeValues: { ':partition': ownerKey(owner) },
    Limit: listing.limit,
    ...(listing.next !== undefined && {
      ExclusiveStartKey: startOf(readCursor(listing.next).key, { [partitionKey]: ownerKey(owner) }),
    }),
  });
  return key === undefined ? { agents } : { agents, next: cursor(0, key) };
}

/** One partition after the other; a page may end within one. */
async function listShelves(
  options: RegistryOptions,
  status: AgentStatus,
  listing: AgentListing,
): Promise<AgentPage> {
  const start = listing.next === undefined ? { shard: 0, key: undefined } : readCursor(listing.next);
  const agents: AgentSummary[] = [];
  let { key } = start;
  for (let shard = start.shard; shard < AGENT_SHARDS; shard += 1) {
    const rest = { ...listing, limit: listing.limit - agents.length };
    const page = await query(options, shelfQuery(agentShelf(status, shard), rest, key));
    agents.push(...page.agents);
    ({ key } = page);
    if (key !== undefined) return { agents, next: cursor(shard, key) };
    if (agents.length >= listing.limit && shard + 1 < AGENT_SHARDS)
      return { agents, next: cursor(shard + 1, undefined) };
  }
  return { agents };
}

/** The day after sorts behind every agent of the day itself: `#` comes before `$`. */
function shelfQuery(shelf: string, { limit, reviewBy }: AgentListing, key: Item | undefined) {
  const { name, partitionKey, sortKey } = registryTable.indexes.shelf;
  const until = `${reviewBy ?? '9999'}$`;
  const start = key && startOf(key, { [partitionKey]: shelf });
  if (start !== undefined && String(start[sortKey]) >= until) throw badCursor();
  return {
    IndexName: name,
    KeyConditionExpression: '#partition = :partition AND #sort < :until',
    ExpressionAttributeNames: { '#partition': partitionKey, '#sort': sortKey },
    ExpressionAttributeValues: { ':partition': shelf, ':until': until },
    Limit: limit,
    ...(start && { ExclusiveStartKey: start }),
  };
}

async function query(
  { client, table }: RegistryOptions,
  input: Omit<QueryCommandInput, 'TableName'>,
): Promise<{ readonly agents: readonly AgentSummary[]; readonly key: Item | undefined }> {
  const command = new QueryCommand({ TableName: table, ...input });
  const { Items = [], LastEvaluatedKey } = await guarded('store_unavailable', () => client.send(command));
  return { agents: Items.map((item) => summarySchema.parse(item)), key: LastEvaluatedKey };
}

async function read({ client, table }: RegistryOptions, pk: string): Promise<Item | undefined> {
  const command = new GetCommand({ TableName: table, Key: { pk }, ConsistentRead: true });
  return (await guarded('store_unavailable', () => client.send(command))).Item;
}

/** @returns false when the condition was false. */
async function unlessRaced(call: () => Promise<unknown>): Promise<boolean> {
  try {
    await call();
    return true;
  } catch (error) {
    if (conditionFailed(error)) return false;
    throw error;
  }
}

function numberOrNone(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

const cursorSchema = z.object({
  shard: z.number().int().min(0).lt(AGENT_SHARDS),
  key: z.record(z.string(), z.string()).optional(),
});

function cursor(shard: number, key: Item | undefined): string {
  return Buffer.from(JSON.stringify({ shard, key })).toString('base64url');
}

function readCursor(text: string): { readonly shard: number; readonly key: Item | undefined } {
  try {
    const { shard, key } = cursorSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
    return { shard, key };
  } catch (cause) {
    throw badCursor(cause);
  }
}

/** Where to go on: a key within this partition, since the caller could have made it up. */
function startOf(key: Item | undefined, partition: Readonly<Record<string, string>>): Item {
  const isWithin = Object.entries(partition).every(([name, value]) => key?.[name] === value);
  const isWhole =
    key !== undefined && Object.keys(key).length === 3 && String(key['pk']).startsWith(agentKey(''));
  if (!isWithin || !isWhole) throw badCursor();
  return key;
}

function badCursor(cause?: unknown): Refusal {
  return new Refusal('body_malformed', { detail: 'page cursor', cause });
}
