// The STS adapter on moto, which has AssumeRole and lacks GetScopedCredentials: as in a region that lacks it.

import { expect, inject, test } from 'vitest';
import { createLeaseIssuer } from '../../src/adapters/aws/lease-issuer.ts';
import { stsClients } from '../../src/adapters/aws/world.ts';
import type { RoleArn } from '../../src/core/model.ts';

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };

function issuer() {
  const world = { endpoint: inject('moto'), region: 'eu-west-1', credentials };
  return createLeaseIssuer(stsClients(world));
}

const request = {
  roleArn: 'arn:aws:iam::123456789012:role/remit/remit-task-x' as RoleArn,
  sessionName: '01ARZ3NDEKTSV4RRFFQ69G5FAV-agent',
  sourceIdentity: 'remit-01ARZ3NDEKTSV4RRFFQ69G5FAV',
  taskTag: 'x',
  policy: '{"Version":"2012-10-17","Statement":[]}',
};

test('[STS-1] AssumeRole gives a session of 900 seconds', async () => {
  const { credentials: session, expiresAt } = await issuer().assumeRole(request);
  expect(session.accessKeyId).toMatch(/^ASIA/);
  const seconds = (expiresAt.getTime() - Date.now()) / 1000;
  expect(seconds).toBeGreaterThan(850);
  expect(seconds).toBeLessThan(910);
});

test('[STS-2] where GetScopedCredentials is missing there is no scoped session, and no failure', async () => {
  const { credentials: session } = await issuer().assumeRole(request);
  const scoped = await issuer().scopeDown({ session, policy: '{}', durationSeconds: 60, description: 'x' });
  expect(scoped).toBeUndefined();
});

test('[STS-3] an STS that cannot be reached is worth trying again', async () => {
  const world = { endpoint: 'http://127.0.0.1:9', region: 'eu-west-1', credentials };
  const away = createLeaseIssuer(stsClients(world));
  await expect(away.assumeRole(request)).rejects.toMatchObject({ code: 'credentials_unavailable' });
});
