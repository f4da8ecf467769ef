// Any other OIDC issuer (HCP Terraform, Buildkite, Vercel, Fly.io, …). Issuers that have a kind of their own must use
// it: as plain `oidc` they would escape its checks. Issuers shared by many customers need ids pinned.

import type { Binding, Issuer } from '../../model.ts';
import { error, type Finding, findingsOf } from './finding.ts';
import { type Kind, plainKind } from './kind.ts';

/** Issuers of the other kinds, by host and path, in every AWS and Azure partition. */
const OWN_KIND: readonly (readonly [RegExp, string])[] = [
  [/^[^/]+\.tokens\.sts\.global\.api\.aws\//, 'aws-sts'],
  [/^oidc\.eks\.[a-z0-9-]+\.amazonaws\.(?:com|com\.cn|eu)\//, 'kubernetes'],
  [/^oidc-eks\.[a-z0-9-]+\.api\.(?:aws|amazonwebservices\.(?:com\.cn|eu))\//, 'kubernetes'],
  [/^container\.googleapis\.com\//, 'kubernetes'],
  [/^[^/]+\.oic\.prod-aks\.azure\.(?:com|us|cn)\//, 'kubernetes'],
  [/^token\.actions\.(?:githubusercontent\.com|[a-z0-9-]+\.ghe\.com)\//, 'github'],
  // GitHub Enterprise Server, under any host
  [/^[^/]+\/_services\/token\/?$/, 'github'],
  [/^gitlab\.com\//, 'gitlab'],
  [/^accounts\.google\.com\//, 'google'],
  [/^sts\.(?:windows\.net|chinacloudapi\.cn)\//, 'entra'],
  [/^login\.(?:microsoftonline\.(?:com|us)|partner\.microsoftonline\.cn)\//, 'entra'],
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
    OWN_KIND.filter(([place]) => place.test(placeOf(issuer))).map(([, kind]) => useKind(kind)),
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

/** `<host>/<path>`; the path of a bare host is `/`. */
function placeOf(issuer: string): string {
  return URL.canParse(issuer) ? hostOf(issuer) + new URL(issuer).pathname : '';
}

function hostOf(issuer: string): string {
  return URL.canParse(issuer) ? new URL(issuer).hostname : '';
}
