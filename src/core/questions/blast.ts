// The blast radius of an agent, or of all agents that an issuer attests: every task, role, action and resource in reach,
// with a wildcard for each value that the caller chooses.

import { accountOfTask, taskRoleArn } from '../iam/role.ts';
import { widenFor } from '../iam/template.ts';
import type { Catalog, RegisteredAgent } from '../model.ts';
import { Refusal } from '../refusal.ts';
import { IN_WORDS } from './could.ts';
import { namedOrNot } from './parameters.ts';
import { type Cell, part, type QuestionPorts, question } from './question.ts';
import { type Say, sayWho } from './rulings.ts';
import { type Walked, walkRegistered } from './walk-agents.ts';

const COLUMNS = ['agent', 'task', 'could', 'account', 'role', 'actions', 'resources', 'lease', 'policies'];

/** Reach, one row a permission. */
export const blast = question({
  name: 'blast',
  sentence: 'What is the blast radius of an agent or of an issuer?',
  parameters: {
    agent: namedOrNot('agent', 'the agent'),
    issuer: namedOrNot('issuer', 'or the issuer: its name in the catalog, or its URL'),
  },
  goesOn: true,
  async answer(ports, { agent, issuer }, from) {
    if ((agent === undefined) === (issuer === undefined))
      throw new Refusal('question_malformed', { detail: 'name an agent or an issuer' });
    const say = sayWho(ports.catalog, ports.authorizer);
    const found: RegisteredAgent[] = [];
    const reach = (each: RegisteredAgent) => {
      found.push(each);
      return reachOf(ports, each, say);
    };
    const { rows, next } =
      agent === undefined
        ? await attestedBy(ports, { issuer: issuer ?? '', from }, reach)
        : { rows: (await oneAgent(ports, agent)).flatMap(reach) };
    const halted = found
      .filter(({ status }) => status !== 'active')
      .map(({ id, status }) => `${id} is ${status}`);
    return part(COLUMNS, rows, {
      next,
      notes: [
        `${found.length} agent(s)`,
        halted.length > 0 && `${halted.join(', ')}: what they could do once resumed`,
        'conditions of the tasks narrow this further; switches that are on are not looked at',
      ],
    });
  },
});

async function oneAgent(ports: QuestionPorts, id: string): Promise<readonly RegisteredAgent[]> {
  const seen = await ports.agents.find(id);
  if (seen === undefined) throw new Refusal('agent_not_found');
  // a retired agent never comes back
  return seen.agent.status === 'retired' ? [] : [seen.agent];
}

/** The registry knows agents of the catalog and those registered at run time. */
async function attestedBy(
  ports: QuestionPorts,
  { issuer: name, from }: { readonly issuer: string; readonly from: string | undefined },
  reach: (agent: RegisteredAgent) => Cell[][],
): Promise<Walked<Cell[]>> {
  const url = issuerUrl(ports.catalog, name);
  return walkRegistered(ports, { statuses: ['active', 'suspended', 'proposed'], next: from }, (agent) =>
    agent.bindings.some(({ issuer }) => issuer === url) ? reach(agent) : [],
  );
}

function issuerUrl({ issuers }: Catalog, name: string): string {
  const found = issuers.find((each) => each.name === name || each.issuer === name);
  if (found === undefined) throw new Refusal('question_malformed', { detail: 'issuer: not in the catalog' });
  return found.issuer;
}

function reachOf({ catalog, place }: QuestionPorts, agent: RegisteredAgent, say: Say): Cell[][] {
  return catalog.tasks.flatMap((task) => {
    const { outcome, policies } = say(agent, task);
    if (outcome === 'denied') return [];
    const widen = widenFor(task, place);
    return task.permissions.map(({ actions, resources }) => [
      agent.id,
      task.id,
      IN_WORDS[outcome],
      accountOfTask(task, place),
      taskRoleArn(task, place),
      actions.join(' '),
      resources.map(widen).join(' '),
      `${task.leaseSeconds} s`,
      policies.join(' '),
    ]);
  });
}
