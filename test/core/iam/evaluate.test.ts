// The evaluator against what AWS documents.

import { describe, expect, test } from 'vitest';
import { evaluate, evaluateTrust } from '../../../src/core/iam/evaluate.ts';
import { matchesArn, matchesPattern } from '../../../src/core/iam/match.ts';
import { renderTrust } from '../../../src/core/iam/trust.ts';
import type { PolicyDocument, PolicyStatement } from '../../../src/core/model.ts';

const document = (...Statement: PolicyStatement[]): PolicyDocument => ({ Version: '2012-10-17', Statement });
const allowAll: PolicyStatement = { Effect: 'Allow', Action: '*', Resource: '*' };
const request = (context: Record<string, string | readonly string[]> = {}) => ({
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::b/k',
  context,
});
const allowedBy = (statement: Partial<PolicyStatement>, context = {}) =>
  evaluate(request(context), { identity: [document({ ...allowAll, ...statement })] }).allowed;
const deniedBy = (statement: Partial<PolicyStatement>, context = {}) =>
  !evaluate(request(context), {
    identity: [document(allowAll, { ...allowAll, ...statement, Effect: 'Deny' })],
  }).allowed;

describe('layers', () => {
  const open = document(allowAll);
  const shut = document({ ...allowAll, Action: 'ec2:*' });
  test('[EVAL-1] every layer that is present must allow', () => {
    expect(evaluate(request(), { identity: [open] }).allowed).toBe(true);
    expect(evaluate(request(), { identity: [] }).allowed).toBe(false);
    expect(evaluate(request(), { identity: [open], boundary: shut }).allowed).toBe(false);
    expect(evaluate(request(), { identity: [open], session: shut }).allowed).toBe(false);
    expect(evaluate(request(), { identity: [open], scopeDown: [open, shut] }).allowed).toBe(false);
    expect(
      evaluate(request(), { identity: [open], boundary: open, session: open, scopeDown: [open] }).allowed,
    ).toBe(true);
  });

  test('[EVAL-2] an explicit deny in any layer wins, and is named', () => {
    const deny = document(allowAll, { ...allowAll, Effect: 'Deny' });
    for (const layer of ['boundary', 'session'] as const) {
      const decision = evaluate(request(), { identity: [open], [layer]: deny });
      expect(decision.allowed).toBe(false);
      expect(decision.reason).toContain('explicit deny');
    }
  });
});

describe('statements', () => {
  test.each<[string, Partial<PolicyStatement>, boolean]>([
    ['an action in other case', { Action: 'S3:getobject' }, true],
    ['an action by wildcard', { Action: 's3:Get*' }, true],
    ['another action', { Action: 's3:PutObject' }, false],
    ['not another action', { Action: undefined as never, NotAction: 's3:PutObject' }, true],
    ['not this action', { Action: undefined as never, NotAction: ['s3:*'] }, false],
    ['a resource in other case', { Resource: 'arn:aws:s3:::B/k' }, false],
    ['not this resource', { Resource: undefined as never, NotResource: 'arn:aws:s3:::b/*' }, false],
    ['not another resource', { Resource: undefined as never, NotResource: 'arn:aws:s3:::c/*' }, true],
  ])('with %s', (_, statement, covers) => {
    const clean = Object.fromEntries(
      Object.entries({ ...allowAll, ...statement }).filter(([, value]) => value !== undefined),
    );
    expect(evaluate(request(), { identity: [document(clean as never)] }).allowed).toBe(covers);
  });
});

describe('conditions', () => {
  test.each<[string, PolicyStatement['Condition'], Record<string, string | string[]>, boolean]>([
    ['equal text', { StringEquals: { k: 'a' } }, { k: 'a' }, true],
    ['one of several', { StringEquals: { k: ['x', 'a'] } }, { k: 'a' }, true],
    ['text in other case', { StringEquals: { k: 'A' } }, { k: 'a' }, false],
    ['a key in other case', { StringEquals: { K: 'a' } }, { k: 'a' }, true],
    ['an absent key', { StringEquals: { k: 'a' } }, {}, false],
    ['an absent key, if it exists', { StringEqualsIfExists: { k: 'a' } }, {}, true],
    ['not equal, absent', { StringNotEquals: { k: 'a' } }, {}, true],
    ['not equal to any', { StringNotEquals: { k: ['a', 'b'] } }, { k: 'b' }, false],
    ['likeness', { StringLike: { k: 'a*c' } }, { k: 'abbc' }, true],
    ['numbers', { NumericLessThan: { k: '10' } }, { k: '9' }, true],
    ['numbers as text', { NumericLessThan: { k: '10' } }, { k: 'nine' }, false],
    ['a time before', { DateLessThan: { k: '2026-01-02T00:00:00Z' } }, { k: '2026-01-01T00:00:00Z' }, true],
    ['a time that is none', { DateGreaterThan: { k: '2026-01-02T00:00:00Z' } }, { k: 'soon' }, false],
    ['a boolean', { Bool: { k: 'true' } }, { k: 'true' }, true],
    ['an absent key wanted absent', { Null: { k: 'true' } }, {}, true],
    ['a key wanted present', { Null: { k: 'false' } }, {}, false],
    ['all of a set', { 'ForAllValues:StringEquals': { k: ['a', 'b'] } }, { k: ['a', 'b'] }, true],
    ['all of an empty set', { 'ForAllValues:StringEquals': { k: 'a' } }, {}, true],
    ['one too many of a set', { 'ForAllValues:StringEquals': { k: 'a' } }, { k: ['a', 'c'] }, false],
    ['any of a set', { 'ForAnyValue:StringEquals': { k: 'a' } }, { k: ['c', 'a'] }, true],
    ['any of none', { 'ForAnyValue:StringEquals': { k: 'a' } }, {}, false],
    ['both of two', { StringEquals: { k: 'a' }, StringLike: { l: 'b*' } }, { k: 'a', l: 'c' }, false],
  ])('[EVAL-3] %s', (_, Condition, context, holds) => {
    expect(allowedBy({ Condition: Condition ?? {} }, context)).toBe(holds);
    expect(deniedBy({ Condition: Condition ?? {} }, context)).toBe(holds);
  });

  test.each<[string, PolicyStatement['Condition'], Record<string, string | string[]>]>([
    ['an operator it does not know', { StringSounds: { k: 'a' } }, { k: 'a' }],
    ['a policy variable', { StringEquals: { k: '$' + '{aws:userid}' } }, { k: 'a' }],
    ['several values without a set operator', { StringEquals: { k: 'a' } }, { k: ['a', 'b'] }],
  ])('[EVAL-4] with %s it decides against the caller', (_, Condition, context) => {
    expect(allowedBy({ Condition: Condition ?? {} }, context)).toBe(false);
    expect(deniedBy({ Condition: Condition ?? {} }, context)).toBe(true);
  });
});

describe('matching', () => {
  test.each([
    ['*', '', true],
    ['a*', 'a', true],
    ['*a*b', 'xaxxb', true],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['a*', '*a', false],
    ['**', 'abc', true],
    ['', 'a', false],
  ])('%s and %s', (pattern, value, matches) => expect(matchesPattern(pattern, value)).toBe(matches));

  test('[EVAL-5] an ARN is compared part by part', () => {
    expect(matchesArn('arn:aws:s3:::b/*', 'arn:aws:s3:::b/k:with:colons')).toBe(true);
    expect(matchesArn('arn:aws:sqs:*:1:q', 'arn:aws:sqs:eu:west:1:q')).toBe(false);
  });

  test('[EVAL-6] a hostile pattern takes no longer than its length times the value', () => {
    const pattern = `${'*a'.repeat(200)}b`;
    expect(matchesPattern(pattern, 'a'.repeat(5000))).toBe(false);
  });
});

describe('the trust of a task role', () => {
  const token = 'arn:aws:iam::111122223333:role/remit/remit-token';
  const trust = renderTrust({ id: 'export-invoices' }, token);
  const ask = (changes: Record<string, unknown> = {}, principal = token) => {
    const context = {
      'sts:SourceIdentity': 'remit-01ARZ3NDEKTSV4RRFFQ69G5FAV',
      'aws:RequestTag/remit:task': 'export-invoices',
      'aws:TagKeys': ['remit:task'],
      ...changes,
    };
    const present = Object.fromEntries(Object.entries(context).filter(([, value]) => value !== undefined));
    return evaluateTrust(
      {
        action: 'sts:AssumeRole',
        resource: 'arn:aws:iam::111122223333:role/remit/x',
        context: present as never,
      },
      { trust, principal },
    ).allowed;
  };
  test('[TRUST-1] lets the token function in, with source identity and tag', () => {
    expect(ask()).toBe(true);
  });
  test.each<[string, Record<string, unknown>]>([
    ['no source identity', { 'sts:SourceIdentity': undefined }],
    ['another source identity', { 'sts:SourceIdentity': 'ada' }],
    ['no tag', { 'aws:RequestTag/remit:task': undefined, 'aws:TagKeys': undefined }],
    ['the tag of another task', { 'aws:RequestTag/remit:task': 'refund-customer' }],
    ['a second tag', { 'aws:TagKeys': ['remit:task', 'admin'] }],
  ])('[TRUST-2] refuses it with %s', (_, changes) => expect(ask(changes)).toBe(false));
  test('[TRUST-3] refuses everybody else', () => {
    expect(ask({}, 'arn:aws:iam::111122223333:role/remit/remit-grants')).toBe(false);
    expect(ask({}, 'arn:aws:iam::111122223333:root')).toBe(false);
  });
});
