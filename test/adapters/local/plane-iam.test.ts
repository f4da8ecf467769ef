import { Sha256 } from '@aws-crypto/sha256-js';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { SignatureV4 } from '@smithy/signature-v4';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LeaseCredentials } from '../../../src/core/model.ts';
import { type Fixture, policy, startFixture, TASK_ROLE } from './plane-fixture.ts';

describe('IAM of the local AWS plane', () => {
  let plane: Fixture;
  const read = new GetObjectCommand({ Bucket: 'files', Key: 'a/one.txt' });
  const killList = policy({
    Effect: 'Deny',
    Action: '*',
    Resource: '*',
    Condition: { StringEquals: { 'aws:SourceIdentity': ['remit-grant'] } },
  });

  beforeAll(async () => {
    plane = await startFixture();
    await plane
      .s3(plane.operator)
      .send(new PutObjectCommand({ Bucket: 'files', Key: 'a/one.txt', Body: 'one' }));
  });
  afterAll(() => plane.close());

  /** The query protocol by hand: the IAM client is not among our dependencies. */
  async function iam(credentials: LeaseCredentials, parameters: Record<string, string>) {
    const { host } = new URL(plane.url);
    const { sessionToken, ...key } = credentials;
    const signer = new SignatureV4({
      service: 'iam',
      region: 'us-east-1',
      credentials: sessionToken === '' ? key : credentials,
      sha256: Sha256,
    });
    const body = new URLSearchParams({ Version: '2010-05-08', ...parameters }).toString();
    const headers = { host, 'content-type': 'application/x-www-form-urlencoded' };
    const signed = await signer.sign({
      method: 'POST',
      protocol: 'http:',
      hostname: host,
      path: '/',
      headers,
      body,
    });
    const answer = await fetch(plane.url, { method: 'POST', headers: signed.headers, body });
    return { status: answer.status, text: await answer.text() };
  }
  const named = { RoleName: 'remit-task-files', PolicyName: 'kill' };

  it('a kill list ends a running session at once, and spares the role for others [LOCAL-16]', async () => {
    const session = await plane.assume();
    await expect(plane.s3(session).send(read)).resolves.toBeDefined();
    const put = await iam(plane.operator, {
      Action: 'PutRolePolicy',
      ...named,
      PolicyDocument: JSON.stringify(killList),
    });
    expect(put.status).toBe(200);
    await expect(plane.s3(session).send(read)).rejects.toMatchObject({ name: 'AccessDenied' });
    expect(
      (await iam(plane.operator, { Action: 'ListRolePolicies', RoleName: named.RoleName })).text,
    ).toContain('<member>kill</member>');
    expect((await iam(plane.operator, { Action: 'DeleteRolePolicy', ...named })).status).toBe(200);
    await expect(plane.s3(session).send(read)).resolves.toBeDefined();
  });

  it('gives a policy back as it was put', async () => {
    await iam(plane.operator, {
      Action: 'PutRolePolicy',
      ...named,
      PolicyDocument: JSON.stringify(killList),
    });
    const { text } = await iam(plane.operator, { Action: 'GetRolePolicy', ...named });
    const document = /<PolicyDocument>(.*)<\/PolicyDocument>/.exec(text)?.[1] ?? '';
    expect(JSON.parse(decodeURIComponent(document))).toEqual(killList);
    await iam(plane.operator, { Action: 'DeleteRolePolicy', ...named });
    expect((await iam(plane.operator, { Action: 'GetRolePolicy', ...named })).text).toContain('NoSuchEntity');
  });

  it('lets nobody write policies whose own do not allow it', async () => {
    const session = await plane.assume();
    for (const role of [TASK_ROLE.split('/').at(-1) ?? '', 'none']) {
      const change = {
        Action: 'PutRolePolicy',
        RoleName: role,
        PolicyName: 'p',
        PolicyDocument: JSON.stringify(killList),
      };
      expect(await iam(session, change)).toMatchObject({
        status: 403,
        text: expect.stringContaining('AccessDenied'),
      });
    }
  });

  it('refuses malformed and oversized policies', async () => {
    const put = (PolicyDocument: string) =>
      iam(plane.operator, { Action: 'PutRolePolicy', ...named, PolicyDocument });
    expect((await put('{"Version":"2012-10-17"}')).text).toContain('MalformedPolicyDocument');
    const large = policy({ Effect: 'Deny', Action: '*', Resource: 'x'.repeat(10_300) });
    expect((await put(JSON.stringify(large))).text).toContain('LimitExceeded');
  });
});
