// What probes have in common: a task that may be had, a grant of it, calls of the broker, and the end of the grant.
// Every grant of a probe says so in its purpose, and is ended when the probe is over.

import type { Agent, Parameters, Task } from '../model.ts';
import { list } from '../questions/read-grants.ts';
import {
  type Answered,
  type Check,
  fail,
  notObserved,
  type Observation,
  type ProbeIdentities,
  pass,
  type ReportPorts,
} from './check.ts';
import { sampleParameters } from './sample-values.ts';

/** What grants of probes say of themselves. */
export const PURPOSE = 'remit report';
const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const JWT = 'urn:ietf:params:oauth:token-type:jwt';
/** Values tried until one is let through without people. */
const TRIES = 10;

/** Ports with identities to probe with. */
export type ProbePorts = ReportPorts & { readonly probes: ProbeIdentities };

/** A request that is let through without people. */
export interface Allowed {
  readonly agent: Agent;
  readonly task: Task;
  readonly parameters: Parameters;
}

/** A grant of a probe. */
export interface ProbeGrant extends Allowed {
  readonly grantId: string;
  readonly handle: string;
  readonly answer: Answered['body'];
}

type About = Pick<Check, 'id' | 'shows' | 'command'>;

/** A check that asks the broker in the name of an agent: in local mode only. */
export function probeCheck(about: About, probe: (ports: ProbePorts) => Promise<Observation>): Check {
  return {
    ...about,
    unobserved: 'noted',
    async observe(ports) {
      const { probes } = ports;
      if (probes === undefined)
        return notObserved(
          'it takes the identity of an agent, which no report borrows: run it against local mode',
        );
      return probe({ ...ports, probes });
    },
  };
}

/** The first request of the catalog that is let through; agents that hold nothing first. */
export async function findAllowed(ports: ReportPorts): Promise<Allowed | undefined> {
  const { catalog, authorizer } = ports.questions;
  const { items } = await list(ports.questions, {});
  const busy = new Set(items.map(({ agent }) => agent));
  const agents = [...catalog.agents].sort(
    (one, other) => Number(busy.has(one.id)) - Number(busy.has(other.id)),
  );
  for (const agent of agents)
    for (const task of catalog.tasks.filter(
      (each) => each.environment === agent.environment && each.proof !== 'required',
    ))
      for (let count = 0; count < TRIES; count += 1) {
        const parameters = sampleParameters(task, ports.random);
        if (parameters === undefined) break;
        if (authorizer.rule({ agent, task, parameters }).outcome === 'allowed')
          return { agent, task, parameters };
      }
  return undefined;
}

export const NOTHING_ALLOWED = notObserved('no agent of the catalog gets any task without people');

/** Exchanges an assertion. */
export function exchange(
  { broker }: ReportPorts,
  assertion: string,
  asked: { readonly task: string; readonly parameters: Parameters; readonly purpose?: string },
): Promise<Answered> {
  const { task, parameters, purpose = PURPOSE } = asked;
  const details = [{ type: 'remit_task', task, parameters, ...(purpose !== '' && { purpose }) }];
  return broker.send({
    method: 'POST',
    path: '/oauth2/token',
    form: {
      grant_type: EXCHANGE,
      subject_token: assertion,
      subject_token_type: JWT,
      authorization_details: JSON.stringify(details),
    },
  });
}

/** Asks for the next lease of a grant. */
export function renew(
  { broker }: ReportPorts,
  assertion: string,
  { grantId, handle }: ProbeGrant,
): Promise<Answered> {
  const named = { grant_id: grantId, grant_handle: handle };
  return broker.send({
    method: 'POST',
    path: '/oauth2/token',
    form: { grant_type: EXCHANGE, subject_token: assertion, subject_token_type: JWT, ...named },
  });
}

/** Ends a grant. */
export function complete(
  { broker }: ReportPorts,
  assertion: string,
  { grantId, handle }: ProbeGrant,
): Promise<Answered> {
  return broker.send({
    method: 'POST',
    path: `/grants/${grantId}/complete`,
    form: { grant_handle: handle, outcome: 'probe of remit report' },
    bearer: assertion,
  });
}

/** Starts a grant, looks, and ends it whatever was seen. */
export async function withGrant(
  ports: ProbePorts,
  look: (grant: ProbeGrant) => Promise<Observation>,
): Promise<Observation> {
  const allowed = await findAllowed(ports);
  if (allowed === undefined) return NOTHING_ALLOWED;
  const asked = { task: allowed.task.id, parameters: allowed.parameters };
  const answer = await exchange(ports, await ports.probes.assertion(allowed.agent.id), asked);
  const { grant_id: grantId, grant_handle: handle } = answer.body;
  if (answer.status !== 200 || typeof grantId !== 'string' || typeof handle !== 'string')
    return notObserved(
      `the probe got no grant of ${allowed.task.id} for ${allowed.agent.id}: ${said(answer)}`,
    );
  const grant = { ...allowed, grantId, handle, answer: answer.body };
  try {
    return await look(grant);
  } finally {
    await complete(ports, await ports.probes.assertion(allowed.agent.id), grant);
  }
}

/** Passes when the broker refused for one of these reasons; another reason shows nothing. */
export function expectRefusal(answer: Answered, codes: readonly string[], what: string): Observation {
  if (answer.status < 400) return fail(`${what} was let through`);
  if (codes.includes(String(answer.body['code']))) return pass(`${what}: ${said(answer)}`);
  return fail(`${what} was answered with ${said(answer)}, which is another reason than the one looked for`);
}

/** The answer in a word: never a token. */
export function said({ status, body }: Answered): string {
  const code = body['code'] ?? body['error'];
  return typeof code === 'string' ? `${code} (${status})` : `status ${status}`;
}
