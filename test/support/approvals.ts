// People who decide on the requests of an exchange under test, through the core's own flow: challenge, passkey,
// evidence, row. What they leave is what a deployment would have.

import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { createEvidenceStore } from '../../src/adapters/aws/evidence-table.ts';
import { createFindingStore } from '../../src/adapters/aws/findings-table.ts';
import { createDecisionStore } from '../../src/adapters/aws/grant-decisions.ts';
import { createGrantStore } from '../../src/adapters/aws/grants-table.ts';
import { createPeopleReader } from '../../src/adapters/aws/people-table.ts';
import { writePerson } from '../../src/adapters/aws/person-item.ts';
import { type DecideDeps, openChallenge, recordDecision } from '../../src/core/approve/decide.ts';
import { type Renewal, startTask } from '../../src/core/exchange.ts';
import type { Catalog, Decision, Grant, GrantHandle, GrantId, Parameters } from '../../src/core/model.ts';
import { sampleTask } from './catalog.ts';
import { type ExchangeUnderTest, startExchange } from './exchange.ts';
import { ENROLLED } from './passkey-events.ts';
import { CONSOLE_ORIGIN, createPersona, type Persona } from './people.ts';
import { askFor, refusalOf } from './requests.ts';
import { TABLES, type Tables } from './tables.ts';

/** A request that waits. */
export interface Waiting {
  readonly grantId: GrantId;
  readonly handle: GrantHandle;
  readonly members: Readonly<Record<string, string | number>>;
}

export interface ApprovalsUnderTest {
  readonly exchange: ExchangeUnderTest;
  /** A lead of finance with a passkey of the day before. */
  readonly ben: Persona;
  readonly chloe: Persona;
  ask(task?: string, parameters?: Parameters): Promise<Waiting>;
  decide(waiting: Waiting, decision?: Decision, as?: Persona): Promise<Grant>;
  /** Lets the calls of the approvals function that wake a workflow fail, as one that dies after the row would. */
  stopWaking(): void;
  /** A poll of that grant with a fresh assertion. */
  poll(waiting: Waiting, changes?: Partial<Renewal>): Promise<Renewal>;
  row(waiting: Waiting): Promise<Grant>;
  /** Writes attributes of a row as an intruder with the table would. */
  forge(waiting: Waiting, attributes: Readonly<Record<string, unknown>>): Promise<void>;
}

const approval = sampleTask().approval;
const refund = {
  parameters: { amount: { type: 'integer', min: 1, max: 1000 } },
  permissions: [{ actions: ['sqs:SendMessage'], resources: ['arn:aws:sqs:eu-west-1:111122223333:refunds'] }],
} as const;
const EXTRA = [
  sampleTask({ ...refund, id: 'two-people', approval: { ...approval, required: true, quorum: 2 } }),
  sampleTask({ ...refund, id: 'wire-money', approval: { ...approval, required: true }, leases: 1 }),
];

function withExtraTasks(catalog: Catalog): Catalog {
  const policies = EXTRA.map(({ id }) => ({
    id: `${id}.cedar#1`,
    file: `policies/${id}.cedar`,
    text: `permit (principal in Remit::Group::"billing", action == Remit::Action::"${id}", resource);`,
  }));
  return {
    ...catalog,
    tasks: [...catalog.tasks, ...EXTRA],
    policies: [...catalog.policies, ...policies],
  };
}

/** An exchange whose requests two people can decide; `change` is made to its catalog. */
export async function startApprovals(
  tables: Tables,
  change = (catalog: Catalog) => catalog,
): Promise<ApprovalsUnderTest> {
  const exchange = await startExchange(tables, { change: (catalog) => change(withExtraTasks(catalog)) });
  const ben = await enrolled(tables, exchange, 'ben');
  const chloe = await enrolled(tables, exchange, 'chloe');
  const waking = { works: true };
  const deciding = decidingOver(tables, exchange, waking);
  return {
    exchange,
    ben,
    chloe,
    async ask(task = 'close-account', parameters = { amount: 70 }) {
      const asked = await askFor(exchange, { task, parameters });
      const { code, members } = await refusalOf(startTask(exchange.deps, asked, exchange.context));
      if (code !== 'grant_pending') throw new Error(code);
      return {
        grantId: members['grant_id'] as GrantId,
        handle: members['auth_req_id'] as GrantHandle,
        members,
      };
    },
    decide: (waiting, decision = 'approve', as = ben) =>
      decide(deciding, { waiting, decision, as }, exchange),
    stopWaking: () => {
      waking.works = false;
    },
    async poll({ grantId, handle }, changes = {}) {
      const shown = { assertion: await exchange.assertion() };
      return { shown, named: { grantId, handle }, byPoll: true, ...changes };
    },
    async row({ grantId }) {
      const row = await exchange.deps.grants.get(grantId);
      if (row === undefined) throw new Error('no row');
      return row;
    },
    async forge({ grantId }, attributes) {
      const names = Object.keys(attributes);
      const command = new UpdateCommand({
        TableName: TABLES.grants,
        Key: { grantId },
        UpdateExpression: `SET ${names.map((_, index) => `#n${index} = :v${index}`).join(', ')}`,
        ExpressionAttributeNames: Object.fromEntries(names.map((name, index) => [`#n${index}`, name])),
        ExpressionAttributeValues: Object.fromEntries(
          names.map((name, index) => [`:v${index}`, attributes[name]]),
        ),
      });
      await tables.client.send(command);
    },
  };
}

async function enrolled(tables: Tables, { people }: ExchangeUnderTest, subject: string): Promise<Persona> {
  const persona = createPersona(people, `${subject}-${Math.random().toString(36).slice(2)}`);
  await tables.client.send(
    new PutCommand({ TableName: TABLES.people, Item: writePerson(persona.record, ENROLLED) }),
  );
  return persona;
}

/** What the approvals function has: nothing that mints. */
function decidingOver(
  { client }: Tables,
  { deps, people }: ExchangeUnderTest,
  waking: { readonly works: boolean },
): DecideDeps {
  const rows = { client, table: TABLES.grants };
  const evidence = createEvidenceStore({ client, table: TABLES.evidence });
  return {
    catalog: deps.catalog,
    place: deps.place,
    clock: deps.clock,
    random: deps.random,
    registry: deps.registry,
    grants: createGrantStore(rows),
    decisions: createDecisionStore(rows),
    people: createPeopleReader({ client, table: TABLES.people }),
    evidence,
    challenges: evidence,
    counter: evidence,
    findings: createFindingStore({ client, table: TABLES.findings }),
    notifier: { notify: async () => [] },
    workflow: { wake: async () => waking.works || Promise.reject(new Error('died')) },
    trust: people.trust,
    site: { origin: CONSOLE_ORIGIN },
  };
}

async function decide(
  deps: DecideDeps,
  { waiting, decision, as }: { waiting: Waiting; decision: Decision; as: Persona },
  { context }: ExchangeUnderTest,
): Promise<Grant> {
  const now = deps.clock();
  const { grantId } = waiting;
  const person = await as.verified(now);
  const { terms, challenge } = await openChallenge(deps, { person, grantId, decision }, context);
  const assertion = as.key.assert({ challenge });
  const answer = { person, idToken: as.idToken(now), grantId, nonce: terms.nonce, assertion };
  return recordDecision(deps, answer, context);
}
