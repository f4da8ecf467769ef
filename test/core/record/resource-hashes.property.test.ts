// What hashes of resources say against IAM's own matching: more at times, never less.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchesArn } from '../../../src/core/iam/match.ts';
import type { PolicyStatement } from '../../../src/core/model.ts';
import {
  hashesNaming,
  isOneResource,
  namesOne,
  resourceFacts,
} from '../../../src/core/record/resource-hashes.ts';

const on = (...Resource: string[]): PolicyStatement => ({
  Effect: 'Allow',
  Action: 's3:GetObject',
  Resource,
});
const names = (patterns: readonly string[], arn: string) =>
  namesOne({ ...resourceFacts([on(...patterns)]) }, hashesNaming(arn));
const text = fc.string({ unit: fc.constantFrom('a', 'b', '/', ':', 'ü'), maxLength: 12 });

describe('the hashes of resources', () => {
  test('[AUDIT-48] no pattern that IAM matches is missed, wherever its wildcards are', () => {
    const piece = fc.string({ unit: fc.constantFrom('a', 'b', '/', ':', '*', '?', 'ü'), maxLength: 12 });
    const check = (patterns: readonly string[], arn: string) => {
      if (patterns.some((pattern) => matchesArn(pattern, arn))) expect(names(patterns, arn)).toBe(true);
    };
    fc.assert(fc.property(fc.array(piece, { minLength: 1, maxLength: 4 }), text, check), { numRuns: 2000 });
    const head = 'arn:aws:s3:::acme';
    fc.assert(
      fc.property(piece, text, text, (pattern, middle, end) => {
        check([`${head}${pattern}`], `${head}${middle}${end}`);
        check([`${head}${middle}*${end}`], `${head}${middle}x${end}`);
        check([`${head}${middle}?${end}`], `${head}${middle}x${end}`);
      }),
      { numRuns: 1000 },
    );
  });

  test('[AUDIT-48] an ARN without a wildcard is named by itself alone', () => {
    const queue = 'arn:aws:sqs:eu-west-1:111122223333:refunds';
    expect(names([queue], queue)).toBe(true);
    for (const other of [`${queue}-2`, queue.slice(0, -1), queue.toUpperCase(), ''])
      expect(names([queue], other)).toBe(false);
    expect(names(['arn:aws:s3:::acme/cus_1/*'], 'arn:aws:s3:::acme/cus_2/x')).toBe(false);
    expect(names(['*'], 'anything')).toBe(true);
  });

  test('[AUDIT-48] nothing of a resource can be read in the facts', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 200 }), (patterns) => {
        const { resources } = resourceFacts([on(...patterns)]);
        expect(resources).toMatch(/^[0-9a-f]{32}\*?( [0-9a-f]{32}\*?)*$/);
      }),
    );
  });

  test('[AUDIT-49] too many are counted, and then every ARN may be among them', () => {
    const many = Array.from({ length: 200 }, (_, index) => `arn:aws:s3:::acme/${index}`);
    const facts = resourceFacts([on(...many), on('arn:aws:s3:::acme/0')]);
    expect(facts.resourcesOmitted).toBe(72);
    expect(Buffer.byteLength(facts.resources)).toBeLessThan(8 * 1024);
    const hashes = hashesNaming('arn:aws:s3:::elsewhere');
    expect(namesOne({ ...facts }, hashes)).toBe(true);
    expect(namesOne({}, hashes)).toBe(true);
    expect([isOneResource('arn:aws:s3:::a'), isOneResource('arn:aws:s3:::a*')]).toEqual([true, false]);
  });
});
