// A probe of who decides: the owner of an agent tries to approve what the agent asks for.

import type { Parameters } from '../model.ts';
import { notObserved } from './check.ts';
import { exchange, expectRefusal, type ProbePorts, PURPOSE, probeCheck, said } from './probe.ts';
import { sampleParameters } from './sample-values.ts';

/** Values tried until one needs people. */
const TRIES = 10;

export const selfApproval = probeCheck(
  {
    id: 'self-approval',
    shows: 'The owner of an agent is refused to approve what the agent asks for.',
    command: 'npx vitest run test/core/approve/rules.property.test.ts test/core/approve/decide.test.ts',
  },
  async (ports) => {
    const asked = findDecided(ports);
    if (asked === undefined)
      return notObserved('the catalog has no request that people other than owners decide on');
    const owner = await ports.probes.signInAs(asked.owner);
    if (owner === undefined) return notObserved(`local mode has nobody who owns ${asked.agent}`);
    const waiting = await exchange(ports, await ports.probes.assertion(asked.agent), asked);
    const { code, grant_id: grantId } = waiting.body;
    if (code !== 'grant_pending' || typeof grantId !== 'string')
      return notObserved(`${asked.task} for ${asked.agent} was answered with ${said(waiting)}`);
    try {
      const answer = await ports.broker.send({
        method: 'POST',
        path: `/api/approvals/${grantId}/challenge`,
        json: { decision: 'approve' },
        bearer: owner,
      });
      return expectRefusal(
        answer,
        ['owner_may_not_decide'],
        `its owner approving ${asked.task} for ${asked.agent}`,
      );
    } finally {
      const scope = { kind: 'grant', id: grantId };
      await ports.probes.order({ command: 'kill', scope, reason: PURPOSE });
    }
  },
);

interface Decided {
  readonly agent: string;
  readonly owner: string;
  readonly task: string;
  readonly parameters: Parameters;
}

function findDecided({ questions: { catalog, authorizer }, random }: ProbePorts): Decided | undefined {
  for (const agent of catalog.agents)
    for (const task of catalog.tasks) {
      const isOthers = !task.approval.ownerMayApprove && task.proof !== 'required';
      if (!isOthers || task.environment !== agent.environment) continue;
      for (let count = 0; count < TRIES; count += 1) {
        const parameters = sampleParameters(task, random);
        if (parameters === undefined) break;
        if (authorizer.rule({ agent, task, parameters }).outcome !== 'needs-approval') continue;
        return { agent: agent.id, owner: agent.owner.subject, task: task.id, parameters };
      }
    }
  return undefined;
}
