// The commands of checks, as a person pastes them: templates whose names in braces stand for what this deployment has,
// so that what is printed runs as it is.

import type { Parameters } from '../model.ts';
import type { ReportPorts } from './check.ts';
import { sampleParameters } from './sample-values.ts';

/** Values tried until one is let through. */
const TRIES = 10;
const TEMPLATES = 'cdk.out/*.template.json';

/** How a person exchanges an assertion by hand. */
export const ASK =
  'curl -s $B/oauth2/token -d grant_type=urn:ietf:params:oauth:grant-type:token-exchange -d subject_token_type=urn:ietf:params:oauth:token-type:jwt';
/** A genuine assertion of the agent. */
export const ASSERTED = '-d subject_token=$(remit dev assertion {agent})';
/** What is asked for. */
export const DETAILS = "--data-urlencode 'authorization_details={details}'";
/** Starts a grant; `$R` is its answer. */
export const START = `R=$(${ASK} ${ASSERTED} ${DETAILS})`;
/** Of the grant in `$R`. */
export const GRANT_ID = '$(echo "$R" | jq -r .grant_id)';
export const HANDLE = '$(echo "$R" | jq -r .grant_handle)';
/** The grant in `$R`, as the token endpoint takes it. */
export const OF_GRANT = `-d grant_id=${GRANT_ID} -d grant_handle=${HANDLE}`;
/** An ID token of a person of local mode. */
export const SIGNED_IN = '$(node --import tsx tools/sign-in.ts $B olga)';

/** Fills in a command of a check. */
export type FillIn = (command: string) => string;

/** What commands name of this deployment. A name that it has nothing for stays what it is called. */
export function commandsFor({
  broker,
  questions,
  random,
}: Pick<ReportPorts, 'broker' | 'questions' | 'random'>): FillIn {
  const { catalog } = questions;
  const { agent, task, parameters } = sampleOf(questions, random);
  const abroad = catalog.tasks.find(({ environment }) => environment !== environmentOf(catalog, agent));
  const details = { type: 'remit_task', task, parameters };
  const values: Readonly<Record<string, string>> = {
    agent,
    task,
    params: paramsOf(parameters),
    values: JSON.stringify(parameters),
    details: JSON.stringify([{ ...details, purpose: 'drill' }]),
    aimless: JSON.stringify([details]),
    other: catalog.agents.find(({ id }) => id !== agent)?.id ?? agent,
    elsewhere: `--task ${abroad?.id ?? task} ${paramsOf((abroad && sampleParameters(abroad, random)) ?? parameters)}`,
    server: catalog.resourceServers[0]?.name ?? 'server',
    foreign: catalog.resourceServers.find(({ tasks }) => !tasks.includes(task))?.name ?? 'server',
    issuer: issuerOf(catalog, agent),
    plain: broker.url.replace(/^https:/, 'http:'),
  };
  return (command) =>
    command
      .replace(/\{([a-z]+)\}/g, (whole, name: string) => values[name] ?? whole)
      .replaceAll('$B', broker.url)
      .replaceAll('$T', TEMPLATES)
      .replaceAll('  ', ' ')
      .trim();
}

type Catalog = ReportPorts['questions']['catalog'];

/** A request that is let through, or the first that there is. */
function sampleOf({ catalog, authorizer }: ReportPorts['questions'], random: ReportPorts['random']) {
  const pairs = catalog.agents.flatMap((agent) =>
    catalog.tasks
      .filter(({ environment, proof }) => environment === agent.environment && proof !== 'required')
      .map((task) => ({ agent, task })),
  );
  for (const { agent, task } of pairs)
    for (let count = 0; count < TRIES; count += 1) {
      const parameters = sampleParameters(task, random);
      if (parameters === undefined) break;
      if (authorizer.rule({ agent, task, parameters }).outcome === 'allowed')
        return { agent: agent.id, task: task.id, parameters };
    }
  const [first] = pairs;
  const parameters: Parameters = (first && sampleParameters(first.task, random)) ?? {};
  return { agent: first?.agent.id ?? 'agent', task: first?.task.id ?? 'task', parameters };
}

/** `--param amount=5`; text that would be read as a number or a truth is said to be text. */
function paramsOf(parameters: Parameters): string {
  return Object.entries(parameters)
    .map(([name, value]) => {
      const isTexted = typeof value === 'string' && /^(-?[0-9]+|true|false)$/.test(value);
      return `${isTexted ? '--text' : '--param'} '${name}=${String(value)}'`;
    })
    .join(' ');
}

/** The issuer that attests the agent where probes are made: the last, which local mode adds. */
function issuerOf(catalog: Catalog, agent: string): string {
  const address = catalog.agents.find(({ id }) => id === agent)?.bindings.at(-1)?.issuer;
  return (
    catalog.issuers.find(({ issuer }) => issuer === address)?.name ?? catalog.issuers[0]?.name ?? 'issuer'
  );
}

function environmentOf(catalog: Catalog, agent: string): string | undefined {
  return catalog.agents.find(({ id }) => id === agent)?.environment;
}
