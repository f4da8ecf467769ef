// What a client holds: a grant, its handle and its latest lease. Times are by this machine's clock.

import type { Parameters } from '../core/model.ts';

/** One task as it is asked for. */
export interface TaskAsked {
  readonly task: string;
  readonly parameters: Parameters;
  /** Why, in the agent's own words; shown to approvers. */
  readonly purpose: string;
}

/** The grant that later calls name. */
export interface HeldGrant {
  readonly grantId: string;
  /** The secret that names the grant; never printed or logged. */
  readonly handle: string;
  /** Thumbprint of the proof key that every later call about this grant must prove. */
  readonly boundKey?: string | undefined;
}

/** AWS credentials with the span of time in which they work. */
export interface HeldLease {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** When the broker was asked for it. */
  readonly issuedAt: Date;
  readonly expiresAt: Date;
}

/** The broker gave a grant and its first lease. */
export interface Granted {
  readonly kind: 'granted';
  readonly grant: HeldGrant;
  readonly lease: HeldLease;
}

/** A person has to decide first. */
export interface Pending {
  readonly kind: 'pending';
  readonly grant: HeldGrant;
  /** Between two polls. */
  readonly intervalSeconds: number;
  /** When the request lapses if nobody decides; whoever comes back too early has yet to be told. */
  readonly lapsesAt?: Date | undefined;
  /** Who is asked, as far as the broker tells. */
  readonly asked?: Asked | undefined;
}

/** People who are asked to decide, for whoever watches the agent wait. */
export interface Asked {
  /** Groups of which they are, joined by commas. */
  readonly approvers: string;
  readonly quorum: number;
  /** How many have approved so far. */
  readonly approved: number;
  /** `XXXX-XXXX`: the page of the request shows the same. */
  readonly bindingCode: string;
  /** Where they decide. */
  readonly url: string;
}

/** Whether the lease still works at `now`. */
export function isLive(lease: HeldLease, now: number): boolean {
  return now < lease.expiresAt.getTime();
}

/** When the next lease is due: at half the life of this one. */
export function renewalDue(lease: HeldLease): number {
  return (lease.issuedAt.getTime() + lease.expiresAt.getTime()) / 2;
}

/** ISO 8601 without fractions: some SDKs cannot read them. */
export function wholeSeconds(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, 'Z');
}
