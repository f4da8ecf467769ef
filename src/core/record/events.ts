// The audit events of the request path. Each is written in the same item as the state change it tells of.
// Facts are ids, hashes and numbers: never a token, a handle, a credential or a parameter value.

import type { Grant } from '../model.ts';
import type { AuditEvent } from '../ports.ts';

/** Every kind of event that a grant's row can carry. */
export type GrantEventType =
  | 'grant.reserved'
  | 'grant.pending'
  | 'grant.ended'
  | 'approval.recorded'
  | 'lease.begun'
  | 'lease.issued';

type Facts = Readonly<Record<string, string | number | boolean | undefined>>;

/** In which request, when, and what is worth knowing beside the grant itself. */
export interface Occurrence {
  readonly requestId: string;
  readonly at: Date;
  readonly facts?: Facts;
}

/** One event about `grant`, with the identifiers that security teams search by. */
export function grantEvent(
  type: GrantEventType,
  grant: Pick<Grant, 'grantId' | 'agent' | 'task'>,
  { requestId, at, facts = {} }: Occurrence,
): AuditEvent {
  const all: Facts = { grantId: grant.grantId, agent: grant.agent, task: grant.task, ...facts };
  return { type, at, requestId, facts: defined(all) };
}

function defined(facts: Facts): AuditEvent['facts'] {
  return Object.fromEntries(
    Object.entries(facts).filter(
      (entry): entry is [string, string | number | boolean] => entry[1] !== undefined,
    ),
  );
}
