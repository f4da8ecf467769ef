// What people can try by hand after the story; it works as it is printed.

import { DEFAULT_BROKER } from '../../src/client/transport.ts';
import { CAST } from './cast.ts';
import type { Stage } from './stage.ts';

/** Text for the terminal. With another catalog than the shipped one, whose agents nobody knows here, in general words. */
export function byHand(stage: Stage, catalog: string): string {
  return catalog === 'catalog' ? withCast(stage) : withOwn(stage, catalog);
}

function withOwn({ brokerUrl, awsUrl, region }: Stage, catalog: string): string {
  const broker = before(brokerUrl);
  return `
Try it by hand, from this directory in another terminal, with an agent and a task of ${catalog}:

  1  check it, and see what its policies would say, without asking for anything:
     npx --no remit catalog check --catalog ${catalog}
     npx --no remit explain --catalog ${catalog} --agent AGENT --task TASK --param NAME=VALUE

  2  run a program with access to that task, and nothing else:
     ${broker}AWS_ENDPOINT_URL=${awsUrl} npx --no remit exec --region ${region} --agent AGENT --task TASK --param NAME=VALUE -- PROGRAM

  3  see what it did, in the audit trail (docs/audit.md):
     ${broker}npx --no remit audit search --agent AGENT

  4  be one of the people who are asked: open ${brokerUrl}/console/ (README, "When a person has to decide")

Ctrl-C ends local mode.
`;
}

function before(brokerUrl: string): string {
  return brokerUrl === DEFAULT_BROKER ? '' : `REMIT_BROKER=${brokerUrl} `;
}

function withCast({ brokerUrl, awsUrl, region }: Stage): string {
  const { agent, task, customer, month } = CAST;
  const broker = before(brokerUrl);
  const asked = `--task ${task} --param customer=${customer} --param month=${month}`;
  return `
Try it by hand, from this directory in another terminal:

  1  read this customer's invoices, and be denied another's (cli/story/read-invoices.ts is a plain S3 client):
     ${broker}AWS_ENDPOINT_URL=${awsUrl} npx --no remit exec --region ${region} --agent ${agent} ${asked} -- npx --no tsx cli/story/read-invoices.ts

  2  see what the policies would say, and the session policy, without asking for anything:
     npx --no remit explain --agent ${agent} ${asked}

  3  look at an assertion, the only thing that this agent ever shows:
     ${broker}npx --no remit dev assertion ${agent}

  4  prove that the audit trail of all this is whole, and search it (docs/audit.md):
     ${broker}npx --no remit audit verify
     ${broker}npx --no remit audit search --agent ${agent}

  5  be one of the people who are asked: open ${brokerUrl}/console/ (README, "When a person has to decide")

Ctrl-C ends local mode.
`;
}
