// The id and handle of a grant, made before the grant: the replay row can name it, and a retry finds it.
// With an Idempotency-Key the id is derived from workload and key, so that a second grant cannot exist.

import { createHash } from 'node:crypto';
import { ulid } from 'ulid';
import type { GrantHandle, GrantId, Workload } from '../model.ts';
import type { Random } from '../ports.ts';
import { newHandle } from '../verify/handle.ts';

/** Names a grant that may come to be. */
export interface Ticket {
  readonly grantId: GrantId;
  readonly handle: GrantHandle;
}

/** A fresh ticket; the same id for the same workload and Idempotency-Key. */
export function newTicket(
  random: Random,
  request: { readonly workload: Workload; readonly idempotencyKey: string | undefined },
  now: Date,
): Ticket {
  const { workload, idempotencyKey } = request;
  const grantId =
    idempotencyKey === undefined
      ? (ulid(now.getTime(), fractions(random)) as GrantId)
      : derivedId(workload, idempotencyKey);
  return { grantId, handle: newHandle(grantId, random) };
}

function derivedId(workload: Workload, key: string): GrantId {
  const text = JSON.stringify(['remit-idempotency-key', workload.issuer.issuer, workload.subject, key]);
  const hex = createHash('sha256').update(text).digest('hex').slice(0, 32);
  return crockford(BigInt(`0x${hex}`)) as GrantId;
}

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** 128 bits as 26 characters, the form of a ULID. */
function crockford(value: bigint): string {
  return Array.from({ length: 26 }, (_, index) => {
    const digit = (value >> BigInt(5 * (25 - index))) & 31n;
    return CROCKFORD.charAt(Number(digit));
  }).join('');
}

/** Characters of a ULID that are random. */
const RANDOM_CHARACTERS = 16;

/** Uniform numbers in [0, 1), the form in which the ULID library takes randomness; all bytes in one call. */
function fractions(random: Random): () => number {
  const bytes = Buffer.from(random.bytes(RANDOM_CHARACTERS * 4));
  let next = 0;
  return () => {
    const offset = (next % RANDOM_CHARACTERS) * 4;
    next += 1;
    return bytes.readUInt32BE(offset) / 2 ** 32;
  };
}
