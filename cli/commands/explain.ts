// `remit explain`: what a request would get, from the catalog alone: the ruling and the policies behind it, the
// session policy and its size, the role. Asks nobody and mints nothing.

import type { Command } from 'commander';
import { type AgentBudget, budgetInWords, type TaskBudget } from '../../src/core/budget/budget.ts';
import { longestValue } from '../../src/core/iam/longest-value.ts';
import type { Agent, Catalog, ParameterSpec, Parameters, Ruling, Task } from '../../src/core/model.ts';
import { CliError, EXIT } from '../failure.ts';
import { meantOf } from '../nearest.ts';
import { readParameters } from '../parameters.ts';
import { printable, printJson, printLines } from '../print.ts';
import { addTaskOptions, type TaskOptions } from '../task-options.ts';

interface ExplainOptions extends TaskOptions {
  readonly agent: string;
  readonly catalog: string;
  readonly account?: string;
  readonly partition: string;
  readonly prefix: string;
  readonly json?: boolean;
}

/** What is told. */
interface Explanation {
  readonly agent: string;
  readonly task: string;
  readonly parameters: Parameters;
  readonly outcome: Ruling['outcome'];
  readonly policies: readonly string[];
  readonly reason?: string;
  readonly leaseSeconds: number;
  readonly maxDurationSeconds: number;
  /** What the agent may do of it, and over all its tasks; what is used of that is not known here. */
  readonly budgets: { readonly task?: TaskBudget; readonly agent?: AgentBudget };
  readonly roleArn: string;
  readonly sessionPolicyLength: number;
  readonly sessionPolicy: unknown;
  /** What may keep the request from being granted all the same. */
  readonly notSeen: string;
}

/** Characters of a pattern that are shown. */
const LONGEST_FORM = 200;

/** All that the catalog does not say. */
const NOT_SEEN =
  'stops (remit kill list), the state of the agent (remit agents show), what is left of budgets';

/** The limit of AWS STS for an inline session policy. */
const POLICY_LIMIT = 2048;

const HELP = `
Examples:
  remit explain --agent billing-agent --task refund-customer --param amount=80
  remit explain --agent billing-agent --task export-invoices --param customer=cus_12345678 --param month=2026-10 --json

Exit code 3 when the ruling is denied, 5 when a person would have to decide.`;

/** Adds `remit explain`. */
export function register(program: Command): void {
  const command = program
    .command('explain')
    .description('show the ruling, the policies behind it and the session policy, without minting')
    .requiredOption('--agent <id>', 'agent of the catalog', process.env['REMIT_AGENT']);
  addTaskOptions(command)
    .option('--catalog <directory>', 'the catalog', 'catalog')
    .option('--account <id>', 'account that `self` stands for; that of local mode when left out')
    .option('--partition <name>', 'AWS partition', 'aws')
    .option('--prefix <text>', "first part of the task roles' names", 'remit')
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action((options: ExplainOptions) => runExplain(options));
}

async function runExplain(options: ExplainOptions): Promise<void> {
  const catalog = await loadCatalog(options.catalog);
  const agent = find(catalog.agents, options.agent, 'agent');
  const task = find(catalog.tasks, options.task, 'task');
  const explanation = await explain(catalog, { agent, task, options });
  if (options.json) printJson(explanation);
  else printLines(lines(explanation));
  if (explanation.outcome === 'denied') process.exitCode = EXIT.refused;
  if (explanation.outcome === 'needs-approval') process.exitCode = EXIT.pending;
}

async function explain(
  catalog: Catalog,
  question: { readonly agent: Agent; readonly task: Task; readonly options: ExplainOptions },
): Promise<Explanation> {
  const [{ createAuthorizer }, { renderSessionPolicy }, { taskRoleArn }, { localPlace }] = await Promise.all([
    import('../../src/core/authorize/authorizer.ts'),
    import('../../src/core/iam/render.ts'),
    import('../../src/core/iam/role.ts'),
    import('../../src/adapters/local/place.ts'),
  ]);
  const { agent, task, options } = question;
  const parameters = await checkParameters(task, options);
  const sameEnvironment = agent.environment === task.environment;
  const ruling: Ruling = sameEnvironment
    ? createAuthorizer(catalog).rule({ agent, task, parameters })
    : { outcome: 'denied', policies: [] };
  const { partition, prefix } = options;
  const self = options.account ?? localPlace(catalog).account;
  const account = task.account === 'self' ? self : task.account;
  const leaseExpiresAt = new Date(Date.now() + task.leaseSeconds * 1000);
  const sessionPolicy = renderSessionPolicy({ task, parameters, leaseExpiresAt, partition, account });
  return {
    agent: agent.id,
    task: task.id,
    parameters,
    ...ruling,
    ...(!sameEnvironment && {
      reason: `the agent belongs to ${agent.environment}, the task to ${task.environment}`,
    }),
    leaseSeconds: task.leaseSeconds,
    maxDurationSeconds: task.maxDurationSeconds,
    budgets: { ...(task.budget && { task: task.budget }), ...(agent.budget && { agent: agent.budget }) },
    roleArn: taskRoleArn(task, { partition, account, prefix }),
    sessionPolicyLength: sessionPolicy.length,
    sessionPolicy: JSON.parse(sessionPolicy) as unknown,
    notSeen: NOT_SEEN,
  };
}

async function loadCatalog(directory: string): Promise<Catalog> {
  const { readCatalog } = await import('../../src/adapters/files/catalog-files.ts');
  const { catalog, problems } = readCatalog(directory);
  if (catalog !== undefined) return catalog;
  throw new CliError(`The catalog in ${directory} has ${problems.length} problem(s).`, {
    fix: `remit catalog check ${directory} lists them`,
  });
}

async function checkParameters(task: Task, options: ExplainOptions): Promise<Parameters> {
  const { validateParameters } = await import('../../src/core/catalog/parameters.ts');
  const given = readParameters(options.param, options.text);
  try {
    return validateParameters(task, given);
  } catch (cause) {
    const { detail, members } = cause as { readonly detail?: unknown; readonly members?: object };
    const { parameter } = (members ?? {}) as { readonly parameter?: string };
    const spec = parameter === undefined ? undefined : task.parameters[parameter];
    throw new CliError(
      `The parameters do not fit the task${typeof detail === 'string' ? `: ${detail}` : ''}.`,
      {
        fix: spec
          ? `give ${parameter} as the catalog says: ${formOf(spec)}`
          : `${task.id} has: ${Object.keys(task.parameters).join(', ') || 'no parameters'}`,
        exitCode: EXIT.refused,
        cause,
      },
    );
  }
}

/** What a value must be, in a length that can be read. */
function formOf(spec: ParameterSpec): string {
  const cut = (text: string) => (text.length > LONGEST_FORM ? `${text.slice(0, LONGEST_FORM)}…` : text);
  switch (spec.type) {
    case 'integer':
      return `a whole number from ${spec.min} to ${spec.max}`;
    case 'boolean':
      return 'true or false';
    case 'uuid':
      return 'a UUID in lower case';
    case 'enum':
      return `one of ${cut(spec.values.join(', '))}`;
    case 'string':
      return `text that matches ${cut(spec.pattern)}, of at most ${longestValue(spec)} characters`;
  }
}

function find<Item extends { readonly id: string }>(items: readonly Item[], id: string, kind: string): Item {
  const item = items.find((candidate) => candidate.id === id);
  if (item !== undefined) return item;
  const names = items.map((candidate) => candidate.id);
  throw new CliError(`The catalog has no ${kind} ${printable(id)}.${meantOf(id, names)}`, {
    fix: `it has: ${names.join(', ')}`,
  });
}

const OUTCOMES: Readonly<Record<Ruling['outcome'], string>> = {
  allowed: 'allowed',
  'needs-approval': 'needs approval: a person decides first',
  denied: 'denied',
};

function lines(explanation: Explanation): string[] {
  const { policies, reason, sessionPolicyLength } = explanation;
  return [
    `ruling      ${OUTCOMES[explanation.outcome]}${reason === undefined ? '' : ` (${reason})`}`,
    `decided by  ${policies.length === 0 ? 'no policy permits it' : policies.join(', ')}`,
    `lease       ${explanation.leaseSeconds} s, renewed for at most ${explanation.maxDurationSeconds} s`,
    ...budgetLines(explanation),
    `role        ${explanation.roleArn}`,
    `policy      ${sessionPolicyLength} of ${POLICY_LIMIT} characters`,
    `not seen    ${explanation.notSeen}`,
    JSON.stringify(explanation.sessionPolicy, undefined, 2),
  ];
}

function budgetLines({ budgets: { task, agent } }: Explanation): string[] {
  return [
    ...(task === undefined ? [] : [`budget      ${budgetInWords(task)}, of this task`]),
    ...(agent === undefined ? [] : [`budget      ${budgetInWords(agent)}, over all the agent's tasks`]),
  ];
}
