import { describe, expect, it } from 'vitest';
import { findAssertionSource, SOURCE_KINDS } from '../../../src/client/assertions/find.ts';
import type { Surroundings } from '../../../src/client/assertions/source.ts';

const NOTHING: Surroundings = {
  env: {},
  broker: 'https://remit.example.com',
  fetch: () => Promise.reject(new Error('the network was asked')),
  exists: () => false,
  firstLine: () => '',
};

function found(around: Partial<Surroundings>): string {
  return findAssertionSource({ ...NOTHING, ...around }).name;
}

const GITHUB = { ACTIONS_ID_TOKEN_REQUEST_URL: 'https://x', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 't' };

describe('which source there is', () => {
  it.each<[string, Partial<Surroundings>]>([
    ['REMIT_ASSERTION', { env: { REMIT_ASSERTION: 'x' } }],
    ['file /tmp/token', { env: { REMIT_ASSERTION_FILE: '/tmp/token' } }],
    ['the local demo issuer', { env: { REMIT_AGENT: 'a' }, broker: 'http://localhost:8787' }],
    ['GitHub Actions', { env: GITHUB }],
    ['GitLab CI (REMIT_ID_TOKEN)', { env: { GITLAB_CI: 'true', REMIT_ID_TOKEN: 'x' } }],
    ['Kubernetes token /var/run/secrets/remit/token', { exists: (path) => path.includes('remit') }],
    ['Kubernetes token /t', { env: { REMIT_KUBERNETES_TOKEN_FILE: '/t' } }],
    ['SPIFFE JWT-SVID /s', { env: { REMIT_SPIFFE_FILE: '/s' } }],
    ['The Google metadata server', { env: { K_SERVICE: 'svc' } }],
    [
      'The Google metadata server',
      { firstLine: (path) => (path.includes('product_name') ? 'Google Compute Engine' : '') },
    ],
    ['Azure managed identity', { env: { IDENTITY_ENDPOINT: 'http://x', IDENTITY_HEADER: 'y' } }],
    ['AWS STS GetWebIdentityToken', { env: { AWS_LAMBDA_FUNCTION_NAME: 'f' } }],
    [
      'AWS STS GetWebIdentityToken',
      { firstLine: (path) => (path.includes('sys_vendor') ? 'Amazon EC2' : '') },
    ],
  ])('[CLIENT-12] %s', (name, around) => {
    expect(found(around)).toBe(name);
  });

  it('[CLIENT-12] the order is the documented one: what is explicit first, AWS last', () => {
    expect(SOURCE_KINDS.map((kind) => kind.id)).toEqual([
      'variable',
      'file',
      'local',
      'github',
      'gitlab',
      'kubernetes',
      'spiffe',
      'google',
      'azure',
      'aws',
    ]);
    const env = {
      ...GITHUB,
      REMIT_ASSERTION_FILE: '/tmp/token',
      AWS_ACCESS_KEY_ID: 'AKIA',
      REMIT_AGENT: 'a',
    };
    expect(found({ env })).toBe('file /tmp/token');
    expect(found({ env: { ...env, REMIT_ASSERTION_FILE: '' } })).toBe('GitHub Actions');
  });

  it('[CLIENT-12] a name decides, whatever else is there', () => {
    expect(found({ env: { ...GITHUB, REMIT_ASSERTION_SOURCE: 'aws' } })).toBe('AWS STS GetWebIdentityToken');
  });

  it('REMIT_AGENT with a broker elsewhere is not the local issuer', () => {
    expect(found({ env: { REMIT_AGENT: 'a', AWS_PROFILE: 'p' } })).toBe('AWS STS GetWebIdentityToken');
    const forced = { REMIT_AGENT: 'a', REMIT_ASSERTION_SOURCE: 'local' };
    expect(() => found({ env: forced })).toThrow(/on this machine only/);
  });

  it('says what to do where there is none, and what a named one lacks', () => {
    expect(() => found({})).toThrow('No workload assertion was found here.');
    expect(() => found({ env: { REMIT_ASSERTION_SOURCE: 'nonsense' } })).toThrow(
      'There is no assertion source',
    );
    expect(() => found({ env: { REMIT_ASSERTION_SOURCE: 'github' } })).toThrow(
      'ACTIONS_ID_TOKEN_REQUEST_URL',
    );
  });
});
