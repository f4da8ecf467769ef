import { randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { Sha256 } from '@aws-crypto/sha256-js';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { SignatureV4 } from '@smithy/signature-v4';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LeaseCredentials } from '../../../src/core/model.ts';
import { type Fixture, REGION, startFixture } from './plane-fixture.ts';

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly query?: Record<string, string>;
  readonly headers: Record<string, string>;
  readonly body?: string;
}

/** Sends exactly these bytes: fetch would normalise the path and set headers of its own. */
function send(
  url: string,
  { method, path, query = {}, headers, body = '' }: Sent,
): Promise<{ status: number; text: string }> {
  const search = new URLSearchParams(query).toString().replaceAll('+', '%20');
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      { hostname, port, method, path: search === '' ? path : `${path}?${search}`, headers },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('end', () =>
          resolve({ status: incoming.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

describe('authentication at the local AWS plane', () => {
  let plane: Fixture;
  let session: LeaseCredentials;
  const read = new GetObjectCommand({ Bucket: 'files', Key: 'a/one.txt' });
  const item = new GetItemCommand({ TableName: 'records', Key: { customer: { S: 'a' }, id: { S: '1' } } });

  beforeAll(async () => {
    plane = await startFixture();
    session = await plane.assume();
    await plane
      .s3(plane.operator)
      .send(new PutObjectCommand({ Bucket: 'files', Key: 'a/one.txt', Body: 'one' }));
  });
  afterAll(() => plane.close());

  const signer = (service: string, credentials = session, region = REGION) =>
    new SignatureV4({ service, region, credentials, sha256: Sha256, uriEscapePath: service !== 's3' });
  const host = () => new URL(plane.url).host;
  const request = (sent: Sent) => ({ protocol: 'http:', hostname: host(), query: {}, ...sent });
  const putSigned = async (body: string, credentials = session) =>
    (await signer('s3', credentials).sign(
      request({ method: 'PUT', path: '/files/a/new', headers: { host: host() }, body }),
    )) as Sent;

  it.each([
    ['s3', 'SignatureDoesNotMatch', 403],
    ['sts', 'SignatureDoesNotMatch', 403],
    ['dynamodb', 'InvalidSignatureException', 400],
  ] as const)('refuses a wrong secret at %s [LOCAL-11]', async (service, name, status) => {
    const wrong = { ...session, secretAccessKey: 'x'.repeat(40) };
    const sent =
      service === 's3'
        ? plane.s3(wrong).send(read)
        : service === 'sts'
          ? plane.sts(wrong).send(new GetCallerIdentityCommand({}))
          : plane.dynamo(wrong).send(item);
    await expect(sent).rejects.toMatchObject({ name, $metadata: { httpStatusCode: status } });
  });

  it.each([
    ['s3', 'InvalidAccessKeyId'],
    ['sts', 'InvalidClientTokenId'],
    ['dynamodb', 'UnrecognizedClientException'],
  ] as const)('refuses an unknown key at %s', async (service, name) => {
    const unknown = { ...session, accessKeyId: 'ASIAUNKNOWN000000000' };
    const sent =
      service === 's3'
        ? plane.s3(unknown).send(read)
        : service === 'sts'
          ? plane.sts(unknown).send(new GetCallerIdentityCommand({}))
          : plane.dynamo(unknown).send(item);
    await expect(sent).rejects.toMatchObject({ name });
  });

  it('refuses a key with the token of another session, and without a token', async () => {
    const other = await plane.assume();
    const swapped = { ...session, sessionToken: other.sessionToken };
    await expect(plane.s3(swapped).send(read)).rejects.toMatchObject({ name: 'InvalidToken' });
    await expect(plane.s3({ ...session, sessionToken: '' }).send(read)).rejects.toMatchObject({
      name: 'InvalidToken',
    });
  });

  it('refuses a body, path, query or signed header that was changed after signing [LOCAL-12]', async () => {
    const signed = await putSigned('the body');
    const changes: Partial<Sent>[] = [
      { body: 'the b0dy' },
      { path: '/files/a/other' },
      { query: { 'x-id': 'GetObject' } },
      { headers: { ...signed.headers, 'x-amz-security-token': plane.broker.sessionToken } },
      { method: 'POST' },
    ];
    for (const change of changes) {
      const { status, text } = await send(plane.url, { ...signed, ...change });
      expect(status, JSON.stringify(Object.keys(change))).toBe(403);
      expect(text).toContain('SignatureDoesNotMatch');
    }
    expect((await send(plane.url, signed)).status).toBe(200);
  });

  it('refuses an x-amz header that the signature does not cover', async () => {
    const signed = await putSigned('x');
    const smuggled = { ...signed, headers: { ...signed.headers, 'x-amz-meta-a': 'b' } };
    expect((await send(plane.url, smuggled)).text).toContain('SignatureDoesNotMatch');
  });

  it('takes a body as unsigned only where S3 does', async () => {
    const body = 'Action=GetCallerIdentity&Version=2011-06-15';
    const headers = {
      host: host(),
      'content-type': 'application/x-www-form-urlencoded',
      'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
    };
    const signed = (await signer('sts').sign(request({ method: 'POST', path: '/', headers, body }))) as Sent;
    expect((await send(plane.url, signed)).text).toContain('SignatureDoesNotMatch');
  });

  it('refuses requests signed more than 15 minutes from now, and replays of old ones', async () => {
    for (const minutes of [-16, 16]) {
      const signingDate = new Date(Date.now() + minutes * 60_000);
      const signed = (await signer('s3').sign(
        request({ method: 'GET', path: '/files/a/one.txt', headers: { host: host() } }),
        { signingDate },
      )) as Sent;
      expect((await send(plane.url, signed)).text).toContain('RequestTimeTooSkewed');
    }
  });

  it('refuses a signature for another region or service', async () => {
    await expect(plane.s3(session, 'eu-west-1').send(read)).rejects.toMatchObject({
      name: 'AuthorizationHeaderMalformed',
    });
    const signed = (await signer('s3', session, 'eu-west-1').sign(
      request({ method: 'GET', path: '/files/a/one.txt', headers: { host: host() } }),
    )) as Sent;
    const moved = signed.headers['authorization']?.replace('eu-west-1', REGION) ?? '';
    const { text } = await send(plane.url, {
      ...signed,
      headers: { ...signed.headers, authorization: moved },
    });
    expect(text).toContain('SignatureDoesNotMatch');
  });

  it('refuses what is not signed at all, in the shape of each service', async () => {
    const get = await send(plane.url, { method: 'GET', path: '/files/a/one.txt', headers: {} });
    expect(get).toMatchObject({ status: 403, text: expect.stringContaining('AccessDenied') });
    const dynamo = await send(plane.url, {
      method: 'POST',
      path: '/',
      headers: { 'x-amz-target': 'DynamoDB_20120810.ListTables' },
      body: '{}',
    });
    expect(dynamo).toMatchObject({
      status: 400,
      text: expect.stringContaining('MissingAuthenticationToken'),
    });
  });

  it('honours presigned URLs until their end or the end of the session, whichever is first [LOCAL-13]', async () => {
    const presign = (expiresIn: number) =>
      signer('s3').presign(
        request({
          method: 'GET',
          path: '/files/a/one.txt',
          headers: { host: host(), 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
        }),
        { expiresIn },
      ) as Promise<Sent>;
    const url = await presign(60);
    expect(await send(plane.url, url)).toEqual({ status: 200, text: 'one' });
    const tampered = { ...url, path: '/files/b/one.txt' };
    expect((await send(plane.url, tampered)).text).toContain('SignatureDoesNotMatch');
    plane.clock.forward(61);
    expect((await send(plane.url, url)).status).toBe(403);
    const long = await presign(3600);
    plane.clock.forward(840);
    expect((await send(plane.url, long)).text).toContain('ExpiredToken');
    plane.clock.forward(-901);
  });

  it('answers only to its own loopback name, and never to a web page [LOCAL-14]', async () => {
    const rebound = await send(plane.url, {
      method: 'GET',
      path: '/files/a/one.txt',
      headers: { host: 'evil.example' },
    });
    expect(rebound.status).toBe(421);
    const page = await send(plane.url, {
      method: 'GET',
      path: '/',
      headers: { origin: 'http://localhost:8787' },
    });
    expect(page.status).toBe(403);
  });

  it('records every call, let in or not, without any secret [LOCAL-15]', async () => {
    const seen: unknown[] = [];
    const stop = plane.plane.trail.subscribe((event) => seen.push(event));
    await plane.s3(session).send(read);
    await plane
      .s3(session)
      .send(new GetObjectCommand({ Bucket: 'other', Key: 'k' }))
      .catch(() => undefined);
    stop();
    expect(seen).toMatchObject([
      {
        eventSource: 's3.amazonaws.com',
        eventName: 'GetObject',
        userIdentity: { type: 'AssumedRole', sessionContext: { sourceIdentity: 'remit-grant' } },
        requestParameters: { bucketName: 'files', key: 'a/one.txt' },
      },
      { eventName: 'GetObject', errorCode: 'AccessDenied' },
    ]);
    const text = JSON.stringify(plane.plane.trail.events());
    for (const secret of [session.secretAccessKey, session.sessionToken]) expect(text).not.toContain(secret);
  });

  it('names nobody in the record of a call whose signature did not hold', async () => {
    await plane
      .s3({ ...session, secretAccessKey: randomUUID() })
      .send(read)
      .catch(() => undefined);
    expect(plane.plane.trail.events().at(-1)?.userIdentity).toEqual({ type: 'Unknown' });
  });
});
