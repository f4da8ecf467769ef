// The last credentials of a retired agent: what was tried with them, what was not, and what a proof says of each.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTask } from '../../../src/core/exchange.ts';
import { proofSchema } from '../../../src/core/offboard/document.ts';
import type { Probe, ProbeResult } from '../../../src/core/offboard/ports.ts';
import { startOffboarding } from '../../support/offboard.ts';
import { askFor } from '../../support/requests.ts';
import { startTables, type Tables } from '../../support/tables.ts';

let tables: Tables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.close());

const REFUSED: ProbeResult = {
  outcome: 'refused',
  code: 'ExpiredToken',
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::acme-invoices/cus_12345678/2026-10/x',
};
const parse = (proof: string | undefined) => proofSchema.parse(JSON.parse(proof ?? ''));

describe('the last credentials', () => {
  const FORGOTTEN: ProbeResult = { ...REFUSED, outcome: 'forgotten', code: 'unknown-key' };
  const NOTHING: ProbeResult = { outcome: 'not-possible', code: 'no-action', action: '-', resource: '-' };
  const LET_THROUGH: ProbeResult = { ...REFUSED, outcome: 'allowed', code: '200' };

  /** The answer of whoever asks for a proof when the agent's leases come to this, one each. */
  async function askWith(results: readonly ProbeResult[]) {
    const left = [...results];
    const probe: Probe = { attempt: async () => left.shift() ?? NOTHING };
    const { retire, ask, exchange } = await startOffboarding(tables, { probe });
    for (const _ of results.slice(1))
      await startTask(exchange.deps, await askFor(exchange), exchange.context);
    await retire();
    await ask();
    exchange.pass(100);
    return ask();
  }
  const checkOf = ({ checks }: Awaited<ReturnType<typeof askWith>>) =>
    checks.find(({ id }) => id === 'last-credentials');

  test.each([
    ['each is refused', [REFUSED, REFUSED], '2 of 2.', 'observed'],
    [
      'one is forgotten',
      [REFUSED, FORGOTTEN],
      '1 of 2; 1 not tried, as the plane no longer knows the session.',
      'reasoned',
    ],
    [
      'nothing could be asked with one',
      [REFUSED, NOTHING, REFUSED],
      '2 of 3; 1 not tried, as nothing could be asked with it.',
      'reasoned',
    ],
    [
      'all are forgotten',
      [FORGOTTEN, FORGOTTEN],
      '0 of 2; 2 not tried, as the plane no longer knows the session.',
      'reasoned',
    ],
    [
      'nothing could be asked with any',
      [NOTHING],
      '0 of 1; 1 not tried, as nothing could be asked with it.',
      'reasoned',
    ],
  ] as const)('[OFF-6] [OFF-12] are told as they were seen: %s', async (_, results, counts, basis) => {
    const { state, proof } = await askWith(results);
    expect(state).toBe('dead');
    const { checks } = parse(proof).statement;
    const check = checks.find(({ id }) => id === 'last-credentials');
    expect(check?.basis).toBe(basis);
    expect(check?.why).toContain(`Last credentials refused: ${counts}`);
    expect(check?.why?.includes('it is only reasoned')).toBe(basis === 'reasoned');
    expect(check?.evidence).toMatchObject({
      leases: results.length,
      refused: results.filter(({ outcome }) => outcome === 'refused').length,
    });
    expect(check?.evidence['outcomes']).toHaveLength(results.length);
  });

  test('[OFF-6] [OFF-12] of which one works are seen to, whatever the others do: there is no proof', async () => {
    const answer = await askWith([REFUSED, FORGOTTEN, LET_THROUGH, NOTHING]);
    expect(answer).toMatchObject({ state: 'failed' });
    expect(answer.proof).toBeUndefined();
    expect(checkOf(answer)).toMatchObject({
      state: 'failed',
      basis: 'observed',
      why: expect.stringContaining('refused: 1 of 4; 1 let through; 1 not tried'),
    });
  });

  test('[OFF-12] of which only the newest were tried are told as that, and not as observed', async () => {
    const { proof } = await askWith(Array.from({ length: 21 }, () => REFUSED));
    const { checks } = parse(proof).statement;
    expect(checks.find(({ id }) => id === 'last-credentials')).toMatchObject({
      basis: 'reasoned',
      why: expect.stringContaining('refused: 20 of 21; 1 not tried, as newer ones were.'),
    });
  });
});
