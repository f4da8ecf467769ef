// Catalogs that must not compile, each with one trap that real deployments fell into (docs/security-model.md): what the
// check of the catalog is held to in every report. All are the same small catalog with one change.

import type { CatalogFile } from '../catalog/problem.ts';

/** A change of one file of {@link SOUND}, and what the check must say of it. */
export interface BadCatalog {
  readonly trap: string;
  readonly path: string;
  readonly data: unknown;
  readonly says: RegExp;
}

const AUDIENCE = 'urn:acme:remit';
const ISSUER = {
  name: 'ci',
  kind: 'github',
  issuer: 'https://token.actions.githubusercontent.com',
  audience: AUDIENCE,
  algorithms: ['RS256'],
  maxLifetime: '1h',
  replay: 'single-use',
};
const BINDING = {
  issuer: 'ci',
  subject: 'repo:acme/shop:environment:release',
  claims: {
    repository_id: '729384756',
    repository_owner_id: '5839201',
    job_workflow_ref: 'acme/shop/.github/workflows/release.yml@refs/heads/main',
  },
};
const AGENT = {
  agent: 'release-agent',
  owner: { issuer: 'https://login.acme.dev', subject: 'linus' },
  purpose: 'Publishes release notes',
  environment: 'prod',
  groups: ['platform'],
  reviewBy: '2099-01-01',
  bindings: [BINDING],
};
const PERMISSION = {
  actions: ['s3:PutObject'],
  resources: ['arn:aws:s3:::acme-releases/notes/{version}.md'],
};
const TASK = {
  task: 'publish-notes',
  title: 'Publish the notes of one release',
  environment: 'prod',
  parameters: { version: { type: 'string', pattern: 'v[0-9]+', maxLength: 20 } },
  permissions: [PERMISSION],
  lease: '60s',
  maxDuration: '10m',
};
const POLICY =
  'permit (principal in Remit::Group::"platform", action == Remit::Action::"publish-notes", resource);';

/** Compiles: what the others differ from in one place. */
export const SOUND: readonly CatalogFile[] = [
  { path: 'issuers.yaml', data: { issuers: [ISSUER] } },
  { path: 'agents/release-agent.yaml', data: AGENT },
  { path: 'tasks/publish-notes.yaml', data: TASK },
  { path: 'policies/platform.cedar', data: POLICY },
];

const issuer = (trap: string, change: object, says: RegExp): BadCatalog => ({
  trap,
  path: 'issuers.yaml',
  data: { issuers: [{ ...ISSUER, ...change }] },
  says,
});
const agent = (trap: string, change: object, says: RegExp): BadCatalog => ({
  trap,
  path: 'agents/release-agent.yaml',
  data: { ...AGENT, ...change },
  says,
});
const bound = (trap: string, binding: object, says: RegExp) =>
  agent(trap, { bindings: [{ ...BINDING, ...binding }] }, says);
const task = (trap: string, change: object, says: RegExp): BadCatalog => ({
  trap,
  path: 'tasks/publish-notes.yaml',
  data: { ...TASK, ...change },
  says,
});
const permitted = (trap: string, permission: object, says: RegExp) =>
  task(trap, { permissions: [{ ...PERMISSION, ...permission }] }, says);
const policy = (trap: string, text: string, says: RegExp): BadCatalog => ({
  trap,
  path: 'policies/platform.cedar',
  data: text,
  says,
});

/** Each is refused, and for its own reason. */
export const BAD_CATALOGS: readonly BadCatalog[] = [
  issuer('no audience', { audience: undefined }, /audience/),
  issuer('a shared secret', { algorithms: ['HS256'] }, /algorithm|HS256/),
  issuer('no signature', { algorithms: ['none'] }, /algorithm|none/),
  issuer('an issuer without TLS', { issuer: 'http://token.actions.githubusercontent.com' }, /https/),
  issuer(
    'an issuer that only looks like GitHub',
    { issuer: 'https://token.actions.githubusercontent.com.evil.dev' },
    /looks like it/,
  ),
  issuer('an issuer that is no URL', { issuer: 'token.actions.githubusercontent.com' }, /issuer/),
  issuer(
    'the audience that the platform gives everybody',
    { audience: 'https://github.com/acme' },
    /audience|default/i,
  ),
  issuer('assertions that live a year', { maxLifetime: '8760h' }, /maxLifetime|from 60s to 24h/),
  bound('every branch of a repository', { subject: 'repo:acme/shop:*' }, /subject|wildcard|\*/),
  bound('every repository of an owner', { subject: 'repo:acme/*' }, /subject|wildcard|\*/),
  bound('pull requests, which anybody can open', { subject: 'repo:acme/shop:pull_request' }, /pull/),
  bound('a name where an id is needed', { claims: { repository: 'acme/shop' } }, /repository_id|claim/),
  bound('an issuer that nobody listed', { issuer: 'elsewhere' }, /issuer/),
  agent(
    'an owner by e-mail',
    { owner: { issuer: 'https://login.acme.dev', subject: 'linus@acme.dev' } },
    /e-mail/,
  ),
  agent('an agent without an owner', { owner: undefined }, /owner/),
  agent('a review date that is none', { reviewBy: 'never' }, /reviewBy/),
  permitted('every action', { actions: ['*'] }, /not one exact action/),
  permitted('every action of a service', { actions: ['s3:*'] }, /not one exact action/),
  permitted('everything', { resources: ['*'] }, /is everything/),
  permitted(
    'a prefix that another value shares',
    { resources: ['arn:aws:s3:::acme-releases/{version}*'] },
    /wildcard in one segment/,
  ),
  permitted('access that makes access', { actions: ['iam:CreateAccessKey'] }, /hands out access/),
  permitted('a wider role', { actions: ['sts:AssumeRole'] }, /hands out access/),
  permitted(
    'an undeclared value',
    { resources: ['arn:aws:s3:::acme-releases/{customer}'] },
    /not a parameter/,
  ),
  task('a lease of a day', { lease: '24h' }, /lease/),
  task(
    'a pattern that anything fits',
    { parameters: { version: { type: 'string', pattern: '(.*)+' } } },
    /pattern/,
  ),
  policy('a policy that does not parse', 'permit (principal', /./),
  policy('a policy about a task that is not there', POLICY.replace('publish-notes', 'drop-tables'), /./),
  policy(
    'a comparison of a value that is not there',
    POLICY.replace(';', ' when { context.parameters.amount < 5 };'),
    /amount/,
  ),
];
