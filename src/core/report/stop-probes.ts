// Probes of stops that reach further than one grant: of a task, and of everything that an issuer attests. Each is made
// only where no other grant would end by it, and is lifted again.

import type { GrantSummary } from '../ports.ts';
import { list } from '../questions/read-grants.ts';
import { fail, notObserved, type Observation } from './check.ts';
import {
  exchange,
  expectRefusal,
  type ProbeGrant,
  type ProbePorts,
  PURPOSE,
  probeCheck,
  renew,
  withGrant,
} from './probe.ts';

type Scope = { readonly kind: 'issuer' | 'task'; readonly id: string };
/** Whether a stop of that scope would end this grant. */
type Reaches = (grant: GrantSummary) => boolean;

export const killedTask = probeCheck(
  {
    id: 'killed-task',
    shows: 'One order stops a task for every agent, and lifting it lets the task be asked for again.',
    command:
      'remit kill task {task} --reason drill; remit request --agent {agent} --task {task} {params} --purpose drill; remit kill lift task {task} --reason "drill is over"',
  },
  (ports) =>
    withGrant(ports, (grant) =>
      stopping(ports, grant, {
        scope: { kind: 'task', id: grant.task.id },
        reaches: ({ task }) => task === grant.task.id,
      }),
    ),
);

export const killedIssuer = probeCheck(
  {
    id: 'killed-issuer',
    shows: 'One order stops every agent that an issuer attests, and ends their grants.',
    command:
      'remit kill issuer {issuer} --reason drill; remit request --agent {agent} --task {task} {params} --purpose drill; remit kill lift issuer {issuer} --reason "drill is over"',
  },
  (ports) =>
    withGrant(ports, async (grant) => {
      const id = issuerOf(await ports.probes.assertion(grant.agent.id));
      if (id === undefined) return notObserved('the assertion of the probe names no issuer');
      return stopping(ports, grant, { scope: { kind: 'issuer', id }, reaches: () => true });
    }),
);

/** Stops, asks for more with the grant and for a new one, lifts the stop, and asks once more. */
async function stopping(
  ports: ProbePorts,
  grant: ProbeGrant,
  { scope, reaches }: { readonly scope: Scope; readonly reaches: Reaches },
): Promise<Observation> {
  const open = await list(ports.questions, {});
  const others = open.items.filter((each) => each.grantId !== grant.grantId && reaches(each));
  if (others.length > 0 || open.isCut)
    return notObserved(`${others.length} other grant(s) are open, which the probe would end`);
  const ask = async () =>
    exchange(ports, await ports.probes.assertion(grant.agent.id), {
      task: grant.task.id,
      parameters: grant.parameters,
    });
  const { clock } = ports.questions;
  const started = clock().getTime();
  let took = '';
  let seen: Observation;
  try {
    await ports.probes.order({ command: 'kill', scope, reason: PURPOSE });
    took = ((clock().getTime() - started) / 1000).toFixed(1);
    const next = await renew(ports, await ports.probes.assertion(grant.agent.id), grant);
    seen = expectRefusal(next, ['grant_ended', 'stopped'], 'the next lease');
    const fresh = expectRefusal(await ask(), ['stopped'], 'a new grant');
    if (seen.outcome === 'pass') seen = { ...fresh, says: `${seen.says}; ${fresh.says}` };
  } finally {
    await ports.probes.order({ command: 'lift', scope, reason: PURPOSE });
  }
  if (seen.outcome !== 'pass') return seen;
  const ended = (await ports.questions.grants.get(grant.grantId as never))?.status;
  if (ended !== 'killed') return fail(`${seen.says}; but the grant is ${ended ?? 'gone'}, not killed`);
  return {
    ...seen,
    says: `${seen.says}; the grant is killed, ${took} s after the order; the stop is lifted again`,
  };
}

function issuerOf(assertion: string): string | undefined {
  const [, claims = ''] = assertion.split('.');
  const { iss } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { readonly iss?: unknown };
  return typeof iss === 'string' ? iss : undefined;
}
