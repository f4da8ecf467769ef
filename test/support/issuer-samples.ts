// What a valid assertion of each kind looks like, after the platforms' own documentation.

import type { Issuer, IssuerKind } from '../../src/core/model.ts';

export interface IssuerSample {
  readonly issuer: string;
  readonly algorithm: string;
  readonly typ: string | undefined;
  readonly replay: Issuer['replay'];
  claims(config: Issuer): Record<string, unknown>;
}

const TENANT = '11111111-2222-4333-8444-555555555555';
const OBJECT = 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee';

export const ISSUER_SAMPLES: Readonly<Record<IssuerKind, IssuerSample>> = {
  'aws-sts': {
    issuer: 'https://0f8fad5b-d9cb-469f-a165-70867728950e.tokens.sts.global.api.aws',
    algorithm: 'ES384',
    typ: 'JWT',
    replay: 'single-use',
    claims: ({ issuer, audience }) => ({
      iss: issuer,
      aud: audience,
      sub: 'arn:aws:iam::111122223333:role/billing-agent',
      'https://sts.amazonaws.com/': {
        aws_account: '111122223333',
        source_region: 'eu-west-1',
        org_id: 'o-abc1234567',
        ou_path: ['o-abc1234567/r-ab12/ou-ab12-11111111/'],
        principal_id: 'arn:aws:iam::111122223333:role/billing-agent',
        principal_tags: { team: 'billing' },
        lambda_source_function_arn: 'arn:aws:lambda:eu-west-1:111122223333:function:billing',
        request_tags: { 'job-id': 'job-1' },
      },
    }),
  },
  kubernetes: {
    issuer: 'https://oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF',
    algorithm: 'RS256',
    typ: undefined,
    replay: 'bound',
    claims: ({ issuer, audience }) => ({
      iss: issuer,
      aud: [audience],
      sub: 'system:serviceaccount:agents:billing',
      'kubernetes.io': {
        namespace: 'agents',
        serviceaccount: { name: 'billing', uid: 'e6a8b6c2-0000-4000-8000-000000000001' },
        pod: { name: 'billing-0', uid: '0d8b6c2e-0000-4000-8000-000000000002' },
        node: { name: 'node-1', uid: '517eb6c2-0000-4000-8000-000000000003' },
      },
    }),
  },
  github: {
    issuer: 'https://token.actions.githubusercontent.com',
    algorithm: 'RS256',
    typ: 'JWT',
    replay: 'single-use',
    claims: ({ issuer, audience }) => ({
      iss: issuer,
      aud: audience,
      sub: 'repo:acme/billing:environment:production',
      repository: 'acme/billing',
      repository_id: '456789',
      repository_owner: 'acme',
      repository_owner_id: '123456',
      ref: 'refs/heads/main',
      ref_type: 'branch',
      event_name: 'push',
      environment: 'production',
      job_workflow_ref: 'acme/billing/.github/workflows/agent.yml@refs/heads/main',
      runner_environment: 'github-hosted',
      run_id: '14144996512',
    }),
  },
  gitlab: {
    issuer: 'https://gitlab.com',
    algorithm: 'RS256',
    typ: 'JWT',
    replay: 'bound',
    claims: ({ issuer, audience }) => ({
      iss: issuer,
      aud: audience,
      sub: 'project_path:acme/billing:ref_type:branch:ref:main',
      project_id: '20',
      project_path: 'acme/billing',
      job_project_id: '20',
      namespace_id: '72',
      ref: 'main',
      ref_type: 'branch',
      ref_protected: 'true',
      pipeline_source: 'push',
    }),
  },
  google: {
    issuer: 'https://accounts.google.com',
    algorithm: 'RS256',
    typ: 'JWT',
    replay: 'bound',
    claims: ({ issuer, audience }) => ({
      iss: issuer,
      aud: audience,
      azp: '105271527809661757734',
      sub: '105271527809661757734',
      email: 'billing@acme-prod.iam.gserviceaccount.com',
      email_verified: true,
      google: { compute_engine: { project_id: 'acme-prod', project_number: 411143357921 } },
      jti: undefined,
    }),
  },
  entra: {
    issuer: `https://login.microsoftonline.com/${TENANT}/v2.0`,
    algorithm: 'RS256',
    typ: 'JWT',
    replay: 'bound',
    claims: ({ issuer, audience }) => ({
      iss: issuer,
      aud: audience,
      sub: OBJECT,
      oid: OBJECT,
      tid: TENANT,
      azp: '99999999-0000-4000-8000-000000000000',
      idtyp: 'app',
      uti: 'abcdefghijklmnop',
      ver: issuer.endsWith('/v2.0') ? '2.0' : '1.0',
    }),
  },
  spiffe: {
    issuer: 'spiffe://acme.dev',
    algorithm: 'ES256',
    typ: 'JWT',
    replay: 'bound',
    claims: ({ issuer, audience }) => ({
      aud: [audience],
      sub: `${issuer}/ns/agents/sa/billing`,
    }),
  },
  oidc: {
    issuer: 'https://login.acme.dev',
    algorithm: 'ES256',
    typ: 'JWT',
    replay: 'single-use',
    claims: ({ issuer, audience }) => ({ iss: issuer, aud: audience, sub: 'billing' }),
  },
};
