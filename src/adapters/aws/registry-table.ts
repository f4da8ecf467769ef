// The registry on DynamoDB. Reads are strongly consistent: a suspension counts from the moment it returned.

import { randomUUID } from 'node:crypto';
import { BatchGetCommand, DeleteCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { reviewDate, syncedReviewDate } from '../../core/lifecycle/review-date.ts';
import type { Agent, RegisteredAgent } from '../../core/model.ts';
import type { Registry, RegistryWriter, Standing, StandingKey } from '../../core/ports.ts';
import { digestOf } from '../../core/record/digest.ts';
import { Refusal } from '../../core/refusal.ts';
import { guarded } from './faults.ts';
import {
  agentAttributes,
  agentIndexes,
  agentKey,
  readAgent,
  readStop,
  readWorkload,
  stopKey,
  workloadKey,
} from './registry-item.ts';
import {
  type RegistryPlace as Options,
  read,
  SYNC_TRIES,
  type SyncOccasion,
  syncEvent,
  unlessTaken,
  type WriterOptions,
} from './sync-writes.ts';
import { takeBack } from './take-back.ts';

/** One identity belongs to one agent: of two that claim it, the second is refused. */
const IS_FREE_OR_OURS = 'attribute_not_exists(pk) OR #agent = :agent';
/** Only the agent that has an identity gives it up. */
const IS_OURS = '#agent = :agent';
/** The agent is as it was read: of two writers one goes on. */
const IS_AS_SEEN = 'version = :seen';
/** Nobody made the row meanwhile, or it was never written with a version. */
const IS_WITHOUT_VERSION = 'attribute_not_exists(version)';
/** Key of the row that remembers which agents came from the catalog. */
const CATALOGUED = 'CATALOG#agents';
/** What a row remembers of an entry that leaves the review date to the registry. */
const NOT_SAID = 'not said';

/** @throws Refusal `store_unavailable` or `misconfigured` from every call. */
export function createRegistry(options: Options): Registry {
  return {
    async findWorkload(issuer, subject) {
      const item = await read(options, workloadKey(issuer, subject));
      return item && readWorkload(item);
    },
    async findAgent(id) {
      const item = await read(options, agentKey(id));
      return item && readAgent(item);
    },
    readStanding: (of) => readStanding(options, of),
  };
}

/** The agent and its switches in one consistent BatchGetItem. */
async function readStanding({ client, table }: Options, of: StandingKey): Promise<Standing> {
  const agent = agentKey(of.agent);
  const stops = [
    stopKey({ kind: 'everything' }),
    stopKey({ kind: 'issuer', id: of.issuer }),
    ...(of.task === undefined ? [] : [stopKey({ kind: 'task', id: of.task })]),
  ];
  const Keys = [agent, ...stops].map((pk) => ({ pk }));
  const command = new BatchGetCommand({ RequestItems: { [table]: { Keys, ConsistentRead: true } } });
  const { Responses = {}, UnprocessedKeys = {} } = await guarded('store_unavailable', () =>
    client.send(command),
  );
  // a throttled part would read as "no switch is on"
  if (Object.keys(UnprocessedKeys).length > 0)
    throw new Refusal('store_unavailable', { detail: 'throttled' });
  const rows = Responses[table] ?? [];
  const row = rows.find(({ pk }) => pk === agent);
  return {
    agent: row && readAgent(row),
    stops: rows.filter(({ pk }) => pk !== agent).flatMap((each) => readStop(each) ?? []),
  };
}

/** The writes of a deployment; no status is ever overwritten. */
export function createRegistryWriter(options: WriterOptions): RegistryWriter {
  const { client, table: TableName, occasion = ownOccasion() } = options;
  const send = <Result>(call: () => Promise<Result>) => guarded('store_unavailable', call);
  return {
    findAgent: createRegistry(options).findAgent,
    async readCataloguedAgents() {
      const item = await read(options, CATALOGUED);
      return item ? z.object({ agents: z.array(z.string()) }).parse(item).agents : [];
    },
    async writeCataloguedAgents(agents) {
      await send(() => client.send(new PutCommand({ TableName, Item: { pk: CATALOGUED, agents } })));
    },
    putAgent: (agent) => putCatalogued({ client, table: TableName, occasion }, agent),
    async bind(agent, binding) {
      const command = new PutCommand({
        TableName,
        Item: { pk: workloadKey(binding.issuer, binding.subject), agent, claims: binding.claims ?? {} },
        ConditionExpression: IS_FREE_OR_OURS,
        ExpressionAttributeNames: { '#agent': 'agent' },
        ExpressionAttributeValues: { ':agent': agent },
      });
      return unlessTaken(() => send(() => client.send(command)));
    },
    takeBack: (agent, binding) => takeBack({ client, table: TableName, occasion }, agent, binding),
    async unbind(agent, binding) {
      const command = new DeleteCommand({
        TableName,
        Key: { pk: workloadKey(binding.issuer, binding.subject) },
        ConditionExpression: IS_OURS,
        ExpressionAttributeNames: { '#agent': 'agent' },
        ExpressionAttributeValues: { ':agent': agent },
      });
      await unlessTaken(() => send(() => client.send(command)));
    },
    clearBindings: (agent) => clearBindings({ client, table: TableName, occasion }, agent),
  };
}

/** Without the digest of its entry: a catalog that has it again writes it anew. */
async function clearBindings({ client, table, occasion }: Required<WriterOptions>, agent: string) {
  const command = new UpdateCommand({
    TableName: table,
    Key: { pk: agentKey(agent) },
    UpdateExpression:
      'SET bindings = :none, #event = :event REMOVE catalogued ADD version :one, eventNumber :one',
    ExpressionAttributeNames: { '#event': 'event' },
    ExpressionAttributeValues: {
      ':none': [],
      ':one': 1,
      ':event': syncEvent('agent.uncatalogued', { agent }, occasion),
    },
  });
  await guarded('store_unavailable', () => client.send(command));
}

/**
 * Writes what the catalog says, once for each version of the entry: what people changed since (an owner) stays until the
 * entry changes, a review date until the entry says another one. A row that is new starts as `active`; one that exists
 * keeps its status.
 */
async function putCatalogued(options: Required<WriterOptions>, agent: Agent): Promise<void> {
  const catalogued = digestOf(agent);
  for (let attempt = 0; attempt < SYNC_TRIES; attempt += 1) {
    const row = await read(options, agentKey(agent.id));
    if (row?.['catalogued'] === catalogued && isDated(row, options.occasion)) return;
    const command = cataloguing(options, agent, { catalogued, row });
    if (await unlessTaken(() => guarded('store_unavailable', () => options.client.send(command)))) return;
  }
  throw new Refusal('store_unavailable', { detail: `agent ${agent.id} is being changed` });
}

/** Whether the row tells what its file says of the review, and its date is no further than a review may be. */
function isDated(
  { saidReviewBy, reviewBy }: NonNullable<Cataloguing['row']>,
  { clock }: SyncOccasion,
): boolean {
  return typeof saidReviewBy === 'string' && String(reviewBy) <= reviewDate(clock());
}

interface Cataloguing {
  readonly catalogued: string;
  readonly row: Readonly<Record<string, unknown>> | undefined;
}

function cataloguing(
  { table: TableName, occasion }: Required<WriterOptions>,
  entry: Agent,
  { catalogued, row }: Cataloguing,
): UpdateCommand {
  const agent = asCatalogued(entry, row, occasion);
  const before = row && readAgent(row).reviewBy;
  const seen = row?.['version'];
  const facts = {
    agent: agent.id,
    status: agent.status,
    reviewBy: agent.reviewBy,
    ...(before !== undefined && before !== agent.reviewBy && { before }),
    entry: catalogued,
  };
  const attributes = {
    ...agentAttributes(agent),
    status: agent.status,
    ...agentIndexes(agent),
    catalogued,
    saidReviewBy: entry.reviewBy ?? NOT_SAID,
    event: syncEvent('agent.catalogued', facts, occasion),
  };
  const names = Object.entries(attributes);
  const sets = names.map(([name]) => `#${name} = :${name}`).join(', ');
  return new UpdateCommand({
    TableName,
    Key: { pk: agentKey(agent.id) },
    UpdateExpression: `SET ${sets} REMOVE origin ADD version :one, eventNumber :one`,
    ConditionExpression: seen === undefined ? IS_WITHOUT_VERSION : IS_AS_SEEN,
    ExpressionAttributeNames: Object.fromEntries(names.map(([name]) => [`#${name}`, name])),
    ExpressionAttributeValues: {
      ':one': 1,
      ...(seen !== undefined && { ':seen': seen }),
      ...Object.fromEntries(names.map(([name, value]) => [`:${name}`, value])),
    },
  });
}

/** The agent as the sync leaves it, with the status and the review date that it has where the entry changes neither. */
function asCatalogued(entry: Agent, row: Cataloguing['row'], { clock }: SyncOccasion): RegisteredAgent {
  const known = row && readAgent(row);
  const saidBefore = row?.['saidReviewBy'];
  const review = {
    said: entry.reviewBy,
    saidBefore: typeof saidBefore === 'string' ? saidBefore : undefined,
    kept: known?.reviewBy,
  };
  return { ...entry, status: known?.status ?? 'active', reviewBy: syncedReviewDate(review, clock()) };
}

function ownOccasion(): SyncOccasion {
  return { clock: () => new Date(), requestId: randomUUID() };
}
