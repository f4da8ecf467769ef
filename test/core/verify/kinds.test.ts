// The traps of each kind of issuer (docs/security-model.md): what a valid signature does not yet prove.

import { describe, expect, test } from 'vitest';
import { claimsHold } from '../../../src/core/verify/claims.ts';
import { type Scene, setScene } from '../../support/attack.ts';
import { memoryKeys } from '../../support/issuer.ts';
import { refusalOf } from '../../support/requests.ts';

const AWS = 'https://sts.amazonaws.com/';

/** The claims with members of one block changed. */
function withBlock(scene: Scene, block: string, changes: Record<string, unknown>): Record<string, unknown> {
  return { [block]: { ...(scene.claims()[block] as object), ...changes } };
}

describe('aws-sts', () => {
  const ROLE = 'arn:aws:iam::111122223333:role/billing-agent';

  test.each([
    'arn:aws:sts::111122223333:assumed-role/billing-agent/session',
    'arn:aws:iam::111122223333:root',
    'arn:aws:iam::1111:role/billing-agent',
    'arn:aws:iam::111122223333:role/',
    'arn:aws:iam::111122223333:role/*',
    ` ${ROLE}`,
    `${ROLE} `,
    'somebody@acme.dev',
  ])('[ISSUER-1] %j is no IAM role or user', async (sub) => {
    const scene = await setScene({ kind: 'aws-sts' });
    const block = withBlock(scene, AWS, { principal_id: sub });
    await scene.expectRefused(scene.sign({ sub, ...block }), 'aws principal');
  });

  test.each([
    'arn:aws-us-gov:iam::111122223333:role/path/to/agent',
    'arn:aws-cn:iam::111122223333:user/agent@acme',
    'arn:aws-iso-b:iam::111122223333:role/agent',
  ])('[ISSUER-1] %s is one', async (sub) => {
    const scene = await setScene({ kind: 'aws-sts' });
    const workload = await scene.verify(
      await scene.sign({ sub, ...withBlock(scene, AWS, { principal_id: sub }) }),
    );
    expect(workload.subject).toBe(sub);
  });

  test('[ISSUER-1] the principal behind the token must be its subject, when AWS names it', async () => {
    const scene = await setScene({ kind: 'aws-sts' });
    const other = 'arn:aws:iam::111122223333:role/other';
    await scene.expectRefused(scene.sign(withBlock(scene, AWS, { principal_id: other })), 'aws principal_id');
    await scene.expectRefused(scene.sign(withBlock(scene, AWS, { principal_id: null })), 'aws principal_id');
    await scene.verify(await scene.sign(withBlock(scene, AWS, { principal_id: undefined })));
  });

  test('[ISSUER-1] the account must be that of the subject', async () => {
    const scene = await setScene({ kind: 'aws-sts' });
    await scene.expectRefused(
      scene.sign(withBlock(scene, AWS, { aws_account: '444455556666' })),
      'aws account',
    );
  });

  test.each(['OriginIdentity', 'awsidentity', '', null, 1])(
    '[ISSUER-1] subject_mode %j is refused',
    async (mode) => {
      const scene = await setScene({ kind: 'aws-sts' });
      await scene.expectRefused(scene.sign({ subject_mode: mode }), 'aws subject_mode');
      await scene.expectRefused(
        scene.sign(withBlock(scene, AWS, { subject_mode: mode })),
        'aws subject_mode',
      );
      await scene.verify(await scene.sign({ subject_mode: 'AWSIdentity' }));
    },
  );

  test('[ISSUER-1] without the block of AWS nothing is believed', async () => {
    const scene = await setScene({ kind: 'aws-sts' });
    for (const block of [undefined, null, 'text', []])
      await scene.expectRefused(scene.sign({ [AWS]: block }), 'aws claims');
  });

  test('[ISSUER-1] jti is always there', async () => {
    const scene = await setScene({ kind: 'aws-sts' });
    await scene.expectRefused(scene.sign({ jti: undefined }), 'jti missing');
  });

  test('[ISSUER-2] request tags hold no binding, principal tags do', async () => {
    const scene = await setScene({ kind: 'aws-sts' });
    const workload = await scene.verify(await scene.sign());
    expect(claimsHold(workload, { [`${AWS}.principal_tags.team`]: 'billing' })).toBe(true);
    expect(claimsHold(workload, { [`${AWS}.request_tags.job-id`]: 'job-1' })).toBe(false);
    expect(JSON.stringify(workload.claims)).not.toContain('request_tags');
  });

  test.each([['o-1/r-1/ou-1/'], [['o-1/r-1/ou-1/']]])('[ISSUER-2] ou_path %j is one path', async (path) => {
    const scene = await setScene({ kind: 'aws-sts' });
    const workload = await scene.verify(await scene.sign(withBlock(scene, AWS, { ou_path: path })));
    expect(claimsHold(workload, { [`${AWS}.ou_path`]: 'o-1/r-1/ou-1/' })).toBe(true);
  });

  test('[ISSUER-2] several paths are no path, and other types are refused', async () => {
    const scene = await setScene({ kind: 'aws-sts' });
    const several = withBlock(scene, AWS, { ou_path: ['o-1/', 'o-2/'] });
    expect(claimsHold(await scene.verify(await scene.sign(several)), { [`${AWS}.ou_path`]: 'o-1/' })).toBe(
      false,
    );
    for (const path of [5, null, [5], {}]) {
      await scene.expectRefused(scene.sign(withBlock(scene, AWS, { ou_path: path })), 'aws ou_path');
    }
  });
});

describe('kubernetes', () => {
  test('[ISSUER-3] a legacy secret token is refused', async () => {
    const scene = await setScene({ kind: 'kubernetes' });
    const legacy = { iss: 'kubernetes/serviceaccount', aud: undefined, exp: undefined, iat: undefined };
    await scene.expectRefused(scene.sign(legacy), 'issuer');
    await scene.expectRefused(scene.sign({ ...legacy, iss: scene.config.issuer }), 'aud');
  });

  test('[ISSUER-3] a token of the API server, good for a year, is refused', async () => {
    const scene = await setScene({ kind: 'kubernetes' });
    const iat = Math.floor(scene.now.getTime() / 1000);
    await scene.expectRefused(scene.sign({ iat, exp: iat + 31_536_000 }), 'lifetime');
  });

  test.each(['system:serviceaccount:agents', 'system:serviceaccount:agents:*', 'system:node:n1', 'admin'])(
    '[ISSUER-3] %s is no service account',
    async (sub) => {
      const scene = await setScene({ kind: 'kubernetes' });
      await scene.expectRefused(scene.sign({ sub }), 'kubernetes subject');
    },
  );

  test('[ISSUER-3] the block about the pod must agree with the subject', async () => {
    const scene = await setScene({ kind: 'kubernetes' });
    const block = 'kubernetes.io';
    await scene.expectRefused(scene.sign({ [block]: undefined }), 'kubernetes namespace');
    await scene.expectRefused(
      scene.sign(withBlock(scene, block, { namespace: 'other' })),
      'kubernetes namespace',
    );
    for (const serviceaccount of [undefined, 'billing', { name: 'other' }, {}]) {
      const changed = scene.sign(withBlock(scene, block, { serviceaccount }));
      await scene.expectRefused(changed, 'kubernetes service account');
    }
  });
});

describe('github', () => {
  test.each(['repository_id', 'repository_owner_id'])('[ISSUER-4] %s is a string of digits', async (name) => {
    const scene = await setScene({ kind: 'github' });
    for (const id of [undefined, 456789, '', '0', 'acme', ['456789']]) {
      await scene.expectRefused(scene.sign({ [name]: id }), `github ${name}`);
    }
  });

  test('[ISSUER-4] jti is always there, and tokens live six hours at most', async () => {
    const scene = await setScene({ kind: 'github' });
    await scene.expectRefused(scene.sign({ jti: undefined }), 'jti missing');
    const issuers = [{ ...scene.config, maxLifetimeSeconds: 86_400 }];
    const iat = Math.floor(scene.now.getTime() / 1000);
    await scene.verify(await scene.sign({ iat, exp: iat + 21_600 }), { issuers });
    const refusal = await refusalOf(scene.verify(await scene.sign({ iat, exp: iat + 21_601 }), { issuers }));
    expect(refusal.detail).toBe('lifetime');
  });
});

describe('gitlab', () => {
  test('[ISSUER-5] a merge request of a fork is refused', async () => {
    const scene = await setScene({ kind: 'gitlab' });
    await scene.expectRefused(scene.sign({ job_project_id: '21' }), 'gitlab job_project_id');
    await scene.expectRefused(scene.sign({ job_project_id: 20 }), 'gitlab job_project_id');
    await scene.verify(await scene.sign({ job_project_id: undefined }));
  });

  test('[ISSUER-5] project_id is a string of digits', async () => {
    const scene = await setScene({ kind: 'gitlab' });
    for (const id of [undefined, 20, ''])
      await scene.expectRefused(scene.sign({ project_id: id }), 'gitlab project_id');
  });

  test('[ISSUER-5] a branch that is not protected does not pass for one that is', async () => {
    const scene = await setScene({ kind: 'gitlab' });
    const workload = await scene.verify(await scene.sign({ ref_protected: 'false' }));
    expect(claimsHold(workload, { ref_protected: 'true' })).toBe(false);
  });
});

describe('google', () => {
  test.each([
    { email: 'ada@acme.dev' },
    { email: 'ada@gmail.com' },
    { email: 'billing@iam.gserviceaccount.com.attacker.dev' },
    { email: undefined },
    { email: ['billing@acme-prod.iam.gserviceaccount.com'] },
  ])('[ISSUER-6] %j is no service account', async (claims) => {
    const scene = await setScene({ kind: 'google' });
    await scene.expectRefused(scene.sign(claims), 'google service account');
  });

  test('[ISSUER-6] the e-mail is verified and the subject is a number', async () => {
    const scene = await setScene({ kind: 'google' });
    for (const value of [false, undefined, 'true']) {
      await scene.expectRefused(scene.sign({ email_verified: value }), 'google email_verified');
    }
    await scene.expectRefused(
      scene.sign({ sub: 'billing@acme-prod.iam.gserviceaccount.com' }),
      'google subject',
    );
  });

  test('[ISSUER-6] the old issuer without a scheme is refused', async () => {
    const scene = await setScene({ kind: 'google' });
    await scene.expectRefused(scene.sign({ iss: 'accounts.google.com' }), 'issuer');
  });

  test('[VERIFY-19] without jti the signed text names the assertion, the same each time', async () => {
    const scene = await setScene({ kind: 'google' });
    const token = await scene.sign();
    const { assertionId } = await scene.verify(token);
    expect(assertionId).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect((await scene.verify(token)).assertionId).toBe(assertionId);
    const other = await scene.verify(await scene.sign({ azp: '1' }));
    expect(other.assertionId).not.toBe(assertionId);
  });
});

describe('entra', () => {
  const OTHER = '99999999-9999-4999-8999-999999999999';

  test('[ISSUER-7] both versions are read, each from its own issuer', async () => {
    const v1 = 'https://sts.windows.net/11111111-2222-4333-8444-555555555555/';
    const scene = await setScene({ kind: 'entra', issuer: v1 });
    await scene.expectRefused(scene.sign({ ver: '2.0' }), 'entra version');
    await scene.expectRefused(scene.sign({ iss: v1.slice(0, -1) }), 'issuer');
  });

  test('[ISSUER-7] another tenant is refused', async () => {
    const scene = await setScene({ kind: 'entra' });
    for (const tid of [OTHER, undefined]) await scene.expectRefused(scene.sign({ tid }), 'entra tenant');
  });

  test('[ISSUER-7] the multi-tenant issuer is nobody', async () => {
    const common = 'https://login.microsoftonline.com/common/v2.0';
    const scene = await setScene({ kind: 'entra' });
    const issuers = [{ ...scene.config, issuer: common }];
    const keys = memoryKeys(issuers[0] ?? scene.config, scene.keySet);
    const refusal = await refusalOf(scene.verify(await scene.sign({ iss: common }), { issuers, keys }));
    expect(refusal).toMatchObject({ code: 'assertion_rejected', detail: 'entra tenant' });
  });

  test('[ISSUER-7] tokens of people are refused', async () => {
    const scene = await setScene({ kind: 'entra' });
    await scene.expectRefused(scene.sign({ idtyp: 'user' }), 'entra app token');
    await scene.expectRefused(scene.sign({ idtyp: undefined }), 'entra app token');
    await scene.expectRefused(scene.sign({ scp: 'user_impersonation' }), 'entra app token');
  });

  test('[ISSUER-7] the subject is the object id', async () => {
    const scene = await setScene({ kind: 'entra' });
    for (const oid of [OTHER, undefined]) await scene.expectRefused(scene.sign({ oid }), 'entra object id');
  });
});

describe('spiffe', () => {
  test.each([
    'spiffe://other.dev/ns/agents/sa/billing',
    'spiffe://acme.dev.attacker.dev/ns/agents',
    'spiffe://ACME.dev/ns/agents',
    'spiffe://acme.dev',
    'spiffe://acme.dev/',
    'spiffe://acme.dev/ns//sa',
    'spiffe://acme.dev/ns/../admin',
    'spiffe://acme.dev/ns/.',
    'spiffe://acme.dev/ns/agents/',
    'spiffe://acme.dev/ns/a b',
    'spiffe://acme.dev/ns/%61gents',
    'spiffe://acme.dev/ns/agents?x=1',
    'spiffe://acme.dev/ns/agents#x',
    'spiffe://user@acme.dev/ns',
    'spiffe://acme.dev:8443/ns',
    'https://acme.dev/ns/agents',
    5,
  ])('[ISSUER-8] %j is no ID of the trust domain', async (sub) => {
    const scene = await setScene({ kind: 'spiffe' });
    await scene.expectRefused(scene.sign({ sub }), 'issuer');
  });

  test('[ISSUER-8] an iss changes nothing, unless it is no text or names another listed issuer', async () => {
    const scene = await setScene({ kind: 'spiffe' });
    await scene.verify(await scene.sign({ iss: 'https://oidc.acme.dev' }));
    await scene.expectRefused(scene.sign({ iss: 5 }), 'spiffe iss');
    const other = await setScene();
    const issuers = [scene.config, other.config];
    const token = await scene.sign({ iss: other.config.issuer });
    expect((await refusalOf(scene.verify(token, { issuers }))).detail).toBe('issuer is listed once');
  });

  test('[ISSUER-8] the key must be of the trust domain of the subject', async () => {
    const scene = await setScene({ kind: 'spiffe' });
    const other = await setScene({ kind: 'spiffe', issuer: 'spiffe://other.dev' });
    const token = await other.sign({ sub: 'spiffe://acme.dev/ns/agents/sa/billing' });
    await scene.expectRefused(token, 'key');
  });

  test('[ISSUER-8] X.509 keys of the bundle sign no assertions', async () => {
    const scene = await setScene({ kind: 'spiffe' });
    for (const use of ['x509-svid', 'sig', undefined]) {
      const keys = memoryKeys(scene.config, { keys: [{ ...scene.keySet.keys[0], use }] });
      expect((await refusalOf(scene.verify(await scene.sign(), { keys }))).detail).toBe('key');
    }
  });

  test('[ISSUER-8] EdDSA is no algorithm of JWT-SVIDs', async () => {
    const scene = await setScene({ kind: 'spiffe' });
    const issuers = [{ ...scene.config, algorithms: ['EdDSA'] }];
    expect((await refusalOf(scene.verify(await scene.sign({}, { alg: 'EdDSA' }), { issuers }))).detail).toBe(
      'alg',
    );
  });
});
