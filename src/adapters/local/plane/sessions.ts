// Credentials that the local AWS plane has issued. Nothing is encoded in them: key and token are random, and
// what they may do is looked up here. Ended ones are kept for an hour, so that they answer ExpiredToken, as AWS does.

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { LeaseCredentials, PolicyDocument } from '../../../core/model.ts';
import { newIdentifier, type Role } from './roles.ts';

const KEPT_AFTER_END_MS = 3600 * 1000;

/** A role session, as AssumeRole or GetScopedCredentials made it. */
export interface RoleSession {
  readonly kind: 'role';
  readonly role: Role;
  readonly name: string;
  readonly sourceIdentity: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly sessionPolicy: PolicyDocument | undefined;
  /** Policies of GetScopedCredentials, outermost first; each narrows further. */
  readonly scopeDown: readonly PolicyDocument[];
  readonly issuedAt: Date;
  readonly expiresAt: Date;
}

/** The person at the keyboard: an IAM user with a long-lived key, in memory only. */
interface UserSession {
  readonly kind: 'user';
  readonly account: string;
  readonly name: string;
  readonly id: string;
  readonly policies: readonly PolicyDocument[];
}

export type Principal = RoleSession | UserSession;

/** What a caller's access key stands for. */
export interface IssuedKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Empty for the person at the keyboard. */
  readonly sessionToken: string;
  readonly principal: Principal;
  /** True when the token is the one issued with this key; compared in constant time. */
  hasToken(token: string | undefined): boolean;
}

/** `arn:aws:sts::…:assumed-role/<role>/<session>` or the user's ARN. */
export function principalArn(principal: Principal): string {
  if (principal.kind === 'user') return `arn:aws:iam::${principal.account}:user/${principal.name}`;
  const partition = principal.role.arn.split(':')[1] ?? 'aws';
  return `arn:${partition}:sts::${principal.role.account}:assumed-role/${principal.role.name}/${principal.name}`;
}

/** `aws:userid`. */
export function principalUserId(principal: Principal): string {
  return principal.kind === 'user' ? principal.id : `${principal.role.id}:${principal.name}`;
}

export function principalAccount(principal: Principal): string {
  return principal.kind === 'user' ? principal.account : principal.role.account;
}

/** All keys issued since the start of the plane. */
export class SessionStore {
  readonly #keys = new Map<string, IssuedKey>();

  /** Issues credentials for a principal; a role session gets a session token with them. */
  issue(principal: Principal): LeaseCredentials {
    this.#forgetLongEnded(principal);
    const accessKeyId = newIdentifier(principal.kind === 'user' ? 'AKIA' : 'ASIA');
    const secretAccessKey = randomBytes(30).toString('base64');
    const sessionToken = principal.kind === 'user' ? '' : randomBytes(192).toString('base64');
    const digest = sha256(sessionToken);
    this.#keys.set(accessKeyId, {
      accessKeyId,
      secretAccessKey,
      sessionToken,
      principal,
      hasToken: (token) => timingSafeEqual(digest, sha256(token ?? '')),
    });
    return { accessKeyId, secretAccessKey, sessionToken };
  }

  find(accessKeyId: string): IssuedKey | undefined {
    return this.#keys.get(accessKeyId);
  }

  #forgetLongEnded(newest: Principal): void {
    if (newest.kind === 'user') return;
    const before = newest.issuedAt.getTime() - KEPT_AFTER_END_MS;
    for (const [id, key] of this.#keys) {
      const ended = key.principal.kind === 'role' && key.principal.expiresAt.getTime() < before;
      if (ended) this.#keys.delete(id);
    }
  }
}

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();
