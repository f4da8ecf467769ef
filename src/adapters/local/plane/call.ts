// One authenticated call of the local AWS plane, as its services see it: the request, who asks, and `authorize`,
// which either returns or throws the service's own AccessDenied.

import type { RoleDirectory } from './roles.ts';
import type { Principal, SessionStore } from './sessions.ts';
import type { SignatureClaims } from './signature.ts';
import type { CallFacts } from './trail.ts';
import type { PlaneRequest } from './wire.ts';

/** Values of IAM condition keys of one request. */
export type ConditionContext = Readonly<Record<string, string | readonly string[]>>;

/** Identity of the plane itself. */
export interface PlaneIdentity {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

/** One action on one resource, as IAM is asked about it. */
export interface Access {
  /** With the service prefix, such as `s3:GetObject`. */
  readonly action: string;
  /** ARN, or `*` where the action has no resource. */
  readonly resource: string;
  /** Condition keys of this service; the global ones are added. */
  readonly context?: ConditionContext;
}

export interface Call {
  readonly request: PlaneRequest;
  readonly claims: SignatureClaims;
  readonly principal: Principal;
  readonly identity: PlaneIdentity;
  readonly roles: RoleDirectory;
  readonly sessions: SessionStore;
  /** What the trail will say about this call. */
  readonly facts: CallFacts;
  /** @throws AwsFailure access denied, naming action and resource. */
  authorize(access: Access): void;
}
