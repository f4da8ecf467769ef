// Checks of what the catalog in force gives: session policies against their templates, and environments against each
// other. Values are drawn at random for each run.

import { decide } from '../authorize/decide.ts';
import { deriveCeiling } from '../iam/ceiling.ts';
import { evaluate } from '../iam/evaluate.ts';
import { renderSessionPolicy } from '../iam/render.ts';
import { accountOfTask } from '../iam/role.ts';
import type { Agent, Parameters, PolicyDocument, PolicyStatement, Task } from '../model.ts';
import { addSeconds } from '../record/lifetime.ts';
import { Refusal } from '../refusal.ts';
import { type Check, notObserved, passUnless, type ReportPorts } from './check.ts';
import { sampleParameters } from './sample-values.ts';

/** Pairs of values tried for each task. */
const RUNS = 40;

/** A lease for some values reaches what these values name, and nothing that other values of the same task name. */
export const boundedSessions: Check = {
  id: 'bounded-sessions',
  shows: 'What a lease may do is within its task, for any values, and never what other values would give.',
  command: 'remit explain --agent {agent} --task {task} {params}; npx vitest run test/core/iam',
  unobserved: 'fails',
  async observe(ports) {
    const { tasks } = ports.questions.catalog;
    const tried = tasks.flatMap((task) => Array.from({ length: RUNS }, () => tryTask(ports, task)));
    const usable = tried.filter((each) => each !== undefined);
    // where nothing is allowed, that nothing more is allowed says nothing
    if (!usable.some(({ allowed }) => allowed > 0))
      return notObserved('for no task of the catalog were values found whose lease allows something');
    const says = `${usable.length} random requests for ${tasks.length} tasks: each within its ceiling, none beyond its values`;
    return passUnless([...new Set(usable.flatMap(({ flaws }) => flaws))], says);
  },
};

interface Tried {
  readonly flaws: readonly string[];
  /** Calls of its own that the lease allows. */
  readonly allowed: number;
}

/** @returns undefined when no values were found */
function tryTask({ questions, random }: ReportPorts, task: Task): Tried | undefined {
  const [mine, others] = [sampleParameters(task, random), sampleParameters(task, random)];
  if (mine === undefined || others === undefined) return undefined;
  const { place } = questions;
  const now = questions.clock();
  const where = { partition: place.partition, account: accountOfTask(task, place) };
  const render = (parameters: Parameters) =>
    JSON.parse(
      renderSessionPolicy({ task, leaseExpiresAt: addSeconds(now, task.leaseSeconds), ...where, parameters }),
    ) as PolicyDocument;
  const [session, other] = [render(mine), render(others)];
  const ceiling = deriveCeiling(task, where);
  const isAllowed = ({ context, ...call }: Call, at = now) =>
    evaluate(
      { ...call, context: { ...context, 'aws:CurrentTime': [at.toISOString()] } },
      { identity: [ceiling], boundary: ceiling, session },
    ).allowed;
  const own = callsOf(session);
  const known = new Set(own.map(keyOf));
  const strange = callsOf(other).filter((each) => !known.has(keyOf(each)));
  return {
    allowed: own.filter((each) => isAllowed(each)).length,
    flaws: [
      ...strange
        .filter((each) => isAllowed(each))
        .map(({ action }) => `${task.id}: values of one lease may ${action} for others`),
      ...outsiders(own)
        .filter((each) => isAllowed(each))
        .map(({ action, resource }) => `${task.id}: a lease may ${action} on ${resource}`),
      ...own
        .filter((each) => isAllowed(each, addSeconds(now, 1000)))
        .map(({ action }) => `${task.id}: a lease may ${action} past its end`),
    ],
  };
}

interface Call {
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, readonly string[]>>;
}

/** One call for each action and resource that a document allows: wildcards as a plain text, conditions as they want. */
function callsOf({ Statement }: PolicyDocument): Call[] {
  return Statement.filter(
    ({ Effect, Resource }) => Effect === 'Allow' && ![Resource].flat().includes('*'),
  ).flatMap(({ Action = [], Resource = [], Condition = {} }) =>
    [Action].flat().flatMap((action) =>
      [Resource].flat().map((resource) => ({
        action,
        resource: resource.replace(/[*?]/g, 'x'),
        context: contextFor(Condition),
      })),
    ),
  );
}

/** Values that positive conditions on texts ask for. */
function contextFor(condition: NonNullable<PolicyStatement['Condition']>): Call['context'] {
  return Object.fromEntries(
    Object.entries(condition)
      .filter(([operator]) => /^(For\w+:)?(String|Arn)(Equals|Like)/.test(operator))
      .flatMap(([, keys]) => Object.entries(keys))
      .map(([key, values]) => [key, [values].flat().map((value) => String(value).replace(/[*?]/g, 'x'))]),
  );
}

/** Calls that no task gives, and the lease's own actions on something of another name. */
function outsiders(own: readonly Call[]): Call[] {
  const fixed = ['iam:CreateAccessKey', 'sts:AssumeRole', 'iam:PutRolePolicy'].map((action) => ({
    action,
    resource: 'arn:aws:iam::999999999999:role/other',
    context: {},
  }));
  return [
    ...fixed,
    ...own.map((each) => ({ ...each, resource: each.resource.replace(/[^:]+$/, 'elsewhere-$&') })),
  ];
}

function keyOf(call: Call): string {
  return JSON.stringify(call);
}

/** Every agent against every task of another environment; `rule` is handed in, so that a test can show a broken one. */
export function isolatesEnvironments(rule: typeof decide): Check {
  return {
    id: 'environments',
    shows: 'No agent gets a task of another environment, whatever the policies say.',
    command: 'npx vitest run test/core/authorize; remit request --agent {agent} {elsewhere} --purpose drill',
    unobserved: 'fails',
    async observe(ports) {
      const { catalog } = ports.questions;
      const pairs = catalog.agents.flatMap((agent) =>
        catalog.tasks.flatMap((task) => {
          const parameters = sampleParameters(task, ports.random);
          return parameters === undefined ? [] : [{ agent: apart(agent, task), task, parameters }];
        }),
      );
      if (pairs.length === 0) return notObserved('the catalog has no agent and task to compare');
      const through = pairs.filter((pair) => !isRefused(rule, pair));
      return passUnless(
        through.map(
          ({ agent, task }) => `${agent.id} of ${agent.environment} gets ${task.id} of ${task.environment}`,
        ),
        `${pairs.length} pairs of agent and task in two environments: each refused, though every policy would allow`,
      );
    },
  };
}

export const environments = isolatesEnvironments(decide);

/** The agent as it is, or moved when it lives where the task does. */
function apart(agent: Agent, task: Task): Agent {
  return agent.environment === task.environment
    ? { ...agent, environment: `not-${task.environment}` }
    : agent;
}

/** As if every policy allowed: what is left is the separation of environments itself. */
function isRefused(
  rule: typeof decide,
  question: { readonly agent: Agent; readonly task: Task; readonly parameters: Parameters },
): boolean {
  const allow = () => ({ outcome: 'allowed' as const, policies: ['all'] });
  try {
    rule({ authorizer: { rule: allow, ruleApproved: allow } }, question);
    return false;
  } catch (error) {
    return error instanceof Refusal && error.code === 'environment_mismatch';
  }
}

export const ruledByValues: Check = {
  id: 'ruled-by-values',
  shows:
    'Policies decide on agent, group, environment and the values of each request, and the ruling names them.',
  command: "remit ask could --task {task} --parameters '{values}'",
  unobserved: 'fails',
  async observe({ questions, random }) {
    const rulings = questions.catalog.tasks.flatMap((task) =>
      questions.catalog.agents.flatMap((agent) => {
        const parameters = sampleParameters(task, random);
        if (parameters === undefined || agent.environment !== task.environment) return [];
        return [{ agent, task, ruling: questions.authorizer.rule({ agent, task, parameters }) }];
      }),
    );
    if (rulings.length === 0) return notObserved('the catalog has no agent and task in one environment');
    const unnamed = rulings.filter(
      ({ ruling }) => ruling.outcome !== 'denied' && ruling.policies.length === 0,
    );
    const denied = rulings.filter(({ ruling }) => ruling.outcome === 'denied').length;
    return passUnless(
      unnamed.map(({ agent, task }) => `${agent.id} gets ${task.id} and no policy is named`),
      `${rulings.length} rulings, ${denied} of them denials; each that lets through names its policies`,
    );
  },
};
