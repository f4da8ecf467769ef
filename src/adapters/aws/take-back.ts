// An identity that the catalog gives to one agent and that a registration holds which nobody ever let act: whoever may
// register could otherwise keep a deployment from going through. It goes back to the catalog in two conditional writes:
// the registration's row stops naming it first, so that whoever activates it at that moment is refused or is faster.

import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { sameIdentity } from '../../core/lifecycle/bindings.ts';
import type { Binding, RegisteredAgent } from '../../core/model.ts';
import { agentKey, readAgent, workloadKey } from './registry-item.ts';
import { read, SYNC_TRIES, syncEvent, unlessTaken, type WriterOptions } from './sync-writes.ts';

/** Nobody has changed or activated the registration since it was read. */
const IS_STILL_PROPOSED = 'version = :seen AND #status = :proposed';
/** Nobody else has got the identity meanwhile. */
const IS_FREE_OR_THEIRS = 'attribute_not_exists(pk) OR #agent = :holder OR #agent = :agent';

/** @returns false when the identity is of an agent that acts or has acted: that one keeps it. */
export async function takeBack(
  options: Required<WriterOptions>,
  agent: string,
  binding: Binding,
): Promise<boolean> {
  const pk = workloadKey(binding.issuer, binding.subject);
  const holder = String((await read(options, pk))?.['agent'] ?? agent);
  if (holder !== agent && !(await giveUp(options, { holder, heir: agent, binding }))) return false;
  const command = new PutCommand({
    TableName: options.table,
    Item: { pk, agent, claims: binding.claims ?? {} },
    ConditionExpression: IS_FREE_OR_THEIRS,
    ExpressionAttributeNames: { '#agent': 'agent' },
    ExpressionAttributeValues: { ':agent': agent, ':holder': holder },
  });
  return unlessTaken(() => options.client.send(command));
}

interface Giving {
  readonly holder: string;
  readonly heir: string;
  readonly binding: Binding;
}

/** The registration names it no more; one that an earlier deployment has left so is as good. */
async function giveUp(options: Required<WriterOptions>, giving: Giving): Promise<boolean> {
  for (let attempt = 0; attempt < SYNC_TRIES; attempt += 1) {
    const row = await read(options, agentKey(giving.holder));
    const known = row && readAgent(row);
    if (known?.status !== 'proposed' || known.origin !== 'runtime') return false;
    const bindings = known.bindings.filter((each) => !sameIdentity(each, giving.binding));
    if (bindings.length === known.bindings.length) return true;
    const command = givingUp(options, {
      ...giving,
      bindings,
      seen: row?.['version'],
      reviewBy: known.reviewBy,
    });
    if (await unlessTaken(() => options.client.send(command))) return true;
  }
  return false;
}

type Seen = Giving & Pick<RegisteredAgent, 'bindings' | 'reviewBy'> & { readonly seen: unknown };

function givingUp(
  { table: TableName, occasion }: Required<WriterOptions>,
  { holder, heir, binding: { issuer, subject }, bindings, seen, reviewBy }: Seen,
): UpdateCommand {
  const facts = { agent: holder, status: 'proposed', reviewBy, issuer, subject, heir };
  return new UpdateCommand({
    TableName,
    Key: { pk: agentKey(holder) },
    UpdateExpression: 'SET bindings = :bindings, #event = :event ADD version :one, eventNumber :one',
    ConditionExpression: IS_STILL_PROPOSED,
    ExpressionAttributeNames: { '#status': 'status', '#event': 'event' },
    ExpressionAttributeValues: {
      ':bindings': bindings,
      ':event': syncEvent('agent.reclaimed', facts, occasion),
      ':one': 1,
      ':proposed': 'proposed',
      ':seen': seen,
    },
  });
}
