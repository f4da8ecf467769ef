// A deployment's killing on moto: a role as the stack makes it, the tables, the FIFO queue with its dead letters, both
// functions, and Lambda's part between queue and writer. Time stands until a test lets it pass.

import {
  CreatePolicyCommand,
  CreateRoleCommand,
  DeleteRolePolicyCommand,
  GetRolePolicyCommand,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { buildClearKillLists } from '../../lambda/clear-kill-lists.ts';
import { buildKillList } from '../../lambda/kill-list.ts';
import { buildSettle } from '../../lambda/settle.ts';
import { createGrantStore } from '../../src/adapters/aws/grants-table.ts';
import { ordersOver } from '../../src/adapters/aws/orders-over.ts';
import type { Facts } from '../../src/adapters/aws/telemetry.ts';
import { iamClient, queueClient, stsClients } from '../../src/adapters/aws/world.ts';
import { deriveCeiling } from '../../src/core/iam/ceiling.ts';
import { TASK_ROLE_PATH, taskRoleArn, taskRoleName } from '../../src/core/iam/role.ts';
import { renderTrust } from '../../src/core/iam/trust.ts';
import { kill } from '../../src/core/kill/kill.ts';
import { KILL_LIST_POLICY } from '../../src/core/kill/kill-list.ts';
import type { KillRecord } from '../../src/core/kill/ports.ts';
import type { GrantId } from '../../src/core/model.ts';
import { sampleCatalog, sampleTask } from '../support/catalog.ts';
import { NOW, sampleEvent, sampleGrant } from '../support/grant.ts';
import { ORDER } from '../support/orders.ts';
import { deployedBy, catalog as shipped, stackOf } from '../support/stack.ts';
import { connect, createTables, TABLES } from '../support/tables.ts';
import { troubled } from './troubled.ts';

const ACCOUNT = '123456789012';
const PLACE = { partition: 'aws', account: ACCOUNT, prefix: 'remit' };
/** The longest lease there is. */
export const LEASE_SECONDS = 900;

interface QueueProperties {
  readonly VisibilityTimeout?: number;
  readonly RedrivePolicy?: { readonly maxReceiveCount: number };
}
const declared = new Map(
  deployedBy(stackOf().stack)
    .of('AWS::SQS::Queue')
    .map(([id, { Properties }]) => [id.slice(0, -8), Properties as QueueProperties]),
);
const { VisibilityTimeout = 0, RedrivePolicy: { maxReceiveCount = 0 } = {} } =
  declared.get('KillListQueue') ?? {};
/** How often a message is tried, as the stack says. */
export const RECEIVES = maxReceiveCount;

/** An empty moto with one task's role in it. */
export async function startKilling(moto: string) {
  await fetch(`${moto}/moto-api/reset`, { method: 'POST' });
  const tables = connect(moto);
  await createTables(tables);
  const aws = await troubled(moto);
  const place = { endpoint: aws.url, region: 'eu-west-1', credentials };
  const queues = await createQueues(place);
  const time = { now: NOW };
  const lines: Facts[] = [];
  const tasks = ['export-invoices', 'other'].map((id) => sampleTask({ id, leaseSeconds: LEASE_SECONDS }));
  const world = {
    ...place,
    catalog: sampleCatalog({ issuers: shipped.issuers, agents: [], tasks, policies: [] }),
    clock: () => time.now,
    pause: async () => undefined,
    log: (line: Facts) => void lines.push(line),
  };
  const env = {
    CATALOG_FILE: 'none',
    GRANTS_TABLE: TABLES.grants,
    REGISTRY_TABLE: TABLES.registry,
    KILL_QUEUE_URL: queues.url,
  };
  const rolesEnv = { ROLE_ACCOUNT: ACCOUNT, ROLE_PARTITION: PLACE.partition, ROLE_PREFIX: PLACE.prefix };
  const writerEnv = { CATALOG_FILE: 'none', REGISTRY_TABLE: TABLES.registry, ...rolesEnv };
  const orders = ordersOver(env, world);
  const settle = buildSettle(env, world);
  const grants = createGrantStore({ client: tables, table: TABLES.grants });
  return {
    aws,
    lines,
    orders,
    queues,
    settle: () => settle({}),
    write: buildKillList(writerEnv, world),
    /** The writer once a task has left the catalog. */
    writeWithout: (task: string) => {
      const catalog = { ...world.catalog, tasks: tasks.filter(({ id }) => id !== task) };
      return buildKillList(writerEnv, { ...world, catalog });
    },
    clear: buildClearKillLists(rolesEnv, world),
    iam: iamClient(place),
    /** IAM of another account, as its administrator has it. */
    async iamOf(account: string) {
      const RoleArn = `arn:aws:iam::${account}:role/administrator`;
      const command = new AssumeRoleCommand({ RoleArn, RoleSessionName: 'setup' });
      const { Credentials } = await stsClients(place).client.send(command);
      const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
      const session = {
        accessKeyId: AccessKeyId,
        secretAccessKey: SecretAccessKey,
        sessionToken: SessionToken,
      };
      return iamClient({ ...place, credentials: session });
    },
    pass: (seconds: number) => {
      time.now = new Date(time.now.getTime() + seconds * 1000);
    },
    now: () => time.now,
    /** A grant of a task with a lease of 15 minutes in somebody's hand, killed. */
    async killOne(
      task = 'export-invoices',
      account = ACCOUNT,
    ): Promise<{ grantId: GrantId; record: KillRecord }> {
      const roleArn = taskRoleArn(sampleTask({ id: task }), { ...PLACE, account });
      const leaseExpiresAt = new Date(time.now.getTime() + LEASE_SECONDS * 1000);
      const grant = sampleGrant({
        task,
        roleArn,
        account,
        leaseSeconds: LEASE_SECONDS,
        leaseExpiresAt,
      });
      await grants.reserve(grant, sampleEvent());
      const asked = { scope: { kind: 'grant', id: grant.grantId }, order: ORDER } as const;
      const record = await kill(orders, asked, { at: time.now, requestId: grant.grantId });
      return { grantId: grant.grantId, record };
    },
    close() {
      tables.destroy();
      aws.close();
    },
  };
}

export type Killing = Awaited<ReturnType<typeof startKilling>>;
type Place = { readonly endpoint: string; readonly region: string; readonly credentials: typeof credentials };
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };

/** As lib/constructs/lifecycle.ts declares them; moto asks for names. */
async function createQueues(place: Place) {
  const client = queueClient(place);
  const create = async (QueueName: string, more: Record<string, string>) => {
    const Attributes = { FifoQueue: 'true', ...more };
    const { QueueUrl = '' } = await client.send(new CreateQueueCommand({ QueueName, Attributes }));
    return QueueUrl;
  };
  const dead = await create('dead.fifo', {});
  const deadLetterTargetArn = await attribute(client, dead, 'QueueArn');
  const url = await create('kill.fifo', {
    VisibilityTimeout: String(VisibilityTimeout),
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount }),
  });
  const waiting = async (of: string) => Number(await attribute(client, of, 'ApproximateNumberOfMessages'));
  return { client, url, waiting: () => waiting(url), dead: () => waiting(dead) };
}

async function attribute(
  client: ReturnType<typeof queueClient>,
  QueueUrl: string,
  name: 'QueueArn' | 'ApproximateNumberOfMessages',
): Promise<string> {
  const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [name] });
  return (await client.send(command)).Attributes?.[name] ?? '';
}

/** One message, as a batch of one. */
export async function take({ queues }: Killing): Promise<Message | undefined> {
  const { client, url } = queues;
  const command = new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 1 });
  return (await client.send(command)).Messages?.[0];
}

/** The writer has done it. */
export async function done({ queues }: Killing, { ReceiptHandle }: Message): Promise<void> {
  await queues.client.send(new DeleteMessageCommand({ QueueUrl: queues.url, ReceiptHandle }));
}

/** The writer has failed: the time after which it comes again has passed. */
export async function comesAgain({ queues }: Killing, { ReceiptHandle }: Message): Promise<void> {
  await queues.client.send(
    new ChangeMessageVisibilityCommand({ QueueUrl: queues.url, ReceiptHandle, VisibilityTimeout: 0 }),
  );
}

/** Hands one message to the writer, as Lambda does. */
export async function deliver(killing: Killing): Promise<'written' | 'failed' | 'nothing'> {
  const message = await take(killing);
  if (message === undefined) return 'nothing';
  try {
    await killing.write({ Records: [{ body: message.Body ?? '' }] });
  } catch {
    await comesAgain(killing, message);
    return 'failed';
  }
  await done(killing, message);
  return 'written';
}

/** The role of a task within its boundary and with its ceiling, as lib/constructs/task-roles.ts declares it. */
export async function createTaskRole(
  { iam }: Pick<Killing, 'iam'>,
  id = 'export-invoices',
  account = ACCOUNT,
) {
  const place = { ...PLACE, account };
  const task = sampleTask({ id });
  const RoleName = taskRoleName(PLACE.prefix, id);
  const ceiling = JSON.stringify(deriveCeiling(task, place));
  const Path = TASK_ROLE_PATH;
  const { Policy } = await iam.send(
    new CreatePolicyCommand({ PolicyName: `${id}-ceiling`, Path, PolicyDocument: ceiling }),
  );
  const trust = JSON.stringify(renderTrust(task, `arn:aws:iam::${ACCOUNT}:role/remit-token`));
  const made = { RoleName, Path, AssumeRolePolicyDocument: trust, PermissionsBoundary: Policy?.Arn };
  await iam.send(new CreateRoleCommand(made));
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'ceiling', PolicyDocument: ceiling }));
  return {
    RoleName,
    arn: taskRoleArn(task, place),
    ceiling,
    boundary: Policy?.Arn,
    policies: async () => (await iam.send(new ListRolePoliciesCommand({ RoleName }))).PolicyNames ?? [],
    async policy(PolicyName = KILL_LIST_POLICY): Promise<string> {
      const { PolicyDocument = '' } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
      return decodeURIComponent(PolicyDocument);
    },
    put: (PolicyDocument: string) =>
      iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: KILL_LIST_POLICY, PolicyDocument })),
    remove: (PolicyName = KILL_LIST_POLICY) =>
      iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName })),
  };
}
