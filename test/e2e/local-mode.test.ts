import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { networkInterfaces } from 'node:os';
import { DynamoDBClient, ListTablesCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSession } from '../../cli/local/session.ts';
import { closeServer, listenLoopback } from '../../src/adapters/local/listen.ts';
import { type Local, startLocal } from '../support/local.ts';

describe('local mode', () => {
  let local: Local;
  beforeAll(async () => {
    local = await startLocal();
  }, 120_000);
  afterAll(() => local?.close());

  it('attests every catalogued agent and resource server, freshly each time [LOCAL-24]', async () => {
    const names = [
      ...local.catalog.agents.map(({ id }) => id),
      ...local.catalog.resourceServers.map(({ name }) => `server:${name}`),
    ];
    for (const name of names) {
      const [one, two] = await Promise.all([1, 2].map(async () => decodeJwt(await local.assertion(name))));
      expect(one?.iss).toBe(`${local.brokerUrl}/demo`);
      expect(one?.jti).not.toBe(two?.jti);
    }
    const subjects = await Promise.all(names.map(async (name) => decodeJwt(await local.assertion(name)).sub));
    expect(new Set(subjects).size).toBe(names.length);
  });

  it('attests nobody else [LOCAL-24]', async () => {
    for (const name of ['nobody', '', 'server:nobody', '__proto__'])
      expect((await fetch(`${local.brokerUrl}/dev/assertion?agent=${name}`)).status).toBeGreaterThanOrEqual(
        400,
      );
  });

  it('serves discovery and keys of the demo issuer, without private parts', async () => {
    const discovery = await fetch(`${local.brokerUrl}/demo/.well-known/openid-configuration`);
    const { issuer, jwks_uri } = (await discovery.json()) as { issuer: string; jwks_uri: string };
    expect(issuer).toBe(`${local.brokerUrl}/demo`);
    const { keys } = (await (await fetch(jwks_uri)).json()) as { keys: Record<string, unknown>[] };
    expect(keys).toHaveLength(1);
    expect(keys[0]).not.toHaveProperty('d');
  });

  it('puts the tables of the stack and of the tasks where the operator sees them', async () => {
    const { accessKeyId, secretAccessKey } = local.operator;
    const dynamo = new DynamoDBClient({
      endpoint: local.awsUrl,
      region: local.region,
      credentials: { accessKeyId, secretAccessKey },
    });
    const { TableNames = [] } = await dynamo.send(new ListTablesCommand({}));
    expect(TableNames.length).toBeGreaterThanOrEqual(3);
    const registry = TableNames.find((name) => /registry/i.test(name));
    const rows = await dynamo.send(new ScanCommand({ TableName: registry ?? '' }));
    for (const { id } of local.catalog.agents)
      expect(rows.Items?.some((row) => row['pk']?.S === `AGENT#${id}`)).toBe(true);
  });

  it('runs a function with the permissions of its own role alone [LOCAL-25]', async () => {
    const role = local.roles().find(({ name }) => /sweeper/i.test(name));
    if (role === undefined) throw new Error('the stack has no role for the sweeper');
    await expect(local.sweep()).resolves.toBeDefined();
    const policies = [...role.policies];
    role.policies.clear();
    await expect(local.sweep()).rejects.toThrow();
    expect(local.trail().at(-1)).toMatchObject({
      errorCode: expect.stringMatching(/^AccessDenied/),
      userIdentity: { sessionContext: { sessionIssuer: { arn: role.arn } } },
    });
    for (const [name, document] of policies) role.policies.set(name, document);
    await expect(local.sweep()).resolves.toBeDefined();
  });

  it('listens for broker and plane and nothing else, so that no table can be reached around the plane [LOCAL-26]', () => {
    const listening = process
      .getActiveResourcesInfo()
      .filter((resource) => resource === 'TCPServerWrap' || resource === 'PipeServerWrap');
    const loopbacks = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
    const hasIpv6 = loopbacks.some(({ address }) => address === '::1');
    expect(listening).toHaveLength(hasIpv6 ? 3 : 2);
  });

  it('refuses production [LOCAL-23]', async () => {
    const attempt = openSession({
      catalogDirectory: 'catalog',
      env: { NODE_ENV: 'production' },
      brokerPort: 0,
      awsPort: 0,
      onSynth: () => undefined,
    });
    await expect(attempt).rejects.toThrow(/production/);
  });
});

describe('remit dev', () => {
  it('ends with a sentence that names a taken port and its variable [LOCAL-20]', async () => {
    const holder = createServer();
    const port = await listenLoopback(holder, { port: 0, variable: 'REMIT_PORT' });
    const { code, output } = await runDev({ REMIT_PORT: '0', REMIT_AWS_PORT: String(port) });
    await closeServer(holder);
    expect(code).toBe(1);
    expect(output).toContain(String(port));
    expect(output).toContain('REMIT_AWS_PORT');
    expect(output).not.toContain('trail');
  }, 120_000);

  it('refuses production from the command line too [LOCAL-23]', async () => {
    const { code, output } = await runDev({ NODE_ENV: 'production', REMIT_PORT: '0', REMIT_AWS_PORT: '0' });
    expect(code).toBe(1);
    expect(output).toContain('NODE_ENV=production');
  }, 60_000);
});

function runDev(env: Record<string, string>): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, ['cli/remit.mjs', 'dev', '--once'], {
    env: { ...process.env, ...env },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, output })));
}
