// The registry on DynamoDB. Reads are strongly consistent: a suspension counts from the moment it returned.

import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import type { Registry, RegistryWriter } from '../../core/ports.ts';
import { conditionFailed, guarded } from './faults.ts';
import { agentAttributes, agentKey, readAgent, readWorkload, workloadKey } from './registry-item.ts';

/** One identity belongs to one agent: of two that claim it, the second is refused. */
const IS_FREE_OR_OURS = 'attribute_not_exists(pk) OR #agent = :agent';
/** Only the agent that has an identity gives it up. */
const IS_OURS = '#agent = :agent';
/** Key of the row that remembers which agents came from the catalog. */
const CATALOGUED = 'CATALOG#agents';

interface Options {
  readonly client: DynamoDBDocumentClient;
  readonly table: string;
}

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
  };
}

/** The writes of a deployment; no status is ever overwritten. */
export function createRegistryWriter(options: Options): RegistryWriter {
  const { client, table: TableName } = options;
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
    async putAgent(agent) {
      await send(() => client.send(upsert(TableName, agentKey(agent.id), agentAttributes(agent))));
    },
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
    async clearBindings(agent) {
      await send(() => client.send(upsert(TableName, agentKey(agent), { bindings: [] })));
    },
  };
}

async function read({ client, table }: Options, pk: string): Promise<Record<string, unknown> | undefined> {
  const command = new GetCommand({ TableName: table, Key: { pk }, ConsistentRead: true });
  return (await guarded('store_unavailable', () => client.send(command))).Item;
}

/** Sets these attributes; a row that is new starts as `active`, one that exists keeps its status. */
function upsert(TableName: string, pk: string, attributes: Record<string, unknown>): UpdateCommand {
  const names = Object.keys(attributes);
  return new UpdateCommand({
    TableName,
    Key: { pk },
    UpdateExpression: `SET ${[
      ...names.map((name) => `#${name} = :${name}`),
      '#status = if_not_exists(#status, :active)',
    ].join(', ')}`,
    ExpressionAttributeNames: {
      '#status': 'status',
      ...Object.fromEntries(names.map((name) => [`#${name}`, name])),
    },
    ExpressionAttributeValues: {
      ':active': 'active',
      ...Object.fromEntries(names.map((name) => [`:${name}`, attributes[name]])),
    },
  });
}

async function unlessTaken(call: () => Promise<unknown>): Promise<boolean> {
  try {
    await call();
    return true;
  } catch (error) {
    if (conditionFailed(error)) return false;
    throw error;
  }
}
