import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import {
  AssumeRoleCommand,
  GetCallerIdentityCommand,
  GetScopedCredentialsCommand,
  GetWebIdentityTokenCommand,
} from '@aws-sdk/client-sts';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, lease, policy, startFixture, TASK_ROLE } from './plane-fixture.ts';

const request = {
  RoleArn: TASK_ROLE,
  RoleSessionName: 'grant-agent',
  SourceIdentity: 'remit-grant',
  Tags: [{ Key: 'remit:task', Value: 'files' }],
};
const read = new GetObjectCommand({ Bucket: 'files', Key: 'a/one.txt' });

describe('STS of the local AWS plane', () => {
  let plane: Fixture;

  beforeAll(async () => {
    plane = await startFixture();
    await plane
      .s3(plane.operator)
      .send(new PutObjectCommand({ Bucket: 'files', Key: 'a/one.txt', Body: 'x' }));
  });
  afterAll(() => plane.close());

  const assume = (input: object, credentials = plane.broker) =>
    plane.sts(credentials).send(new AssumeRoleCommand({ ...request, ...input }));

  it('issues a session that says who it is and carries the source identity [LOCAL-7]', async () => {
    const answer = await assume({});
    expect(answer.SourceIdentity).toBe('remit-grant');
    const who = await plane.sts(lease(answer.Credentials)).send(new GetCallerIdentityCommand({}));
    expect(who.Arn).toBe('arn:aws:sts::000000000000:assumed-role/remit-task-files/grant-agent');
    expect(who.UserId).toBe(answer.AssumedRoleUser?.AssumedRoleId);
  });

  it.each([
    ['no source identity', { SourceIdentity: undefined }],
    ['a source identity of another form', { SourceIdentity: 'someone' }],
    ['another tag', { Tags: [{ Key: 'remit:task', Value: 'other' }] }],
    ['no tag', { Tags: undefined }],
    ['a role that does not exist', { RoleArn: 'arn:aws:iam::000000000000:role/none' }],
  ])('refuses the role when the trust policy does not hold: %s [LOCAL-8]', async (_, change) => {
    await expect(assume(change)).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('refuses the role to a caller that its trust policy does not name', async () => {
    const other = await plane.assume();
    await expect(assume({}, other)).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(assume({}, plane.operator)).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it.each([
    ['900 s at least', { DurationSeconds: 899 }, 'ValidationError'],
    ['an hour at most when chained', { DurationSeconds: 3601 }, 'ValidationError'],
    [
      '2,048 characters of policy',
      { Policy: JSON.stringify(policy(allow('s3:GetObject', 'x'.repeat(2048)))) },
      'ValidationError',
    ],
    ['JSON in the policy', { Policy: '{' }, 'MalformedPolicyDocument'],
    [
      'a principal-free policy',
      { Policy: JSON.stringify(policy({ ...allow('*'), Principal: '*' })) },
      'MalformedPolicyDocument',
    ],
    ['a session name of the right form', { RoleSessionName: 'a b' }, 'ValidationError'],
  ])('keeps the limits of the real service: %s', async (_, change, name) => {
    await expect(assume(change)).rejects.toMatchObject({
      name: expect.stringMatching(new RegExp(`^${name}`)),
    });
  });

  it('ends a scoped credential by itself while its sibling goes on [LOCAL-9]', async () => {
    const session = await plane.assume();
    const scoped = await plane.sts(session).send(
      new GetScopedCredentialsCommand({
        DurationSeconds: 2,
        Policy: JSON.stringify(policy(allow('s3:*'))),
      }),
    );
    expect(scoped).toMatchObject({ ScopedPoliciesCount: 1, SourceIdentity: 'remit-grant' });
    const short = lease(scoped.Credentials);
    await expect(plane.s3(short).send(read)).resolves.toBeDefined();
    plane.clock.forward(3);
    await expect(plane.s3(short).send(read)).rejects.toMatchObject({
      name: 'ExpiredToken',
      $metadata: { httpStatusCode: 400 },
    });
    await expect(plane.sts(short).send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: expect.stringMatching(/^ExpiredToken/),
      $metadata: { httpStatusCode: 403 },
    });
    const item = new GetItemCommand({ TableName: 'records', Key: { customer: { S: 'a' }, id: { S: '1' } } });
    await expect(plane.dynamo(short).send(item)).rejects.toMatchObject({ name: 'ExpiredTokenException' });
    await expect(plane.s3(session).send(read)).resolves.toBeDefined();
  });

  it('only narrows: permissions stay within the parent, and the expiry cannot pass its own [LOCAL-10]', async () => {
    const parent = await plane.assume(policy(allow(['s3:GetObject', 'sts:GetScopedCredentials'])));
    const wide = await plane
      .sts(parent)
      .send(
        new GetScopedCredentialsCommand({ DurationSeconds: 60, Policy: JSON.stringify(policy(allow('*'))) }),
      );
    const s3 = plane.s3(lease(wide.Credentials));
    await expect(s3.send(read)).resolves.toBeDefined();
    const write = s3.send(new PutObjectCommand({ Bucket: 'files', Key: 'a/new', Body: 'x' }));
    await expect(write).rejects.toMatchObject({ name: 'AccessDenied' });
    const longer = plane.sts(parent).send(new GetScopedCredentialsCommand({ DurationSeconds: 1000 }));
    await expect(longer).rejects.toMatchObject({ name: 'InsufficientSessionLifetimeException' });
  });

  it('stops narrowing where the policy takes the call away, after three layers, and for users', async () => {
    const scope = (credentials: Parameters<Fixture['sts']>[0], Policy?: string) =>
      plane
        .sts(credentials)
        .send(new GetScopedCredentialsCommand({ DurationSeconds: 60, ...(Policy && { Policy }) }));
    const everything = JSON.stringify(policy(allow('*')));
    let current = await plane.assume();
    for (let layer = 0; layer < 3; layer += 1)
      current = lease((await scope(current, everything)).Credentials);
    await expect(scope(current, everything)).rejects.toMatchObject({ name: 'AccessDenied' });
    const withoutCall = lease(
      (await scope(await plane.assume(), JSON.stringify(policy(allow('s3:*'))))).Credentials,
    );
    await expect(scope(withoutCall)).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(scope(plane.operator)).rejects.toMatchObject({ name: 'InvalidSubjectCredentialsException' });
  });

  it('enforces a dated Deny of the session policy at its instant', async () => {
    const end = new Date(plane.clock().getTime() + 60_000).toISOString();
    const dated = await plane.assume(
      policy(allow('s3:GetObject'), {
        Effect: 'Deny',
        Action: '*',
        Resource: '*',
        Condition: { DateGreaterThanEquals: { 'aws:CurrentTime': end } },
      }),
    );
    await expect(plane.s3(dated).send(read)).resolves.toBeDefined();
    plane.clock.forward(61);
    await expect(plane.s3(dated).send(read)).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('signs web identity tokens about the role that its own issuer vouches for', async () => {
    const session = await plane.assume();
    const answer = await plane.sts(session).send(
      new GetWebIdentityTokenCommand({
        Audience: ['https://broker'],
        SigningAlgorithm: 'ES384',
        DurationSeconds: 60,
      }),
    );
    const keys = createRemoteJWKSet(new URL(`${plane.url}/outbound/.well-known/jwks.json`));
    const { payload } = await jwtVerify(answer.WebIdentityToken ?? '', keys, {
      issuer: `${plane.url}/outbound`,
      audience: 'https://broker',
      currentDate: plane.clock(),
    });
    expect(payload.sub).toBe(TASK_ROLE);
    expect(payload['https://sts.amazonaws.com/']).toMatchObject({
      principal_id: TASK_ROLE,
      source_identity: 'remit-grant',
    });
    const noPermission = plane
      .sts(plane.broker)
      .send(new GetWebIdentityTokenCommand({ Audience: ['x'], SigningAlgorithm: 'ES384' }));
    await expect(noPermission).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});
