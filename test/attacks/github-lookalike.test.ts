// An issuer whose address only looks like the one of GitHub Actions, in a catalog that nobody read closely.

import { expect, test } from 'vitest';
import type { Issuer } from '../../src/core/model.ts';
import { checkIssuerConfig } from '../../src/core/verify/kinds/check.ts';
import { ISSUER_SAMPLES } from '../support/issuer-samples.ts';

const { algorithm, replay } = ISSUER_SAMPLES.github;
const github = (issuer: string): Issuer => ({
  name: 'ci',
  kind: 'github',
  issuer,
  audience: 'https://broker.acme.dev',
  algorithms: [algorithm],
  maxLifetimeSeconds: 3600,
  replay,
});

test.each([
  'https://token.actions.githubusercontent.com.evil.dev',
  'https://token.actions.githubusercontent.co',
  'https://token-actions.githubusercontent.com',
])('[ISSUER-15] %s is not GitHub Actions', (issuer) => {
  expect(checkIssuerConfig(github(issuer))).toMatchObject([
    { severity: 'error', message: expect.stringContaining('looks like it') },
  ]);
});

test.each([
  'https://token.actions.githubusercontent.com',
  'https://token.actions.githubusercontent.com/acme',
  'https://token.actions.acme.ghe.com',
  'https://github.acme.dev/_services/token',
])('[ISSUER-15] %s is', (issuer) => {
  expect(checkIssuerConfig(github(issuer))).toEqual([]);
});
