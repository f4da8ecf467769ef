// The local AWS plane: one HTTP server on loopback that stock AWS SDKs and the aws CLI talk to. Every call is
// authenticated (signature, session, expiry), authorized by src/core/iam, answered by its service and recorded.

import { randomUUID } from 'node:crypto';
import type { Clock } from '../../../core/ports.ts';
import { createOidcIssuer, type OidcIssuer } from '../oidc-issuer.ts';
import { AwsFailure, authenticationFailure, type ServiceName } from './aws-failure.ts';
import type { Access, Call, PlaneIdentity } from './call.ts';
import { answerDynamo } from './dynamodb.ts';
import { type DynamoEngine, startDynamoEngine } from './dynamodb-engine.ts';
import { answerIam } from './iam.ts';
import { decide, denial } from './permissions.ts';
import { RoleDirectory } from './roles.ts';
import { answerS3 } from './s3.ts';
import { ObjectStore } from './s3-objects.ts';
import { type Principal, SessionStore } from './sessions.ts';
import { guessService, readSignature, type SignatureClaims, verifySignature } from './signature.ts';
import { answerSts } from './sts.ts';
import { TableChanges } from './table-changes.ts';
import { type CallFacts, Trail, trailEvent } from './trail.ts';
import { failureAnswer, type PlaneRequest, type PlaneResponse } from './wire.ts';

/** The state of one plane, and `answer`, which never throws. */
export interface Plane {
  readonly identity: PlaneIdentity;
  readonly clock: Clock;
  readonly roles: RoleDirectory;
  readonly sessions: SessionStore;
  readonly objects: ObjectStore;
  readonly engine: DynamoEngine;
  readonly changes: TableChanges;
  readonly trail: Trail;
  readonly outbound: OidcIssuer;
  answer(request: PlaneRequest): Promise<PlaneResponse>;
}

export interface PlaneOptions {
  readonly identity: PlaneIdentity;
  readonly clock: Clock;
  /** Issuer URL of GetWebIdentityToken. */
  readonly outboundUrl: string;
}

/** Makes an empty plane: no roles, buckets or tables. */
export function createPlane({ identity, clock, outboundUrl }: PlaneOptions): Plane {
  const state = {
    identity,
    clock,
    roles: new RoleDirectory(),
    sessions: new SessionStore(),
    objects: new ObjectStore(),
    engine: startDynamoEngine(identity.region),
    changes: new TableChanges(),
    trail: new Trail(),
    outbound: createOidcIssuer({ url: outboundUrl, algorithms: ['ES384', 'RS256'], clock }),
  };
  return { ...state, answer: (request) => answer(state, request) };
}

type State = Omit<Plane, 'answer'>;

async function answer(plane: State, request: PlaneRequest): Promise<PlaneResponse> {
  const facts: CallFacts = { service: guessService(request), region: plane.identity.region };
  try {
    const response = await serve(plane, request, facts);
    plane.trail.record(trailEvent(request, facts, undefined));
    return response;
  } catch (error) {
    const failure = error instanceof AwsFailure ? error : internalFailure(error);
    plane.trail.record(trailEvent(request, facts, failure));
    return failureAnswer(facts.service, failure, request);
  }
}

function internalFailure(error: unknown): AwsFailure {
  console.error('local AWS plane:', error);
  return new AwsFailure('InternalFailure', 500, 'The local plane failed on this request; see its output.');
}

async function serve(plane: State, request: PlaneRequest, facts: CallFacts): Promise<PlaneResponse> {
  const claims = readSignature(request);
  facts.service = claims.service;
  const principal = await authenticate(plane, request, claims);
  facts.accessKeyId = claims.accessKeyId;
  facts.principal = principal;
  checkRegion(plane.identity, claims);
  const call = newCall(plane, { request, claims, principal, facts });
  switch (claims.service) {
    case 's3':
      return answerS3(call, plane.objects);
    case 'dynamodb':
      return answerDynamo(call, plane);
    case 'sts':
      return answerSts(call, plane.outbound);
    case 'iam':
      return answerIam(call);
  }
}

/** Key, signature, token, expiry: in this order, so that only the holder of the secret learns of the expiry. */
async function authenticate(
  plane: State,
  request: PlaneRequest,
  claims: SignatureClaims,
): Promise<Principal> {
  const key = plane.sessions.find(claims.accessKeyId);
  if (key === undefined) throw authenticationFailure(claims.service, 'unknown-key');
  await verifySignature(request, claims, key.secretAccessKey);
  if (!key.hasToken(claims.sessionToken)) throw authenticationFailure(claims.service, 'wrong-token');
  const { principal } = key;
  if (principal.kind === 'role' && principal.expiresAt <= request.receivedAt)
    throw authenticationFailure(claims.service, 'expired');
  return principal;
}

/** IAM is global and signs for us-east-1; every other service is in the plane's one region. */
function checkRegion(identity: PlaneIdentity, claims: SignatureClaims): void {
  const expected = claims.service === 'iam' ? 'us-east-1' : identity.region;
  if (claims.region !== expected)
    throw authenticationFailure(
      claims.service,
      'wrong-region',
      `This one is ${expected}, not ${claims.region}.`,
    );
}

interface CallParts {
  readonly request: PlaneRequest;
  readonly claims: SignatureClaims;
  readonly principal: Principal;
  readonly facts: CallFacts;
}

function newCall(plane: State, parts: CallParts): Call {
  const asked = { request: parts.request, principal: parts.principal, region: plane.identity.region };
  const service: ServiceName = parts.claims.service;
  return {
    ...parts,
    identity: plane.identity,
    roles: plane.roles,
    sessions: plane.sessions,
    authorize: (access: Access) => {
      parts.facts.resources = [...(parts.facts.resources ?? []), access.resource];
      const decision = decide(asked, access);
      if (!decision.allowed) throw denial(service, parts.principal, { access, reason: decision.reason });
    },
  };
}

/** A fresh request id. */
export const newRequestId = (): string => randomUUID();
