// AWS Signature Version 4 of an incoming request, header or presigned: reads the claims first, then recomputes
// the signature with the caller's secret over the bytes as received. Refuses requests whose host or x-amz
// headers are not signed, whose body is not the signed one, and dates outside 15 minutes.

import { createHash, timingSafeEqual } from 'node:crypto';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { type AuthenticationProblem, authenticationFailure, type ServiceName } from './aws-failure.ts';
import type { PlaneRequest } from './wire.ts';

const WINDOW_MS = 15 * 60 * 1000;
const LONGEST_PRESIGNED_SECONDS = 7 * 24 * 3600;
const SERVICES: readonly string[] = ['s3', 'dynamodb', 'sts', 'iam'] satisfies ServiceName[];

/** What the request says about its own signature; nothing of it is trusted until `verifySignature`. */
export interface SignatureClaims {
  readonly service: ServiceName;
  readonly region: string;
  readonly accessKeyId: string;
  readonly sessionToken: string | undefined;
  readonly signedAt: Date;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** Presigned URLs only: seconds from `signedAt`. */
  readonly expiresInSeconds?: number;
  /** Last line of the canonical request. */
  readonly payloadHash: string;
  readonly query: Readonly<Record<string, string | string[]>>;
}

/** The service that an unsigned or unreadable request most likely meant, for the shape of the answer. */
export function guessService(request: PlaneRequest): ServiceName {
  if (request.headers['x-amz-target']?.startsWith('DynamoDB_') === true) return 'dynamodb';
  const form = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
  return form && request.rawPath === '/' ? 'sts' : 's3';
}

/** Reads the signature claims of a request. @throws AwsFailure when there are none, or they cannot be read. */
export function readSignature(request: PlaneRequest): SignatureClaims {
  const query = parseQuery(request);
  if (request.headers['authorization'] !== undefined) {
    // both at once would let one be checked and the other be believed
    if ('X-Amz-Signature' in query) throw failure(request, 'malformed');
    return readHeader(request, query);
  }
  if (single(query, 'X-Amz-Algorithm') !== undefined) return readPresigned(request, query);
  throw failure(request, 'missing');
}

const failure = (request: PlaneRequest, problem: AuthenticationProblem) =>
  authenticationFailure(guessService(request), problem);

function parseQuery(request: PlaneRequest): Record<string, string | string[]> {
  const query: Record<string, string | string[]> = Object.create(null);
  for (const pair of request.rawQuery === '' ? [] : request.rawQuery.split('&')) {
    const at = pair.indexOf('=');
    const name = decode(request, at === -1 ? pair : pair.slice(0, at));
    const value = decode(request, at === -1 ? '' : pair.slice(at + 1));
    const earlier = query[name];
    query[name] = earlier === undefined ? value : [...(Array.isArray(earlier) ? earlier : [earlier]), value];
  }
  return query;
}

function decode(request: PlaneRequest, text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw failure(request, 'malformed');
  }
}

function single(query: Readonly<Record<string, string | string[]>>, name: string): string | undefined {
  const value = query[name];
  return typeof value === 'string' ? value : undefined;
}

const HEADER_FORM =
  /^AWS4-HMAC-SHA256\s+Credential=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]{64})$/;

function readHeader(request: PlaneRequest, query: SignatureClaims['query']): SignatureClaims {
  const match = HEADER_FORM.exec(request.headers['authorization'] ?? '');
  if (match === null) throw failure(request, 'malformed');
  const [, credential = '', headers = '', signature = ''] = match;
  const signedAt = parseAmzDate(request.headers['x-amz-date']);
  if (signedAt === undefined) throw failure(request, 'malformed');
  const scope = readScope(request, credential, signedAt);
  return {
    ...scope,
    sessionToken: request.headers['x-amz-security-token'],
    signedAt,
    signedHeaders: headers.split(';'),
    signature,
    payloadHash: headerPayloadHash(request, scope.service),
    query,
  };
}

function readPresigned(request: PlaneRequest, query: Record<string, string | string[]>): SignatureClaims {
  const signedAt = parseAmzDate(single(query, 'X-Amz-Date'));
  const signature = single(query, 'X-Amz-Signature') ?? '';
  const seconds = single(query, 'X-Amz-Expires') ?? '';
  if (
    signedAt === undefined ||
    single(query, 'X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256' ||
    !/^[0-9a-f]{64}$/.test(signature) ||
    !/^[0-9]{1,6}$/.test(seconds) ||
    Number(seconds) > LONGEST_PRESIGNED_SECONDS
  )
    throw failure(request, 'malformed');
  const scope = readScope(request, single(query, 'X-Amz-Credential') ?? '', signedAt);
  const { 'X-Amz-Signature': _, ...signedQuery } = query;
  return {
    ...scope,
    sessionToken: single(query, 'X-Amz-Security-Token'),
    signedAt,
    signedHeaders: (single(query, 'X-Amz-SignedHeaders') ?? '').split(';'),
    signature,
    expiresInSeconds: Number(seconds),
    payloadHash: scope.service === 's3' ? 'UNSIGNED-PAYLOAD' : sha256(request.body),
    query: signedQuery,
  };
}

function readScope(request: PlaneRequest, credential: string, signedAt: Date) {
  const [accessKeyId = '', day = '', region = '', service = '', end = '', ...rest] = credential.split('/');
  const wellFormed = accessKeyId !== '' && region !== '' && end === 'aws4_request' && rest.length === 0;
  if (!wellFormed || day !== longDate(signedAt).slice(0, 8) || !SERVICES.includes(service))
    throw failure(request, 'malformed');
  return { accessKeyId, region, service: service as ServiceName };
}

/** Hashes of S3 whose body is not signed itself; the object's integrity then rests on its checksum trailer. */
const UNSIGNED_BODIES: readonly string[] = ['UNSIGNED-PAYLOAD', 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'];

function headerPayloadHash(request: PlaneRequest, service: ServiceName): string {
  const claimed = request.headers['x-amz-content-sha256'];
  if (service === 's3' && claimed !== undefined && UNSIGNED_BODIES.includes(claimed)) return claimed;
  const actual = sha256(request.body);
  if (service === 's3' && claimed === undefined) throw failure(request, 'malformed');
  if (claimed !== undefined && claimed !== actual)
    throw authenticationFailure(service, 'bad-signature', 'The body is not the one that was signed.');
  return actual;
}

/** Checks date, coverage and signature. @throws AwsFailure when any of them does not hold. */
export async function verifySignature(
  request: PlaneRequest,
  claims: SignatureClaims,
  secretAccessKey: string,
): Promise<void> {
  checkDate(request, claims);
  checkCoverage(request, claims);
  const expected = await recompute(request, claims, secretAccessKey);
  const matches = timingSafeEqual(Buffer.from(expected, 'hex'), Buffer.from(claims.signature, 'hex'));
  if (!matches) throw authenticationFailure(claims.service, 'bad-signature');
}

function checkDate(request: PlaneRequest, claims: SignatureClaims): void {
  const age = request.receivedAt.getTime() - claims.signedAt.getTime();
  const oldest = claims.expiresInSeconds === undefined ? WINDOW_MS : claims.expiresInSeconds * 1000;
  if (age < -WINDOW_MS || age > oldest) throw authenticationFailure(claims.service, 'skewed');
}

function checkCoverage(request: PlaneRequest, claims: SignatureClaims): void {
  const signed = new Set(claims.signedHeaders);
  const mustBeSigned = Object.keys(request.headers).filter(
    (name) => name === 'host' || name.startsWith('x-amz-'),
  );
  const missing = mustBeSigned.find((name) => !signed.has(name));
  if (missing !== undefined || !signed.has('host'))
    throw authenticationFailure(
      claims.service,
      'bad-signature',
      `The header ${missing ?? 'host'} is not signed.`,
    );
}

async function recompute(request: PlaneRequest, claims: SignatureClaims, secretAccessKey: string) {
  const headers: Record<string, string> = { 'x-amz-content-sha256': claims.payloadHash };
  for (const name of claims.signedHeaders) {
    const value = request.headers[name];
    if (value === undefined) throw authenticationFailure(claims.service, 'bad-signature');
    if (name !== 'x-amz-content-sha256') headers[name] = value;
  }
  const signer = new SignatureV4({
    service: claims.service,
    region: claims.region,
    sha256: Sha256,
    applyChecksum: false,
    uriEscapePath: claims.service !== 's3',
    // the session token is part of the signed headers or query already
    credentials: { accessKeyId: claims.accessKeyId, secretAccessKey },
  });
  const signed = await signer.sign(
    {
      method: request.method,
      protocol: 'http:',
      hostname: request.headers['host'] ?? '',
      path: request.rawPath,
      query: claims.query,
      headers,
    },
    {
      signingDate: claims.signedAt,
      signableHeaders: new Set(claims.signedHeaders),
      unsignableHeaders: new Set(['x-amz-content-sha256', 'x-amz-date']),
    },
  );
  return /Signature=([0-9a-f]{64})$/.exec(signed.headers['authorization'] ?? '')?.[1] ?? '0'.repeat(64);
}

const sha256 = (body: Buffer): string => createHash('sha256').update(body).digest('hex');

const longDate = (date: Date): string =>
  date
    .toISOString()
    .replace(/\.\d{3}Z$/, 'Z')
    .replace(/[-:]/g, '');

function parseAmzDate(text: string | undefined): Date | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text ?? '');
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second] = match;
  const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
