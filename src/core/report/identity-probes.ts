// Probes of who is believed: forged, stale, foreign and repeated assertions, and people where agents ask.

import { fail, notObserved, pass, passUnless } from './check.ts';
import { ASK, DETAILS, OF_GRANT, SIGNED_IN, START } from './commands.ts';
import { forgeries } from './forge.ts';
import {
  complete,
  exchange,
  expectRefusal,
  findAllowed,
  NOTHING_ALLOWED,
  probeCheck,
  renew,
  said,
  withGrant,
} from './probe.ts';

const YEAR_SECONDS = 31_536_000;
const REJECTED = ['assertion_rejected'];

export const forged = probeCheck(
  {
    id: 'forged-assertions',
    shows: 'No assertion is believed whose signature was not made by its issuer, whatever its header says.',
    command: 'npx vitest run test/attacks',
  },
  async (ports) => {
    const found = await findAllowed(ports);
    if (found === undefined) return NOTHING_ALLOWED;
    const asked = { task: found.task.id, parameters: found.parameters };
    const genuine = await ports.probes.assertion(found.agent.id);
    const accepted: string[] = [];
    const all = forgeries(genuine, await ports.probes.publicKey());
    for (const { attack, assertion } of all) {
      const answer = await exchange(ports, assertion, asked);
      if (answer.status < 400) accepted.push(`accepted: ${attack}`);
      else if (!REJECTED.includes(String(answer.body['code']))) accepted.push(`${attack}: ${said(answer)}`);
    }
    if (accepted.length > 0) return passUnless(accepted, '');
    // the same request with the genuine one, so that the refusals were about the forgeries
    return withGrant(ports, async () =>
      pass(`${all.length} forgeries refused, and a genuine assertion accepted`),
    );
  },
);

export const yearLong = probeCheck(
  {
    id: 'year-long-assertion',
    shows: 'An assertion that lives a year is refused, though its signature is genuine.',
    command: `A=$(curl -s "$B/dev/assertion?agent={agent}&seconds=31536000" | jq -r .assertion); ${ASK} -d subject_token=$A ${DETAILS}`,
  },
  async (ports) => {
    const found = await findAllowed(ports);
    if (found === undefined) return NOTHING_ALLOWED;
    const assertion = await ports.probes.assertion(found.agent.id, { seconds: YEAR_SECONDS });
    const answer = await exchange(ports, assertion, { task: found.task.id, parameters: found.parameters });
    return expectRefusal(answer, REJECTED, 'a genuine assertion of one year');
  },
);

export const wrongAudience = probeCheck(
  {
    id: 'wrong-audience',
    shows: 'An assertion that was made for somebody else is refused.',
    command: `A=$(curl -s "$B/dev/assertion?agent={agent}&audience=urn:other:server" | jq -r .assertion); ${ASK} -d subject_token=$A ${DETAILS}`,
  },
  async (ports) => {
    const found = await findAllowed(ports);
    if (found === undefined) return NOTHING_ALLOWED;
    const assertion = await ports.probes.assertion(found.agent.id, { audience: 'urn:other:server' });
    const answer = await exchange(ports, assertion, { task: found.task.id, parameters: found.parameters });
    return expectRefusal(answer, REJECTED, 'a genuine assertion for another server');
  },
);

export const replay = probeCheck(
  {
    id: 'replay',
    shows: 'An assertion counts once.',
    command: `A=$(remit dev assertion {agent}); for use in first second; do ${ASK} -d subject_token=$A ${DETAILS}; done`,
  },
  async (ports) => {
    const found = await findAllowed(ports);
    if (found === undefined) return NOTHING_ALLOWED;
    const assertion = await ports.probes.assertion(found.agent.id);
    const asked = { task: found.task.id, parameters: found.parameters };
    const first = await exchange(ports, assertion, asked);
    const { grant_id: grantId, grant_handle: handle } = first.body;
    if (first.status !== 200 || typeof grantId !== 'string' || typeof handle !== 'string')
      return notObserved(`its first use was answered with ${said(first)}`);
    const second = await exchange(ports, assertion, asked);
    await complete(ports, await ports.probes.assertion(found.agent.id), {
      ...found,
      grantId,
      handle,
      answer: first.body,
    });
    if ('access_token' in second.body) return fail('its second use got credentials');
    return expectRefusal(
      second,
      ['assertion_replayed', 'assertion_bound', 'request_repeated'],
      'its second use',
    );
  },
);

export const foreignHandle = probeCheck(
  {
    id: 'foreign-handle',
    shows: 'A grant serves the workload that it was given to, and no other that holds its handle.',
    command: `${START}; ${ASK} -d subject_token=$(remit dev assertion {other}) ${OF_GRANT}`,
  },
  (ports) =>
    withGrant(ports, async (grant) => {
      const other = ports.questions.catalog.agents.find(({ id }) => id !== grant.agent.id);
      if (other === undefined) return notObserved('the catalog has one agent only');
      const answer = await renew(ports, await ports.probes.assertion(other.id), grant);
      return expectRefusal(answer, ['grant_unknown'], `${other.id} with the handle of ${grant.agent.id}`);
    }),
);

export const personAtAgents = probeCheck(
  {
    id: 'person-at-agents',
    shows: 'The sign-in of a person gets no credentials of an agent.',
    command: `${ASK} -d subject_token=${SIGNED_IN} ${DETAILS}`,
  },
  async (ports) => {
    const found = await findAllowed(ports);
    if (found === undefined) return NOTHING_ALLOWED;
    const answer = await exchange(ports, await ports.probes.signIn(), {
      task: found.task.id,
      parameters: found.parameters,
    });
    return expectRefusal(answer, REJECTED, 'an ID token of a person at the token endpoint');
  },
);

export const agentAtPeople = probeCheck(
  {
    id: 'agent-at-people',
    shows: 'The assertion of an agent opens nothing of people’s API, where a person’s sign-in is taken.',
    command: 'curl -s -H "Authorization: Bearer $(remit dev assertion {agent})" $B/api/me',
  },
  async (ports) => {
    const [agent] = ports.questions.catalog.agents;
    if (agent === undefined) return notObserved('the catalog has no agent');
    const ask = (bearer: string) => ports.broker.send({ method: 'GET', path: '/api/me', bearer });
    const person = await ask(await ports.probes.signIn());
    if (person.status !== 200) return notObserved(`a person’s own sign-in was answered with ${said(person)}`);
    const answer = await ask(await ports.probes.assertion(agent.id));
    return expectRefusal(answer, ['sign_in_rejected', 'sign_in_required'], 'an assertion at people’s API');
  },
);
