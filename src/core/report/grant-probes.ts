// Probes of what is given and how it ends: scope, lifetime, completion, kill.

import { fail, notObserved, pass } from './check.ts';
import { ASK, ASSERTED, DETAILS, GRANT_ID, HANDLE, OF_GRANT, START } from './commands.ts';
import {
  complete,
  exchange,
  expectRefusal,
  findAllowed,
  NOTHING_ALLOWED,
  type ProbePorts,
  PURPOSE,
  probeCheck,
  renew,
  said,
  withGrant,
} from './probe.ts';
import { sampleParameters } from './sample-values.ts';

const LONGEST_LEASE_SECONDS = 900;
const ENDED = ['grant_ended'];
const INTROSPECT = `curl -s $B/oauth2/introspect -d token=${HANDLE} -d client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer -d client_assertion`;

export const unlistedTask = probeCheck(
  {
    id: 'unlisted-task',
    shows: 'What the catalog does not list is refused, and so is what no policy lets an agent do.',
    command: 'remit request --agent {agent} --task drop-all-tables --purpose drill',
  },
  async (ports) => {
    const [agent] = ports.questions.catalog.agents;
    if (agent === undefined) return notObserved('the catalog has no agent');
    const unlisted = await exchange(ports, await ports.probes.assertion(agent.id), {
      task: 'remit-report-unlisted',
      parameters: {},
    });
    const seen = expectRefusal(unlisted, ['task_unknown'], 'a task that is not listed');
    if (seen.outcome !== 'pass') return seen;
    const denied = findDenied(ports);
    if (denied === undefined) return seen;
    const answer = await exchange(ports, await ports.probes.assertion(denied.agent), denied);
    const also = expectRefusal(answer, ['policy_denied'], `${denied.task} for ${denied.agent}`);
    return also.outcome === 'pass' ? pass(`${seen.says}; ${also.says}`) : also;
  },
);

function findDenied({ questions: { catalog, authorizer }, random }: ProbePorts) {
  for (const agent of catalog.agents)
    for (const task of catalog.tasks.filter(
      (each) => each.environment === agent.environment && each.proof !== 'required',
    )) {
      const parameters = sampleParameters(task, random);
      if (parameters !== undefined && authorizer.rule({ agent, task, parameters }).outcome === 'denied')
        return { agent: agent.id, task: task.id, parameters };
    }
  return undefined;
}

export const otherEnvironment = probeCheck(
  {
    id: 'other-environment',
    shows: 'The broker refuses every agent every task of another environment.',
    command: 'remit request --agent {agent} {elsewhere} --purpose drill',
  },
  async (ports) => {
    const { agents, tasks } = ports.questions.catalog;
    const pairs = agents.flatMap((agent) =>
      tasks.filter(({ environment }) => environment !== agent.environment).map((task) => ({ agent, task })),
    );
    if (pairs.length === 0)
      return notObserved('the catalog has one environment only; the policies were asked instead');
    for (const { agent, task } of pairs) {
      const parameters = sampleParameters(task, ports.random);
      if (parameters === undefined) continue;
      const answer = await exchange(ports, await ports.probes.assertion(agent.id), {
        task: task.id,
        parameters,
      });
      const seen = expectRefusal(
        answer,
        ['environment_mismatch', 'proof_required'],
        `${task.id} for ${agent.id}`,
      );
      if (seen.outcome !== 'pass') return seen;
    }
    return pass(`${pairs.length} pairs of agent and task in two environments, each refused`);
  },
);

export const shortLease = probeCheck(
  {
    id: 'short-lease',
    shows: 'What an agent gets lasts seconds, is for its task alone, and cannot refresh itself.',
    command: 'remit request --agent {agent} --task {task} {params} --purpose drill',
  },
  (ports) =>
    withGrant(ports, async ({ answer, task }) => {
      const seconds = Number(answer['expires_in']);
      if (!(seconds > 0 && seconds <= Math.min(task.leaseSeconds, LONGEST_LEASE_SECONDS)))
        return fail(`the lease of ${task.id} lasts ${String(answer['expires_in'])} s`);
      if ('refresh_token' in answer) return fail('the answer has a refresh token');
      const granted = JSON.stringify(answer['authorization_details'] ?? null);
      if (!granted.includes(`"task":"${task.id}"`))
        return fail(`the answer does not say that it is for ${task.id}`);
      return pass(`${seconds} s for ${task.id}, no refresh token, and the answer says what was granted`);
    }),
);

export const oneTaskEach = probeCheck(
  {
    id: 'one-task-each',
    shows: 'A grant serves one task: another one cannot be had with it.',
    command: `${START}; ${ASK} ${ASSERTED} ${OF_GRANT} ${DETAILS}`,
  },
  (ports) =>
    withGrant(ports, async ({ agent, grantId, handle }) => {
      const answer = await ports.broker.send({
        method: 'POST',
        path: '/oauth2/token',
        form: {
          grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
          subject_token: await ports.probes.assertion(agent.id),
          subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
          grant_id: grantId,
          grant_handle: handle,
          authorization_details: JSON.stringify([
            { type: 'remit_task', task: 'another', parameters: {}, purpose: PURPOSE },
          ]),
        },
      });
      return expectRefusal(answer, ['parameter_not_expected'], 'another task with the handle of a grant');
    }),
);

export const purposeNeeded = probeCheck(
  {
    id: 'purpose-needed',
    shows: 'A request without a purpose is refused.',
    command: `${ASK} ${ASSERTED} --data-urlencode 'authorization_details={aimless}'`,
  },
  async (ports) => {
    const found = await findAllowed(ports);
    if (found === undefined) return NOTHING_ALLOWED;
    const answer = await exchange(ports, await ports.probes.assertion(found.agent.id), {
      task: found.task.id,
      parameters: found.parameters,
      purpose: '',
    });
    return expectRefusal(answer, ['purpose_missing'], 'a request without a purpose');
  },
);

export const completed = probeCheck(
  {
    id: 'completed',
    shows:
      'A grant that was completed is over at once: no lease more, and introspection says active false and nothing else.',
    command: `${START}; curl -s $B/grants/${GRANT_ID}/complete -H "Authorization: Bearer $(remit dev assertion {agent})" -d grant_handle=${HANDLE} -d outcome=drill; ${INTROSPECT}=$(remit dev assertion server:{server})`,
  },
  (ports) =>
    withGrant(ports, async (grant) => {
      const by = () => ports.probes.assertion(grant.agent.id);
      const server = ports.questions.catalog.resourceServers[0]?.name;
      const ended = await complete(ports, await by(), grant);
      if (ended.status !== 200) return fail(`completing was answered with ${said(ended)}`);
      const renewed = expectRefusal(await renew(ports, await by(), grant), ENDED, 'a lease after completion');
      if (renewed.outcome !== 'pass' || server === undefined) return renewed;
      const told = await introspect(ports, server, grant.handle);
      const text = JSON.stringify(told.body);
      if (told.status !== 200) return fail(`introspection was answered with ${said(told)}`);
      return text === '{"active":false}'
        ? pass(`${renewed.says}; introspection: ${text}`)
        : fail('introspection says more than active false');
    }),
);

async function introspect(ports: ProbePorts, server: string, token: string) {
  return ports.broker.send({
    method: 'POST',
    path: '/oauth2/introspect',
    form: {
      token,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await ports.probes.assertion(`server:${server}`),
    },
  });
}

export const foreignServer = probeCheck(
  {
    id: 'foreign-server',
    shows: 'A resource server learns nothing of grants for tasks that are not its own.',
    command: `${START}; ${INTROSPECT}=$(remit dev assertion server:{foreign})`,
  },
  (ports) =>
    withGrant(ports, async ({ handle, task }) => {
      const server = ports.questions.catalog.resourceServers.find(({ tasks }) => !tasks.includes(task.id));
      if (server === undefined)
        return notObserved('every resource server serves the task that was probed, or there is none');
      const { status, body } = await introspect(ports, server.name, handle);
      const text = JSON.stringify(body);
      if (status !== 200) return fail(`introspection was answered with ${said({ status, body })}`);
      return text === '{"active":false}'
        ? pass(`${server.name} asks about an active grant of ${task.id}: ${text}`)
        : fail(`${server.name} learns of ${task.id}`);
    }),
);

export const killedGrant = probeCheck(
  {
    id: 'killed-grant',
    shows: 'A grant that an operator kills gets no further lease.',
    command: `${START}; remit kill grant ${GRANT_ID} --reason drill; ${ASK} ${ASSERTED} ${OF_GRANT}`,
  },
  (ports) =>
    withGrant(ports, async (grant) => {
      const { clock } = ports.questions;
      const started = clock().getTime();
      await ports.probes.order({
        command: 'kill',
        scope: { kind: 'grant', id: grant.grantId },
        reason: PURPOSE,
      });
      const seen = expectRefusal(
        await renew(ports, await ports.probes.assertion(grant.agent.id), grant),
        ENDED,
        'the next lease',
      );
      const took = ((clock().getTime() - started) / 1000).toFixed(2);
      return { ...seen, says: `${seen.says}, ${took} s after the order; the lease in hand ends by itself` };
    }),
);

export const suspendedAgent = probeCheck(
  {
    id: 'suspended-agent',
    shows: 'An agent that an operator stops gets nothing more, and its grants are over.',
    command:
      'remit agents suspend {agent} --reason drill; remit request --agent {agent} --task {task} {params} --purpose drill; remit agents resume {agent} --reason "drill is over"',
  },
  (ports) =>
    withGrant(ports, async (grant) => {
      const { agents, grants, clock } = ports.questions;
      const { id } = grant.agent;
      const held = await grants.listByAgent(id, { limit: 50 });
      const open = held.grants.filter(({ status, grantId }) => OPEN.has(status) && grantId !== grant.grantId);
      if (open.length > 0)
        return notObserved(`${id} holds ${open.length} other grant(s), which the probe would end`);
      const started = clock().getTime();
      try {
        await ports.probes.order({ command: 'agents.suspend', id, reason: PURPOSE });
        const took = ((clock().getTime() - started) / 1000).toFixed(1);
        const next = await renew(ports, await ports.probes.assertion(id), grant);
        const seen = expectRefusal(next, [...ENDED, 'agent_inactive'], 'its next lease');
        if (seen.outcome !== 'pass') return seen;
        const asked = { task: grant.task.id, parameters: grant.parameters };
        const fresh = expectRefusal(
          await exchange(ports, await ports.probes.assertion(id), asked),
          ['agent_inactive'],
          'a new grant',
        );
        return { ...fresh, says: `${seen.says}; ${fresh.says}; ${took} s after the order` };
      } finally {
        const standing = await agents.find(id);
        if (standing?.agent.status === 'suspended')
          await ports.probes.order({ command: 'agents.resume', id, reason: PURPOSE });
      }
    }),
);

const OPEN = new Set<string>(['reserved', 'pending', 'approved', 'active']);
