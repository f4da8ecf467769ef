// The real CDK deploys into moto: bootstrap, deploy, the functions on what was made, and a change.

import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { buildRegistrySync } from '../../lambda/registry-sync.ts';
import { buildSweeper } from '../../lambda/sweeper.ts';
import { buildToken } from '../../lambda/token.ts';
import { createGrantStore } from '../../src/adapters/aws/grants-table.ts';
import { documentClient } from '../../src/adapters/aws/world.ts';
import { readCatalog } from '../../src/adapters/files/catalog-files.ts';
import { SHIPPED } from '../support/catalog-directory.ts';
import { bodyOf, formEvent } from '../support/http.ts';
import { createTestIssuer } from '../support/issuer.ts';
import { peopleEnvironment } from '../support/people-environment.ts';
import { adaptToMoto } from './moto-template.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const ACCOUNT = '123456789012';
const REGION = 'eu-west-1';
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const run = promisify(execFile);

let output: string;
let tables: Record<'Grants' | 'Registry' | 'Replay' | 'Budgets', string>;

async function cdk(...args: string[]): Promise<string> {
  const env = {
    ...process.env,
    AWS_ENDPOINT_URL: inject('moto'),
    AWS_ENDPOINT_URL_S3: inject('moto'),
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: REGION,
    CDK_DEFAULT_ACCOUNT: ACCOUNT,
    CDK_DEFAULT_REGION: REGION,
    CI: 'true',
  };
  const { stdout, stderr } = await run('npx', ['cdk', ...args], { cwd: ROOT, env, maxBuffer: 64e6 });
  return stdout + stderr;
}

/** Synthesizes with everything that is bundled, and deploys what moto can take of it. */
async function deploy(
  options: { readonly context?: readonly string[]; readonly how?: readonly string[] } = {},
) {
  const { context = [], how = [] } = options;
  rmSync(output, { recursive: true, force: true });
  await cdk('synth', '--quiet', '--output', output, ...context);
  adaptToMoto(join(output, 'Remit.template.json'));
  await cdk('deploy', 'Remit', '--app', output, '--require-approval', 'never', ...how);
}

async function tableNames(): Promise<string[]> {
  const client = new DynamoDBClient({ endpoint: inject('moto'), region: REGION, credentials });
  const { TableNames = [] } = await client.send(new ListTablesCommand({}));
  client.destroy();
  return TableNames.filter((name) => name.startsWith('Remit-')).sort();
}

/** Tables of the template that was deployed. */
function declared(): number {
  const template = readFileSync(join(output, 'Remit.template.json'), 'utf8');
  return template.split('"AWS::DynamoDB::Table"').length - 1;
}

const world = () => ({ endpoint: inject('moto'), region: REGION, credentials, log: () => undefined });

beforeAll(async () => {
  await fetch(`${inject('moto')}/moto-api/reset`, { method: 'POST' });
  output = mkdtempSync(join(tmpdir(), 'remit-deploy-'));
  await cdk('bootstrap', `aws://${ACCOUNT}/${REGION}`);
  await deploy();
  const names = await tableNames();
  const find = (part: string) => names.find((name) => name.includes(part)) ?? '';
  tables = {
    Grants: find('TablesGrants'),
    Registry: find('TablesRegistry'),
    Replay: find('TablesReplay'),
    Budgets: find('TablesBudgets'),
  };
});
afterAll(() => rmSync(output, { recursive: true, force: true }));

describe('what was deployed', () => {
  test('[DEPLOY-7] the stack deploys with the real CDK', () => {
    for (const name of Object.values(tables)) expect(name).toMatch(/^Remit-Tables/);
  });

  test('[DEPLOY-8] an agent gets a lease from the functions on the deployed tables', async () => {
    const signer = await createTestIssuer({ kind: 'oidc', issuer: 'https://ci.acme.dev' });
    const shipped = readCatalog(SHIPPED).catalog;
    if (shipped === undefined) throw new Error('does not compile');
    const catalog = {
      ...shipped,
      issuers: [...shipped.issuers, signer.config],
      agents: shipped.agents.map((agent) => ({
        ...agent,
        bindings: [...agent.bindings, { issuer: signer.config.issuer, subject: agent.id }],
      })),
    };
    const fetchKeys: typeof fetch = async (input) => answerKeys(String(input), signer);
    const here = { ...world(), catalog, fetch: fetchKeys };
    await buildRegistrySync(
      { ...peopleEnvironment, REGISTRY_TABLE: tables.Registry, CATALOG_FILE: 'none' },
      here,
    )({ RequestType: 'Create' });
    const token = buildToken(tokenEnvironment(), here);
    const event = formEvent('/oauth2/token', {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: await signer.sign({ sub: 'billing-agent' }),
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      authorization_details: JSON.stringify([
        {
          type: 'remit_task',
          task: 'export-invoices',
          parameters: { customer: 'cus_12345678', month: '2026-10' },
          purpose: 'test',
        },
      ]),
    });
    const answer = bodyOf(await token(event));
    expect(answer).toMatchObject({ token_type: 'N_A', lease_kind: 'dated' });
    const store = createGrantStore({ client: documentClient(world()), table: tables.Grants });
    const page = await store.listByAgent('billing-agent', { limit: 10 });
    expect(page.grants).toEqual([expect.objectContaining({ status: 'active', task: 'export-invoices' })]);
    expect(await buildSweeper({ ...peopleEnvironment, GRANTS_TABLE: tables.Grants }, world())({})).toEqual({
      ended: {},
      started: 0,
      woken: 0,
      failures: 0,
    });
  });

  test('[DEPLOY-9] a changed configuration updates the stack and keeps its tables', async () => {
    const before = await tableNames();
    expect(before).toHaveLength(declared());
    // moto forgets parameters with a default
    const how = ['--no-previous-parameters', '--method=direct'];
    await deploy({ context: ['-c', 'remit.requestsPerSecond=50'], how });
    expect(await tableNames()).toEqual(before);
  });
});

function tokenEnvironment() {
  return {
    BROKER_URL: 'https://broker.acme.dev',
    CATALOG_FILE: 'none',
    GRANTS_TABLE: tables.Grants,
    REGISTRY_TABLE: tables.Registry,
    REPLAY_TABLE: tables.Replay,
    BUDGETS_TABLE: tables.Budgets,
    ROLE_PREFIX: 'remit',
    ROLE_ACCOUNT: ACCOUNT,
    ROLE_PARTITION: 'aws',
    ...peopleEnvironment,
  };
}

/** The issuer's documents, as its web server would answer. */
function answerKeys(url: string, signer: Awaited<ReturnType<typeof createTestIssuer>>): Response {
  const { issuer } = signer.config;
  const jwksUri = `${issuer}/keys`;
  const body = url.endsWith('/keys') ? signer.keySet : { issuer, jwks_uri: jwksUri };
  return new Response(JSON.stringify(body), { headers: { 'content-type': 'application/json' } });
}
