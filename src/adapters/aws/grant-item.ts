// A grant as its DynamoDB item and back. Flat, readable attributes; times as ISO 8601, `purgeAt` in epoch seconds
// (TTL). A row that does not read back as a grant is an error, never a grant with holes.

import * as z from 'zod';
import {
  type Approval,
  DECISIONS,
  GRANT_FLAGS,
  GRANT_STATUSES,
  type Grant,
  type GrantId,
  type KeyThumbprint,
  type RoleArn,
} from '../../core/model.ts';
import type { AuditEvent, GrantSummary } from '../../core/ports.ts';
import { deadlineOf, isOpen } from '../../core/record/lifetime.ts';
import { OPEN_SHARDS } from '../../core/record/sweep.ts';

type Item = Record<string, unknown>;

const time = z.iso.datetime().transform((text) => new Date(text));
const epochSeconds = z.number().transform((seconds) => new Date(seconds * 1000));
// the brands stand for strings that this table got from the core
const branded = <Brand extends string>() => z.custom<Brand>((value) => typeof value === 'string');
const person = z.object({ issuer: z.string(), subject: z.string(), name: z.string().exactOptional() });

const summaryShape = {
  grantId: branded<GrantId>(),
  agent: z.string(),
  task: z.string(),
  environment: z.string(),
  status: z.enum(GRANT_STATUSES),
  requestedAt: time,
  expiresAt: time,
  leaseExpiresAt: time.exactOptional(),
  leaseCount: z.number().int(),
  endedAt: time.exactOptional(),
  endReason: z.string().exactOptional(),
  flags: z.array(z.enum(GRANT_FLAGS)).exactOptional(),
};

const approval = z.object({
  approver: person,
  decision: z.enum(DECISIONS),
  requestDigest: z.string(),
  decidedAt: time,
  reason: z.string().exactOptional(),
  evidenceId: z.string(),
});

const grantSchema = z.object({
  ...summaryShape,
  owner: person,
  account: z.string(),
  parameters: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  purpose: z.string(),
  ruling: z.object({
    outcome: z.enum(['allowed', 'needs-approval', 'denied']),
    policies: z.array(z.string()),
  }),
  catalogDigest: z.string(),
  requestDigest: z.string(),
  workload: z.object({ issuer: z.string(), subject: z.string(), assertionId: z.string() }),
  handleHash: z.string(),
  boundKey: branded<KeyThumbprint>().exactOptional(),
  proofIssuedAt: time.exactOptional(),
  leaseSeconds: z.number(),
  maxLeases: z.number().exactOptional(),
  leaseKind: z.enum(['scoped', 'dated']).exactOptional(),
  accessKeyId: z.string().exactOptional(),
  roleArn: branded<RoleArn>(),
  sessionPolicyDigest: z.string().exactOptional(),
  approvals: z.array(approval),
  facts: z.string().exactOptional(),
  polledAt: time.exactOptional(),
  pollSeconds: z.number().int().exactOptional(),
  workflowAt: time.exactOptional(),
  redeemedAt: time.exactOptional(),
  outcome: z.string().exactOptional(),
  endedBy: person.exactOptional(),
  purgeAt: epochSeconds.exactOptional(),
});
const summarySchema = z.object(summaryShape);

/** The grant in a row. @throws Error when the row is not one. */
export function readGrant(item: Item): Grant {
  return grantSchema.parse(item);
}

/** The listed part of a grant, as the indexes project it. */
export function readSummary(item: Item): GrantSummary {
  return summarySchema.parse(item);
}

/** The row of a new grant with its first event. */
export function writeGrant(grant: Grant, event: AuditEvent): Item {
  const { purgeAt, ...rest } = grant;
  return {
    ...(datesAsText(rest) as Item),
    ...(purgeAt && { purgeAt: toEpochSeconds(purgeAt) }),
    ...(isOpen(grant) && { openShard: shardOf(grant.grantId), deadline: deadlineOf(grant).toISOString() }),
    event: writeEvent(event),
    eventNumber: 1,
  };
}

/** A decision as the row keeps it. */
export function approvalItem(approval: Approval): Item {
  return datesAsText(approval) as Item;
}

/** The outbox entry: drained in order from the stream by `eventNumber`. */
export function writeEvent(event: AuditEvent): Item {
  return { type: event.type, at: event.at.toISOString(), requestId: event.requestId, facts: event.facts };
}

/** Index partition of an open grant: spread by the last, random character of its id. */
export function shardOf(grantId: GrantId): string {
  return `open#${grantId.charCodeAt(grantId.length - 1) % OPEN_SHARDS}`;
}

/** DynamoDB TTL wants whole epoch seconds. */
export function toEpochSeconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}

/** Plain JSON with times as ISO 8601. */
export function datesAsText(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(datesAsText);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, datesAsText(member)]));
}
