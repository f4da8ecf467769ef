// Who could do a task, and why: the ids of the policies, with and without people.

import { budgetInWords } from '../budget/budget.ts';
import { validateParameters } from '../catalog/parameters.ts';
import type { Parameters, RegisteredAgent, Task } from '../model.ts';
import { Refusal } from '../refusal.ts';
import { named, namedOrNot } from './parameters.ts';
import { part, question } from './question.ts';
import { type Possibility, sayWho } from './rulings.ts';
import { walkRegistered } from './walk-agents.ts';

const LIVING = ['active', 'suspended', 'proposed'] as const;
const COLUMNS = ['agent', 'could', 'policies', 'agent is', 'owner'];

/** Every outcome in words; also what `blast` says. */
export const IN_WORDS: Readonly<Record<Possibility['outcome'], string>> = {
  allowed: 'yes, alone',
  'needs-approval': 'yes, when people agree',
  depends: 'depends on the values',
  denied: 'no',
};

/** Agents by what the catalog lets them do. */
export const could = question({
  name: 'could',
  sentence: 'Who could do a task, and why?',
  parameters: {
    task: named('task', 'the task'),
    parameters: namedOrNot('values', 'its values as a JSON object, for an exact answer'),
  },
  goesOn: true,
  async answer(ports, given, from) {
    const task = ports.catalog.tasks.find(({ id }) => id === given.task);
    if (task === undefined) throw new Refusal('task_unknown');
    const parameters = readValues(task, given.parameters);
    const say = sayWho(ports.catalog, ports.authorizer);
    const today = ports.clock().toISOString().slice(0, 10);
    const { rows, count, next } = await walkRegistered(ports, { statuses: LIVING, next: from }, (agent) => {
      const { outcome, policies } = say(agent, task, parameters);
      const owner = `${agent.owner.issuer} ${agent.owner.subject}`;
      const row = [agent.id, IN_WORDS[outcome], policies.join(' '), standing(agent, today), owner];
      return outcome === 'denied' ? [] : [row];
    });
    return part(COLUMNS, rows, {
      next,
      notes: [
        `${count - rows.length} other agent(s) could not`,
        task.approval.required && 'the task itself says that people always decide',
        task.budget !== undefined && `each agent has a budget of its own: ${budgetInWords(task.budget)}`,
        'by policy alone: switches that are on, what is left of budgets, and keys are not looked at',
      ],
    });
  },
});

function readValues(task: Task, text: string | undefined): Parameters | undefined {
  if (text === undefined) return undefined;
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (cause) {
    throw new Refusal('question_malformed', { detail: 'parameters: not JSON, such as {"amount":80}', cause });
  }
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw))
    throw new Refusal('question_malformed', { detail: 'parameters: not an object, such as {"amount":80}' });
  return validateParameters(task, raw);
}

function standing({ status, reviewBy }: RegisteredAgent, today: string): string {
  if (status !== 'active') return `${status}: gets nothing`;
  return reviewBy < today ? 'overdue for review: gets nothing new' : 'active';
}
