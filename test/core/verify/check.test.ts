// What the catalog may not say about issuers and bindings.

import { describe, expect, test } from 'vitest';
import type { Binding, Issuer, IssuerKind } from '../../../src/core/model.ts';
import { checkBinding, checkIssuerConfig } from '../../../src/core/verify/kinds/check.ts';
import { ISSUER_SAMPLES } from '../../support/issuer-samples.ts';

const KINDS = Object.keys(ISSUER_SAMPLES) as IssuerKind[];

function issuerOf(kind: IssuerKind, changes: Partial<Issuer> = {}): Issuer {
  const { issuer, algorithm, replay } = ISSUER_SAMPLES[kind];
  return {
    name: kind,
    kind,
    issuer,
    audience: 'https://broker.acme.dev',
    algorithms: [algorithm],
    maxLifetimeSeconds: 3600,
    replay,
    ...(kind === 'spiffe' && { jwksUri: 'https://spire.acme.dev/bundle' }),
    ...changes,
  };
}

/** A binding without findings, for each kind. */
const PINNED: Readonly<Record<IssuerKind, Omit<Binding, 'issuer'>>> = {
  'aws-sts': { subject: 'arn:aws:iam::444455556666:role/billing' },
  kubernetes: {
    subject: 'system:serviceaccount:agents:billing',
    claims: { 'kubernetes.io.serviceaccount.uid': 'e6a8b6c2-0000-4000-8000-000000000001' },
  },
  github: {
    subject: 'repo:acme/billing:environment:production',
    claims: { repository_id: '456789', repository_owner_id: '123456', event_name: 'push' },
  },
  gitlab: {
    subject: 'project_path:acme/billing:ref_type:branch:ref:main',
    claims: { project_id: '20', ref_protected: 'true' },
  },
  google: { subject: '105271527809661757734' },
  entra: { subject: 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee' },
  spiffe: { subject: 'spiffe://acme.dev/ns/agents/sa/billing' },
  oidc: { subject: 'billing' },
};

const problems = (findings: readonly { severity: string; message: string }[], severity = 'error') =>
  findings.filter((finding) => finding.severity === severity).map(({ message }) => message);
const issuerErrors = (kind: IssuerKind, changes: Partial<Issuer>) =>
  problems(checkIssuerConfig(issuerOf(kind, changes)));

function bindingFindings(kind: IssuerKind, changes: Partial<Binding>, severity = 'error'): string[] {
  const issuer = issuerOf(kind);
  return problems(checkBinding(issuer, { issuer: issuer.issuer, ...PINNED[kind], ...changes }), severity);
}

describe.each(KINDS)('%s', (kind) => {
  test('a good issuer and binding have no findings', () => {
    const issuer = issuerOf(kind);
    expect(checkIssuerConfig(issuer)).toEqual([]);
    expect(checkBinding(issuer, { issuer: issuer.issuer, ...PINNED[kind] })).toEqual([]);
  });

  test('[ISSUER-12] no HMAC, no none, no unknown algorithm, at least one', () => {
    for (const algorithms of [['HS256'], ['none'], ['RS1'], ['constructor'], []]) {
      expect(issuerErrors(kind, { algorithms })).toHaveLength(1);
    }
  });

  test('[ISSUER-12] lifetimes are whole seconds within bounds', () => {
    for (const maxLifetimeSeconds of [0, 59, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 31_536_000]) {
      expect(issuerErrors(kind, { maxLifetimeSeconds })).toHaveLength(1);
    }
  });

  test('[ISSUER-11] the audience is our own', () => {
    for (const audience of [
      'sts.amazonaws.com',
      'api://AzureADTokenExchange',
      'https://github.com/acme',
      'vault',
      '*',
    ]) {
      expect(issuerErrors(kind, { audience })).toHaveLength(1);
    }
    expect(issuerErrors(kind, { audience: '' })).toHaveLength(1);
    expect(issuerErrors(kind, { audience: issuerOf(kind).issuer })).toHaveLength(1);
  });

  test('[ISSUER-13] a reusable assertion is warned about', () => {
    const findings = checkIssuerConfig(issuerOf(kind, { replay: 'reusable' }));
    expect(findings).toMatchObject([{ severity: 'warning', fix: 'Write replay: bound.' }]);
  });

  test('[ISSUER-14] wildcards, placeholders and nothing are no identity', () => {
    const { subject } = PINNED[kind];
    for (const other of [
      '*',
      `${subject}*`,
      '<subject>',
      'REPLACE_ME',
      '',
      'x'.repeat(513),
      `${subject}\n`,
    ]) {
      expect(bindingFindings(kind, { subject: other })).not.toEqual([]);
    }
    const claims = PINNED[kind].claims ?? {};
    for (const value of ['*', '', 'REPLACE_ME']) {
      expect(bindingFindings(kind, { claims: { ...claims, team: value } })).toHaveLength(1);
    }
    expect(bindingFindings(kind, { claims: { ...claims, jti: '1' } })).toHaveLength(1);
    expect(bindingFindings(kind, { issuer: 'https://other.acme.dev' })).toHaveLength(1);
  });
});

describe('the address of an issuer', () => {
  test.each([
    'http://login.acme.dev',
    'https://localhost:8787',
    'https://127.0.0.1',
    'https://10.1.2.3/issuer',
    'https://[fd00::1]/issuer',
    'https://issuer',
    'https://user:secret@login.acme.dev',
    'https://login.acme.dev?x=1',
    'https://login.acme.dev#x',
    'login.acme.dev',
    '',
  ])('[ISSUER-9] is not %j', (issuer) => {
    expect(issuerErrors('oidc', { issuer })).toHaveLength(1);
  });

  test.each([
    'http://keys.acme.dev',
    'https://localhost/jwks',
    'https://169.254.169.254/',
    'https://keys.acme.dev#x',
  ])('[ISSUER-9] has no keys at %s', (jwksUri) => {
    expect(issuerErrors('oidc', { jwksUri })).toHaveLength(1);
  });

  test('[ISSUER-9] of its keys may have a query', () => {
    expect(issuerErrors('oidc', { jwksUri: 'https://keys.acme.dev/keys?appid=1' })).toEqual([]);
  });

  test('[ISSUER-9] is on this machine in local mode only', () => {
    const local = issuerOf('oidc', {
      issuer: 'http://localhost:8787/demo',
      audience: 'http://localhost:8787',
    });
    expect(checkIssuerConfig(local, { allowLoopback: true })).toEqual([]);
    expect(problems(checkIssuerConfig(local))).toHaveLength(2);
    const plane = issuerOf('aws-sts', { issuer: 'http://127.0.0.1:8788/outbound' });
    expect(checkIssuerConfig(plane, { allowLoopback: true })).toEqual([]);
    const lan = issuerOf('oidc', { issuer: 'http://192.168.1.10:8787/demo' });
    expect(problems(checkIssuerConfig(lan, { allowLoopback: true }))).toHaveLength(1);
  });

  test.each([
    'https://example.com',
    'https://login.example.org/x',
    'https://issuer.test',
    'https://a.invalid',
  ])('[ISSUER-10] is not the placeholder %s', (issuer) => {
    expect(issuerErrors('oidc', { issuer })).toHaveLength(1);
    expect(issuerErrors('oidc', { audience: issuer })).toHaveLength(1);
  });

  test.each([
    'https://REPLACE_ME.acme.dev',
    'https://login.acme.dev/YOUR_TENANT',
    'https://login.acme.dev/XXXX',
  ])('[ISSUER-10] has no blank like %s', (issuer) => {
    expect(issuerErrors('oidc', { issuer })).toHaveLength(1);
  });

  test('[ISSUER-10] may have words that only look like blanks', () => {
    const subject = 'arn:aws:iam::444455556666:role/todo-replacement-examples';
    expect(bindingFindings('aws-sts', { subject })).toEqual([]);
    expect(issuerErrors('oidc', { issuer: 'https://example-login.acme.dev' })).toEqual([]);
  });

  test('[ISSUER-10] of a trust domain is no placeholder either', () => {
    expect(issuerErrors('spiffe', { issuer: 'spiffe://example.org' })).toHaveLength(1);
  });
});

describe('kinds and their issuers', () => {
  test.each([
    ['google', 'https://accounts.acme.dev'],
    ['google', 'https://accounts.google.com/'],
    ['entra', 'https://login.microsoftonline.com/common/v2.0'],
    ['entra', 'https://login.microsoftonline.com/organizations/v2.0'],
    ['entra', 'https://sts.windows.net/11111111-2222-4333-8444-555555555555'],
    ['kubernetes', 'https://kubernetes.default.svc.cluster.local'],
    ['spiffe', 'https://spire.acme.dev'],
    ['spiffe', 'spiffe://Acme.dev'],
    ['spiffe', 'spiffe://acme.dev/path'],
  ] as const)('[ISSUER-12] %s is not at %s', (kind, issuer) => {
    expect(issuerErrors(kind, { issuer })).toHaveLength(1);
  });

  test('[ISSUER-12] an AWS issuer of another form is warned about', () => {
    const findings = checkIssuerConfig(issuerOf('aws-sts', { issuer: 'https://sts.acme.dev' }));
    expect(findings).toMatchObject([{ severity: 'warning' }]);
  });

  test('[ISSUER-12] a trust domain says where its keys are', () => {
    const { jwksUri: _, ...issuer } = issuerOf('spiffe');
    expect(problems(checkIssuerConfig(issuer))).toHaveLength(1);
  });

  test('[ISSUER-12] algorithms fit the kind', () => {
    expect(issuerErrors('aws-sts', { algorithms: ['ES256'] })).toHaveLength(1);
    expect(issuerErrors('spiffe', { algorithms: ['EdDSA'] })).toHaveLength(1);
    expect(issuerErrors('oidc', { algorithms: ['EdDSA'] })).toEqual([]);
  });

  test('[ISSUER-12] what is allowed but wide is warned about', () => {
    const long = checkIssuerConfig(issuerOf('kubernetes', { maxLifetimeSeconds: 86_400 }));
    expect(long).toMatchObject([{ severity: 'warning' }]);
    expect(checkIssuerConfig(issuerOf('github', { maxLifetimeSeconds: 21_600 }))).toEqual([]);
    const two = checkIssuerConfig(issuerOf('oidc', { algorithms: ['RS256', 'PS256'] }));
    expect(two).toMatchObject([{ severity: 'warning' }]);
  });

  test('[ISSUER-13] single use of tokens that the platform repeats is warned about', () => {
    for (const kind of ['kubernetes', 'gitlab', 'google', 'entra', 'spiffe'] as const) {
      const findings = checkIssuerConfig(issuerOf(kind, { replay: 'single-use' }));
      expect(findings).toMatchObject([{ severity: 'warning', fix: 'Write replay: bound.' }]);
    }
  });

  test.each([
    ISSUER_SAMPLES['aws-sts'].issuer,
    ISSUER_SAMPLES.kubernetes.issuer,
    ISSUER_SAMPLES.github.issuer,
    ISSUER_SAMPLES.gitlab.issuer,
    ISSUER_SAMPLES.google.issuer,
    ISSUER_SAMPLES.entra.issuer,
    'https://token.actions.acme.ghe.com',
    'https://sts.windows.net/11111111-2222-4333-8444-555555555555/',
    'https://oidc-eks.eu-west-1.api.aws/id/0123456789ABCDEF0123456789ABCDEF',
    'https://oidc-eks.cn-north-1.api.amazonwebservices.com.cn/id/0123456789ABCDEF',
    'https://oidc.eks.eusc-de-east-1.amazonaws.eu/id/0123456789ABCDEF',
    'https://oidc-eks.eusc-de-east-1.api.amazonwebservices.eu/id/0123456789ABCDEF',
    'https://container.googleapis.com/v1/projects/acme/locations/europe-west1/clusters/agents',
    'https://westeurope.oic.prod-aks.azure.com/11111111-2222-4333-8444-555555555555/1/',
    'https://usgovvirginia.oic.prod-aks.azure.us/11111111-2222-4333-8444-555555555555/1/',
    'https://chinanorth2.oic.prod-aks.azure.cn/11111111-2222-4333-8444-555555555555/1/',
    'https://github.acme.dev/_services/token',
    'https://login.partner.microsoftonline.cn/11111111-2222-4333-8444-555555555555/v2.0',
  ])('[ISSUER-15] %s is not plain oidc', (issuer) => {
    expect(issuerErrors('oidc', { issuer })).toHaveLength(1);
  });

  test.each([
    'https://oidc-eks.acme.dev/id/1',
    'https://container.googleapis.com.acme.dev/v1/projects/acme',
    'https://acme.dev/container.googleapis.com/v1',
    'https://acme.dev/_services/token/other',
    'https://prod-aks.azure.com.acme.dev',
    'https://app.terraform.io',
  ])('[ISSUER-15] %s is', (issuer) => {
    expect(issuerErrors('oidc', { issuer })).toEqual([]);
  });
});

describe('bindings', () => {
  const ids = PINNED.github.claims ?? {};

  test('[ISSUER-14] of GitHub pin repository and owner by id', () => {
    expect(bindingFindings('github', { claims: {} })).toHaveLength(2);
    expect(bindingFindings('github', { claims: { repository_id: '1' } })).toHaveLength(1);
    expect(bindingFindings('github', { claims: { ...ids, repository_id: 'acme/billing' } })).toHaveLength(1);
  });

  test.each([
    'repo:acme/billing:pull_request',
    'repo:acme/billing',
    'repo:acme/*:ref:refs/heads/main',
    'acme/billing:environment:production',
    'repository_owner:acme',
  ])('[ISSUER-14] of GitHub do not name %s', (subject) => {
    expect(bindingFindings('github', { subject })).not.toEqual([]);
  });

  test.each([
    'repo:acme@123456/billing@456789:environment:production',
    'repo:acme/billing:ref:refs/heads/main',
    'repo:acme/billing:ref:refs/tags/v1',
    'repository_id:456789:environment:production',
  ])('[ISSUER-14] of GitHub may name %s', (subject) => {
    expect(bindingFindings('github', { subject })).toEqual([]);
  });

  test('[ISSUER-14] of GitHub are not open to every workflow without a warning', () => {
    const { event_name: _, ...claims } = ids as Record<string, string>;
    expect(bindingFindings('github', { claims }, 'warning')).toHaveLength(1);
    expect(bindingFindings('github', { claims: { ...ids, event_name: 'pull_request_target' } })).toHaveLength(
      1,
    );
  });

  test('[ISSUER-14] of GitLab pin the project by id', () => {
    expect(bindingFindings('gitlab', { claims: {} })).toHaveLength(1);
    expect(bindingFindings('gitlab', { claims: {} }, 'warning')).toHaveLength(1);
    expect(bindingFindings('gitlab', { subject: 'project_path:acme/billing' })).toHaveLength(1);
  });

  test('[ISSUER-14] of AWS name roles and users, and no request tags', () => {
    const assumed = 'arn:aws:sts::444455556666:assumed-role/billing/session';
    expect(bindingFindings('aws-sts', { subject: assumed })).toHaveLength(1);
    const claims = { 'https://sts.amazonaws.com/.request_tags.job': '1' };
    expect(bindingFindings('aws-sts', { claims })).toHaveLength(1);
    const tags = { 'https://sts.amazonaws.com/.principal_tags.team': 'billing' };
    expect(bindingFindings('aws-sts', { claims: tags })).toEqual([]);
  });

  test('[ISSUER-14] of Kubernetes pin the account, and warn where it can be recycled', () => {
    expect(bindingFindings('kubernetes', { subject: 'system:serviceaccount:agents' })).toHaveLength(1);
    expect(bindingFindings('kubernetes', { claims: {} }, 'warning')).toHaveLength(1);
    expect(
      bindingFindings('kubernetes', { subject: 'system:serviceaccount:agents:default' }, 'warning'),
    ).toHaveLength(1);
  });

  test.each([
    ['google', 'billing@acme-prod.iam.gserviceaccount.com'],
    ['entra', 'billing-agent'],
    ['spiffe', 'spiffe://other.dev/ns/agents'],
    ['spiffe', 'spiffe://acme.dev'],
  ] as const)('[ISSUER-14] of %s do not name %s', (kind, subject) => {
    expect(bindingFindings(kind, { subject })).toHaveLength(1);
  });

  test('[ISSUER-14] of issuers that many share pin the ids that tell them apart', () => {
    const issuer = issuerOf('oidc', { issuer: 'https://app.terraform.io' });
    const subject = 'organization:acme:project:Default Project:workspace:prod:run_phase:apply';
    const binding = { issuer: issuer.issuer, subject };
    expect(problems(checkBinding(issuer, binding))).toHaveLength(3);
    const claims = {
      terraform_organization_id: 'org-1',
      terraform_workspace_id: 'ws-1',
      terraform_run_phase: 'apply',
    };
    expect(checkBinding(issuer, { ...binding, claims })).toEqual([]);
  });
});
