// Grant handles: which grant a caller means. 256 bits of secret behind the grant id, kept only as a hash.
// Worth nothing without the workload's own assertion; compared in constant time.

import { createHash, timingSafeEqual } from 'node:crypto';
import type { GrantHandle, GrantId } from '../model.ts';
import type { Random } from '../ports.ts';

const GRANT_ID = /^[0-9A-HJKMNP-TV-Z]{26}$/;
const HANDLE = /^([0-9A-HJKMNP-TV-Z]{26})\.[A-Za-z0-9_-]{43}$/;

/** A fresh handle: `<grantId>.<43 base64url characters>`, within CIBA's `auth_req_id` character set. */
export function newHandle(grantId: GrantId, random: Random): GrantHandle {
  return `${grantId}.${Buffer.from(random.bytes(32)).toString('base64url')}` as GrantHandle;
}

/** `sha256:<hex>`: what the grant row keeps. */
export function hashHandle(handle: GrantHandle): string {
  return `sha256:${createHash('sha256').update(handle).digest('hex')}`;
}

/** The grant that a well-formed handle names, or undefined for anything else. */
export function parseHandle(text: string): { grantId: GrantId; handle: GrantHandle } | undefined {
  const grantId = HANDLE.exec(text)?.[1];
  return grantId === undefined ? undefined : { grantId: grantId as GrantId, handle: text as GrantHandle };
}

/** A well-formed grant id, or undefined. */
export function parseGrantId(text: string): GrantId | undefined {
  return GRANT_ID.test(text) ? (text as GrantId) : undefined;
}

/** Constant-time comparison of a presented handle with the stored hash. */
export function handleMatches(handle: GrantHandle, storedHash: string): boolean {
  const presented = Buffer.from(hashHandle(handle));
  const stored = Buffer.from(storedHash);
  return presented.length === stored.length && timingSafeEqual(presented, stored);
}
