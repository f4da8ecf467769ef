// Checks of what anybody can see of the broker, and of the checkout: no identity is needed for these.

import {
  type Check,
  fail,
  notObserved,
  type Observation,
  pass,
  passUnless,
  type ReportPorts,
} from './check.ts';
import { ASK, DETAILS } from './commands.ts';

const METADATA = '/.well-known/oauth-authorization-server';
const ALGORITHMS = /(^|")(none|HS(256|384|512))("|$)/i;

export const metadata: Check = {
  id: 'metadata',
  shows: 'The broker offers no shared secret, no unsigned token and no refresh token.',
  command: `curl -s $B${METADATA} | jq`,
  unobserved: 'fails',
  async observe({ broker }) {
    const { status, body } = await broker.send({ method: 'GET', path: METADATA });
    if (status !== 200) return notObserved(`the metadata was answered with status ${status}`);
    const methods = Object.entries(body).filter(([name]) => name.endsWith('_auth_methods_supported'));
    const grants = body['grant_types_supported'];
    if (!Array.isArray(grants) || methods.length === 0)
      return fail('the metadata does not say what is offered');
    const algorithms = Object.entries(body).filter(([name]) => name.endsWith('alg_values_supported'));
    return passUnless(
      [
        ...methods
          .filter(([, value]) => /client_secret/.test(JSON.stringify(value)))
          .map(([name]) => `${name} has client_secret`),
        ...algorithms
          .filter(([, value]) => ALGORITHMS.test(JSON.stringify(value)))
          .map(([name]) => `${name} has none or HS*`),
        ...(grants.some((each) => /refresh_token|password|implicit/.test(String(each)))
          ? [`grant types: ${grants.join(' ')}`]
          : []),
      ],
      `${grants.length} grant types, no refresh_token; no client_secret, none or HS* anywhere`,
    );
  },
};

export const unsignedRefused: Check = {
  id: 'unsigned-refused',
  shows: 'An assertion that nobody signed gets nothing, from any caller.',
  command: `${ASK} -d subject_token=eyJhbGciOiJub25lIn0.e30. ${DETAILS}`,
  unobserved: 'fails',
  observe: (ports) => {
    const { issuer, audience } = ports.questions.catalog.issuers[0] ?? {};
    return expectRejected(ports, 'an unsigned assertion', {
      head: { alg: 'none' },
      claims: { iss: issuer, aud: audience },
      signature: '',
    });
  },
};

export const unlistedIssuer: Check = {
  id: 'unlisted-issuer',
  shows: 'Where no key can be had for an assertion, since nobody listed its issuer, no credential is given.',
  command: `${ASK} -d subject_token=eyJhbGciOiJFUzI1NiIsImtpZCI6ImsifQ.eyJpc3MiOiJodHRwczovL3VubGlzdGVkLmV4YW1wbGUifQ.c2lnbmF0dXJl ${DETAILS}`,
  unobserved: 'fails',
  observe: (ports) =>
    expectRejected(ports, 'an assertion of an issuer that is not listed', {
      head: { alg: 'ES256', kid: 'k' },
      claims: { iss: 'https://unlisted.example', aud: ports.questions.catalog.issuers[0]?.audience },
      signature: 'c2lnbmF0dXJl',
    }),
};

interface Made {
  readonly head: object;
  readonly claims: object;
  readonly signature: string;
}

/** Asks for the first task with what nobody attested. */
async function expectRejected(
  { broker, questions: { catalog } }: ReportPorts,
  what: string,
  { head, claims, signature }: Made,
): Promise<Observation> {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const asked = {
    type: 'remit_task',
    task: catalog.tasks[0]?.id ?? 'none',
    parameters: {},
    purpose: 'remit report',
  };
  const answer = await broker.send({
    method: 'POST',
    path: '/oauth2/token',
    form: {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: `${part(head)}.${part({ ...claims, sub: 'x', exp: 4_102_444_800 })}.${signature}`,
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      authorization_details: JSON.stringify([asked]),
    },
  });
  if (answer.status < 400) return fail(`${what} was let through`);
  if ('access_token' in answer.body) return fail(`${what} was refused, and got credentials all the same`);
  return answer.body['code'] === 'assertion_rejected'
    ? pass(`${what}: assertion_rejected (${answer.status})`)
    : fail(`answered with ${String(answer.body['code'] ?? answer.status)}, which is another reason`);
}

export const httpsOnly: Check = {
  id: 'https-only',
  shows: 'The broker is served over TLS alone.',
  command: 'curl -sv $B 2>&1 | grep TLS; curl -sI {plain}',
  unobserved: 'noted',
  async observe({ broker }) {
    const { protocol, hostname } = new URL(broker.url);
    if (protocol !== 'https:')
      return ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
        ? notObserved(
            'local mode speaks to this machine alone, without TLS; the template was looked at instead',
          )
        : fail(`${broker.url} is not https`);
    const isServed = await broker.servesWithoutTls?.();
    return isServed === true
      ? fail('the broker answers without TLS')
      : pass('https answers, and without TLS nothing does');
  },
};

export const lockedPackages: Check = {
  id: 'locked-packages',
  shows: 'Every package that is installed is named with its digest.',
  command: 'npm ci; npm audit signatures',
  unobserved: 'noted',
  async observe({ lockFile }) {
    if (lockFile === undefined) return notObserved('there is no package-lock.json here');
    const { packages = {} } = JSON.parse(lockFile) as { packages?: Record<string, LockedPackage> };
    const installed = Object.entries(packages).filter(
      ([name, each]) => name !== '' && each.link !== true && each.inBundle !== true,
    );
    if (installed.length === 0) return notObserved('package-lock.json names no package');
    return passUnless(
      installed
        .filter(([, { integrity }]) => !/^sha(256|384|512)-/.test(integrity ?? ''))
        .map(([name]) => `${name} has no digest`),
      `${installed.length} packages, each with its digest; signatures need the registry: npm audit signatures`,
    );
  },
};

interface LockedPackage {
  readonly integrity?: string;
  readonly link?: boolean;
  readonly inBundle?: boolean;
}

/** What only the behaviour monitor could show. It never passes: there is none in this version. */
export const monitor: Check = {
  id: 'monitor',
  shows:
    'What sessions did is compared with what their grants allow; people in agents’ sessions are noticed.',
  command: 'remit findings',
  unobserved: 'noted',
  observe: async () => notObserved('the behaviour monitor is not part of this version'),
};
