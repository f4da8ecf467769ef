// A person's row and back: who it is and all its passkeys. A row that does not read back is an error, never a person
// with holes.

import * as z from 'zod';
import type { Person } from '../../core/model.ts';
import { isActive, type PersonRecord } from '../../core/people/person.ts';
import type { AuditEvent } from '../../core/ports.ts';
import { datesAsText, writeEvent } from './grant-item.ts';

const time = z.iso.datetime().transform((text) => new Date(text));

/** A `Person` in a row. */
export const personSchema = z.object({
  issuer: z.string(),
  subject: z.string(),
  name: z.string().exactOptional(),
});

const recordSchema = z.object({
  person: personSchema,
  passkeys: z.array(
    z.object({
      credentialId: z.string(),
      publicKey: z.string(),
      transports: z.array(z.string()),
      label: z.string(),
      status: z.enum(['waiting', 'active', 'removed']),
      enrolledAt: time,
      activeSince: time.exactOptional(),
      confirmedBy: personSchema.exactOptional(),
      removedAt: time.exactOptional(),
      removedBy: personSchema.exactOptional(),
      removalReason: z.string().exactOptional(),
      confirmationReason: z.string().exactOptional(),
    }),
  ),
  version: z.number().int(),
});

/** Key of a person's row: the identity provider's issuer and subject, never an e-mail address. */
export function personKey({ issuer, subject }: Pick<Person, 'issuer' | 'subject'>): string {
  return `PERSON#${issuer}#${subject}`;
}

/** @throws Error when the row is not a person. */
export function readPerson(item: Record<string, unknown>): PersonRecord {
  return recordSchema.parse(item);
}

/** The row of a person with the event of its newest change, of which each write is one; in the index `waiting` while one of its passkeys waits to be confirmed. */
export function writePerson(record: PersonRecord, event: AuditEvent): Record<string, unknown> {
  // beside a key that counts nothing is confirmed
  const isEnrolled = record.passkeys.some(isActive);
  const waiting = isEnrolled ? [] : record.passkeys.filter(({ status }) => status === 'waiting');
  const since = waiting
    .map(({ enrolledAt }) => enrolledAt.toISOString())
    .sort()
    .at(-1);
  return {
    pk: personKey(record.person),
    ...(datesAsText(record) as Record<string, unknown>),
    event: writeEvent(event),
    eventNumber: record.version,
    ...(since !== undefined && { waiting: WAITING, waitingSince: since }),
  };
}

/** The one partition of the sparse index: few people wait at a time. */
export const WAITING = 'passkey';
