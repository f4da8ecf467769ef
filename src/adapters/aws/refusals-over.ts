// Where the functions tell what they refused: the outbox table.

import { createRefusalTrail, type RefusalTrail } from '../http/refusal-trail.ts';
import { createAuditOutbox } from './audit-outbox.ts';
import { clockOf, documentClient, type World } from './world.ts';

/** The trail of one function's refusals. */
export function refusalsOver(env: { readonly OUTBOX_TABLE: string }, world: World): RefusalTrail {
  return createRefusalTrail({
    outbox: createAuditOutbox({ client: documentClient(world), table: env.OUTBOX_TABLE }),
    clock: clockOf(world),
  });
}
