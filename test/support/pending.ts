// A request that waits for people, with the digest that its catalog gives it.

import type { Catalog, Grant } from '../../src/core/model.ts';
import { digestOfText } from '../../src/core/record/digest.ts';
import { factsUnder } from '../../src/core/record/open-grant.ts';
import { sampleCatalog, TASKS } from './catalog.ts';
import { freshGrantId, NOW, sampleGrant } from './grant.ts';

/** The account and names that its roles are in. */
export const PLACE = { partition: 'aws', account: '111122223333', prefix: 'remit' };

/** A catalog without agents whose tasks escalate to `finance-heads`. */
export function workflowCatalog(): Catalog {
  const tasks = TASKS.map((task) => ({
    ...task,
    approval: { ...task.approval, escalateTo: ['finance-heads'] },
  }));
  return sampleCatalog({ issuers: [], agents: [], tasks });
}

/** One that was made now and waits for a while. */
export function pendingGrant(catalog: Catalog, taskId: string, requestedAt = NOW, seconds = 600): Grant {
  const task = catalog.tasks.find(({ id }) => id === taskId);
  if (task === undefined) throw new Error(`no task ${taskId}`);
  const grantId = freshGrantId();
  const parameters = { amount: 77 };
  const { leaseExpiresAt, ...grant } = sampleGrant({ grantId, task: taskId, parameters, leaseCount: 0 });
  const { agent: agentId, owner, workload } = grant;
  const asked = { grantId, agentId, owner, workload, task, parameters, requestedAt };
  const facts = factsUnder({ catalog, place: PLACE }, asked);
  const expiresAt = new Date(requestedAt.getTime() + seconds * 1000);
  return {
    ...grant,
    status: 'pending',
    catalogDigest: catalog.digest,
    requestDigest: digestOfText(facts),
    facts,
    requestedAt,
    expiresAt,
  };
}
