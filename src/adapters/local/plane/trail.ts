// CloudTrail-shaped events of the local AWS plane: one per call, let in or not, never with a credential.
// The newest are kept in a ring; subscribers get each one as it happens.

import { randomUUID } from 'node:crypto';
import type { AwsFailure, ServiceName } from './aws-failure.ts';
import { type Principal, principalAccount, principalArn, principalUserId } from './sessions.ts';
import type { PlaneRequest } from './wire.ts';

/** The record that CloudTrail would deliver (event version 1.11), as far as the plane knows its fields. */
export interface TrailEvent {
  readonly eventVersion: '1.11';
  readonly eventID: string;
  readonly requestID: string;
  readonly eventTime: string;
  readonly eventSource: string;
  readonly eventName: string;
  readonly awsRegion: string;
  readonly sourceIPAddress: string;
  readonly userAgent: string;
  readonly userIdentity: Readonly<Record<string, unknown>>;
  readonly requestParameters: Readonly<Record<string, unknown>> | null;
  readonly responseElements: null;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  readonly readOnly: boolean;
  readonly resources: readonly { readonly ARN: string }[];
  readonly eventType: 'AwsApiCall';
  readonly managementEvent: boolean;
  readonly eventCategory: 'Management' | 'Data';
  readonly recipientAccountId: string;
}

/** What a call was, filled as it becomes known. */
export interface CallFacts {
  service: ServiceName;
  region: string;
  accessKeyId?: string;
  principal?: Principal;
  action?: string;
  resources?: readonly string[];
  parameters?: Readonly<Record<string, unknown>>;
}

/** Hands over every event from now on; the returned function ends the subscription. */
export type TrailListener = (event: TrailEvent) => void;

/** Ring of the newest events. */
export class Trail {
  readonly #events: TrailEvent[] = [];
  readonly #listeners = new Set<TrailListener>();
  readonly #size: number;

  constructor(size = 10_000) {
    this.#size = size;
  }

  record(event: TrailEvent): void {
    this.#events.push(event);
    if (this.#events.length > this.#size) this.#events.shift();
    for (const listener of this.#listeners) listener(event);
  }

  subscribe(listener: TrailListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  events(): readonly TrailEvent[] {
    return [...this.#events];
  }
}

const READS = /^(Get|List|Head|Describe|Query|Scan|BatchGet)/;

/** The event of one finished call. */
export function trailEvent(
  request: PlaneRequest,
  facts: CallFacts,
  failure: AwsFailure | undefined,
): TrailEvent {
  const action = facts.action ?? 'Unknown';
  const isData = facts.service === 's3' || /Item$|^(Query|Scan)$/.test(action);
  return {
    eventVersion: '1.11',
    eventID: randomUUID(),
    requestID: request.requestId,
    eventTime: `${request.receivedAt.toISOString().slice(0, 19)}Z`,
    eventSource: `${facts.service}.amazonaws.com`,
    eventName: action,
    awsRegion: facts.region,
    sourceIPAddress: request.sourceAddress,
    userAgent: request.headers['user-agent'] ?? '',
    userIdentity: userIdentity(facts),
    requestParameters: facts.parameters ?? null,
    responseElements: null,
    ...(failure === undefined ? {} : { errorCode: failure.code, errorMessage: failure.message }),
    readOnly: READS.test(action),
    resources: (facts.resources ?? []).map((arn) => ({ ARN: arn })),
    eventType: 'AwsApiCall',
    managementEvent: !isData,
    eventCategory: isData ? 'Data' : 'Management',
    recipientAccountId: facts.principal === undefined ? '' : principalAccount(facts.principal),
  };
}

function userIdentity({ principal, accessKeyId }: CallFacts): Readonly<Record<string, unknown>> {
  // an access key that was not proved with its secret is nobody's
  if (principal === undefined) return { type: 'Unknown' };
  const base = {
    principalId: principalUserId(principal),
    arn: principalArn(principal),
    accountId: principalAccount(principal),
    accessKeyId,
  };
  if (principal.kind === 'user') return { type: 'IAMUser', ...base, userName: principal.name };
  const { role } = principal;
  return {
    type: 'AssumedRole',
    ...base,
    sessionContext: {
      sessionIssuer: {
        type: 'Role',
        principalId: role.id,
        arn: role.arn,
        accountId: role.account,
        userName: role.name,
      },
      attributes: { creationDate: principal.issuedAt.toISOString(), mfaAuthenticated: 'false' },
      ...(principal.sourceIdentity === undefined ? {} : { sourceIdentity: principal.sourceIdentity }),
    },
  };
}
