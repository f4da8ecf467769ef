// GitHub Actions. One issuer signs for every repository in the world, names are recycled and subjects can be
// customised: a binding pins the numeric ids of repository and owner, and a branch, tag or environment.

import type { Binding } from '../../model.ts';
import { must } from '../flaw.ts';
import type { JsonObject } from '../json.ts';
import { error, type Finding, findingsOf, warning } from './finding.ts';
import { type Kind, plainKind } from './kind.ts';

const NUMERIC_ID = /^[1-9][0-9]{0,18}$/;
const REPOSITORY_SUBJECT = /^(?:repo:[^:/*]+\/[^:/*]+|repository_id:[0-9]+):.+$/;
const PINNED_IDS = ['repository_id', 'repository_owner_id'] as const;

export const github: Kind = {
  ...plainKind,
  headers: [...plainKind.headers, 'x5t'],
  algorithms: ['RS256', 'RS384', 'RS512'],
  // tokens of hosted jobs live six hours
  maxLifetimeSeconds: 21_600,
  requires: ['iat', 'jti'],
  repeatsTokens: false,
  checkClaims,
  checkIssuer: ({ issuer }) => findingsOf([[!isLookalike(issuer), LOOKALIKE]]),
  checkBinding: (binding) => [...checkIds(binding), ...checkRun(binding)],
};

const HOST = 'token.actions.githubusercontent.com';
const LOOKALIKE = error(
  'This is not the issuer of GitHub Actions, though it looks like it.',
  `Write https://${HOST}, or the address of your own GitHub Enterprise.`,
);

/** Hosts of enterprises have names of their own; nobody but GitHub has reason for one with this word. */
function isLookalike(issuer: string): boolean {
  const host = URL.canParse(issuer) ? new URL(issuer).hostname : '';
  return /githubusercontent/.test(host) && host !== HOST;
}

/** The ids that bindings pin are there, as strings of digits. */
function checkClaims(claims: JsonObject): JsonObject {
  for (const name of PINNED_IDS) {
    const id = claims[name];
    must(typeof id === 'string' && NUMERIC_ID.test(id), `github ${name}`);
  }
  return claims;
}

function checkIds({ claims = {} }: Binding): readonly Finding[] {
  return PINNED_IDS.filter((name) => !NUMERIC_ID.test(claims[name] ?? '')).map((name) =>
    error(
      `The binding does not pin ${name}; a name can pass to somebody else.`,
      `Add claims: { ${name}: "<number>" }; gh api repos/<owner>/<repo> shows it.`,
    ),
  );
}

/** Which runs of the repository are the agent. */
function checkRun({ subject, claims = {} }: Binding): readonly Finding[] {
  const isPinned =
    /:(?:ref|environment):[^:]+/.test(subject) || Boolean(claims['ref'] ?? claims['environment']);
  const knowsTrigger = ['event_name', 'job_workflow_ref', 'workflow_ref'].some(
    (name) => claims[name] !== undefined,
  );
  return findingsOf([
    [
      REPOSITORY_SUBJECT.test(subject),
      error(
        'The subject is not a repository of GitHub Actions.',
        'Write it whole: repo:<owner>/<repo>:environment:<name>.',
      ),
    ],
    [
      !/:pull_request(?:$|:)/.test(subject) && !/^pull_request/.test(claims['event_name'] ?? ''),
      error('Whoever opens a pull request is this agent.', 'Bind an environment or a protected branch.'),
    ],
    [
      isPinned,
      error(
        'Every branch of the repository is this agent.',
        'Bind a subject with :environment:<name> or :ref:<ref>.',
      ),
    ],
    [
      knowsTrigger,
      warning(
        'Any workflow of that branch or environment is this agent.',
        'Pin job_workflow_ref or event_name as well.',
      ),
    ],
  ]);
}
