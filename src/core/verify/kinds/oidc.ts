// Any other OIDC issuer (HCP Terraform, Buildkite, Vercel, Fly.io, …). Issuers that have a kind of their own must use
// it: as plain `oidc` they would escape its checks. Issuers shared by many customers need ids pinned.

import type { Binding, Issuer } from '../../model.ts';
import { error, type Finding, findingsOf } from './finding.ts';
import { type Kind, plainKind } from './kind.ts';

/** Issuers of the other kinds, by host. */
const OWN_KIND: readonly (readonly [RegExp, string])[] = [
  [/\.tokens\.sts\.global\.api\.aws$/, 'aws-sts'],
  [/^oidc\.eks\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?$/, 'kubernetes'],
  [/^token\.actions\.(?:githubusercontent\.com|[a-z0-9-]+\.ghe\.com)$/, 'github'],
  [/^gitlab\.com$/, 'gitlab'],
  [/^accounts\.google\.com$/, 'google'],
  [/^(?:sts\.windows\.net|sts\.chinacloudapi\.cn|login\.microsoftonline\.(?:com|us))$/, 'entra'],
];

/** Hosts that sign for many customers, and the ids that tell them apart. */
const SHARED: readonly (readonly [host: string, ids: readonly string[]])[] = [
  ['app.terraform.io', ['terraform_organization_id', 'terraform_workspace_id', 'terraform_run_phase']],
  ['agent.buildkite.com', ['organization_id', 'pipeline_id']],
  ['oidc.vercel.com', ['owner_id', 'project_id']],
  ['oidc.fly.io', ['org_id', 'app_id']],
];

export const oidc: Kind = {
  ...plainKind,
  types: [undefined, 'JWT'],
  repeatsTokens: false,
  checkIssuer: ({ issuer }) =>
    OWN_KIND.filter(([host]) => host.test(hostOf(issuer))).map(([, kind]) => useKind(kind)),
  checkBinding,
};

function useKind(kind: string): Finding {
  return error(
    `This issuer has a kind of its own, ${kind}, with checks that oidc does not make.`,
    `Write kind: ${kind}.`,
  );
}

function checkBinding({ claims = {} }: Binding, { issuer }: Issuer): readonly Finding[] {
  const ids = SHARED.find(([host]) => host === hostOf(issuer))?.[1] ?? [];
  return findingsOf(
    ids.map((id) => [
      claims[id] !== undefined,
      error(
        `Many customers share this issuer and the binding does not pin ${id}.`,
        `Add ${id} to its claims.`,
      ),
    ]),
  );
}

function hostOf(issuer: string): string {
  return URL.canParse(issuer) ? new URL(issuer).hostname : '';
}
