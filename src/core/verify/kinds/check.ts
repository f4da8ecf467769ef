// What the catalog may say about an issuer and about a binding to it: the trust traps that let strangers in, each as
// a finding with its fix. The verifier refuses most of them again at run time.

import type { Binding, Issuer } from '../../model.ts';
import { ALGORITHMS, isRsa } from '../algorithms.ts';
import { isPlainText } from '../plain-text.ts';
import { MAX_SUBJECT_CHARACTERS } from '../registered-claims.ts';
import { type AddressRules, addressProblem, isPlaceholder } from './address.ts';
import { error, type Finding, findingsOf, warning } from './finding.ts';
import { kindOf } from './table.ts';

export type { Finding } from './finding.ts';

/** Tokens that live longer than this, and may be shown again, are worth a second thought. */
const LONG_LIFETIME_SECONDS = 3600;
const MIN_LIFETIME_SECONDS = 60;
const MAX_AUDIENCE_CHARACTERS = 1000;

/** Audiences that tokens carry for somebody else: whoever receives one could show it here. */
const FOREIGN_AUDIENCES: readonly RegExp[] = [
  /^sts\.amazonaws\.com(?:\.cn)?$/,
  /^https:\/\/sts(?:\.[a-z0-9-]+)?\.amazonaws\.com/,
  /^api:\/\/AzureADTokenExchange/i,
  /^https:\/\/(?:graph|management)\.(?:microsoft|azure)\.com/,
  /^https:\/\/kubernetes\.default(?:\.svc)?(?:\.cluster\.local)?$/,
  /^https?:\/\/iam\.googleapis\.com\//,
  /^https:\/\/(?:github|gitlab|vercel|buildkite|fly)\.(?:com|io)(?:\/[^/]*)?$/,
  /^(?:vault|sigstore|api|default|public|account)$/,
];

/** What is wrong with an issuer of the catalog. */
export function checkIssuerConfig(issuer: Issuer, rules: AddressRules = {}): readonly Finding[] {
  return [
    ...checkAddresses(issuer, rules),
    ...checkAudience(issuer, rules),
    ...checkAlgorithms(issuer),
    ...checkLifetime(issuer),
    ...checkReplay(issuer),
    ...(isOnThisMachine(issuer.issuer, rules) ? [] : kindOf(issuer).checkIssuer(issuer)),
  ];
}

/** What is wrong with a binding to this issuer. */
export function checkBinding(issuer: Issuer, binding: Binding): readonly Finding[] {
  const { subject, claims = {} } = binding;
  const values = [subject, ...Object.values(claims)];
  return [
    ...findingsOf([
      [
        binding.issuer === issuer.issuer,
        error('The binding names another issuer.', `Write ${issuer.issuer}, exactly.`),
      ],
      [
        isPlainText(subject, MAX_SUBJECT_CHARACTERS),
        error('The subject is empty, too long or not printable.', 'Write the exact sub of the assertion.'),
      ],
      [
        values.every((value) => !value.includes('*')),
        error('Identities are exact: there are no wildcards.', 'Write one binding for each exact subject.'),
      ],
      [
        values.every((value) => !isPlaceholder(value)),
        error('The binding still has a placeholder.', 'Write the real value.'),
      ],
    ]),
    ...Object.entries(claims).flatMap(checkClaim),
    ...kindOf(issuer).checkBinding(binding, issuer),
  ];
}

function checkClaim([path, value]: readonly [string, string]): readonly Finding[] {
  return findingsOf([
    [
      path !== '' && isPlainText(value, MAX_SUBJECT_CHARACTERS),
      error(`The claim "${path}" has no usable value.`, 'Write the exact value of the claim.'),
    ],
    [
      !/^(?:exp|iat|nbf|jti)$/.test(path),
      error(`"${path}" differs in every assertion.`, 'Pin claims that stay, such as ids.'),
    ],
  ]);
}

function checkAddresses({ kind, issuer, jwksUri }: Issuer, rules: AddressRules): readonly Finding[] {
  const addresses = [
    ...(kind === 'spiffe' ? [] : [['issuer', issuer] as const]),
    ...(jwksUri === undefined ? [] : [['jwksUri', jwksUri] as const]),
  ];
  const problems = addresses.flatMap(([name, text]) => {
    const problem = addressProblem(text, { ...rules, allowQuery: name === 'jwksUri' });
    return problem === undefined ? [] : [error(`The ${name} ${problem}.`, `Write the public https address.`)];
  });
  const isFilledIn = [issuer, jwksUri ?? ''].every((text) => !isPlaceholder(text));
  return [
    ...problems,
    ...findingsOf([[isFilledIn, error('The issuer still has a placeholder.', 'Write the real address.')]]),
  ];
}

function checkAudience({ issuer, audience }: Issuer, rules: AddressRules): readonly Finding[] {
  const isLocal = URL.canParse(audience) && addressProblem(audience) === 'is on this machine';
  return findingsOf([
    [
      isPlainText(audience, MAX_AUDIENCE_CHARACTERS) && !audience.includes('*'),
      error('The audience is empty, too long or has a wildcard.', 'Write the address of this broker.'),
    ],
    [
      !isPlaceholder(audience),
      error('The audience still has a placeholder.', 'Write the address of this broker.'),
    ],
    [
      audience !== issuer && !FOREIGN_AUDIENCES.some((foreign) => foreign.test(audience)),
      error(
        'Tokens for this audience are made for somebody else.',
        'Use an audience of your own, such as this broker.',
      ),
    ],
    [
      !isLocal || rules.allowLoopback === true,
      error('The audience is on this machine.', 'Write the address of this broker.'),
    ],
  ]);
}

function checkAlgorithms(issuer: Issuer): readonly Finding[] {
  const { algorithms } = issuer;
  const fitting = kindOf(issuer).algorithms;
  return [
    ...findingsOf([
      [algorithms.length > 0, error('There are no algorithms.', `Write some of ${fitting.join(', ')}.`)],
      [
        algorithms.filter(isRsa).length <= 1,
        warning(
          'Keys without an alg of their own are used with the first RSA algorithm only.',
          'List the one RSA algorithm that the issuer signs with.',
        ),
      ],
    ]),
    ...algorithms
      .filter((algorithm) => !fitting.includes(algorithm))
      .map((algorithm) => {
        const why = ALGORITHMS.includes(algorithm)
          ? 'is not one of this kind'
          : 'is not an asymmetric JWS algorithm';
        return error(`The algorithm ${algorithm} ${why}.`, `Write some of ${fitting.join(', ')}.`);
      }),
  ];
}

function checkLifetime(issuer: Issuer): readonly Finding[] {
  const { maxLifetimeSeconds: seconds } = issuer;
  const { maxLifetimeSeconds: most } = kindOf(issuer);
  return findingsOf([
    [
      Number.isSafeInteger(seconds) && seconds >= MIN_LIFETIME_SECONDS && seconds <= most,
      error(
        `maxLifetimeSeconds is ${seconds}.`,
        `Write ${MIN_LIFETIME_SECONDS} to ${most}: what the issuer's tokens need, no more.`,
      ),
    ],
    [
      issuer.replay === 'single-use' || !(seconds > LONG_LIFETIME_SECONDS && seconds <= most),
      warning(
        `A stolen assertion is good for ${seconds} seconds.`,
        'Ask the platform for shorter tokens, if it can make them.',
      ),
    ],
  ]);
}

function checkReplay(issuer: Issuer): readonly Finding[] {
  return findingsOf([
    [
      issuer.replay !== 'reusable',
      warning(
        'Anyone who sees an assertion of this issuer can use it until it expires.',
        'Write replay: bound.',
      ),
    ],
    [
      !(issuer.replay === 'single-use' && kindOf(issuer).repeatsTokens),
      warning(
        'The platform hands out one token many times; its renewals will be refused.',
        'Write replay: bound.',
      ),
    ],
  ]);
}

function isOnThisMachine(address: string, { allowLoopback = false }: AddressRules): boolean {
  return allowLoopback && addressProblem(address) === 'is on this machine';
}
