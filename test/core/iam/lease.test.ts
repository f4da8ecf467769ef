// What a lease can do, and for how long.

import { describe, expect, test } from 'vitest';
import { renderScopeDownPolicy, renderSessionPolicy } from '../../../src/core/iam/render.ts';
import type { PermissionTemplate, Task } from '../../../src/core/model.ts';
import { sampleTask } from '../../support/catalog.ts';
import { LEASE_END, tryWithCeiling, tryWithLease, tryWithOpenResource, WHERE } from '../../support/iam.ts';

const task = sampleTask();
const values = { customer: 'cus_12345678', month: '2026-10' };
const key = (name: string) => `arn:aws:s3:::acme-invoices/${name}`;
const get = (name: string, more: object = {}) => ({ action: 's3:GetObject', resource: key(name), ...more });

const ORDERS = 'arn:aws:dynamodb:eu-west-1:111122223333:table/acme-orders';
const orders = sampleTask({
  id: 'read-orders',
  parameters: { customer: { type: 'string', pattern: 'cus_[a-z0-9]+' } },
  permissions: [
    {
      actions: ['dynamodb:Query'],
      resources: [ORDERS],
      conditions: {
        'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['{customer}'] },
        Null: { 'dynamodb:LeadingKeys': ['false'] },
      },
    },
  ],
});
const query = (keys: readonly string[] | undefined) => ({
  action: 'dynamodb:Query',
  resource: ORDERS,
  ...(keys && { context: { 'dynamodb:LeadingKeys': keys } }),
});

describe('a lease', () => {
  test('[LEASE-1] allows what the task names with these values', () => {
    expect(tryWithLease(task, values, get('cus_12345678/2026-10/1.pdf')).allowed).toBe(true);
  });

  test.each([
    ['another customer', get('cus_87654321/2026-10/1.pdf')],
    ['a customer whose name goes on', get('cus_123456789/2026-10/1.pdf')],
    ['another month', get('cus_12345678/2026-09/1.pdf')],
    ['another bucket', { action: 's3:GetObject', resource: 'arn:aws:s3:::other/cus_12345678/2026-10/1.pdf' }],
    ['another action', { action: 's3:PutObject', resource: key('cus_12345678/2026-10/1.pdf') }],
    ['listing', { action: 's3:ListBucket', resource: 'arn:aws:s3:::acme-invoices' }],
    ['assuming a role', { action: 'sts:AssumeRole', resource: '*' }],
    ['narrowing itself again', { action: 'sts:GetScopedCredentials', resource: '*' }],
    ['an upper-case key', get('CUS_12345678/2026-10/1.pdf')],
  ])('[LEASE-2] denies %s', (_, call) => {
    expect(tryWithLease(task, values, call).allowed).toBe(false);
  });

  test('[LEASE-3] denies everything from its end on', () => {
    const at = (time: string) => get('cus_12345678/2026-10/1.pdf', { at: new Date(time) });
    expect(tryWithLease(task, values, at('2026-11-24T10:00:59.999Z')).allowed).toBe(true);
    expect(tryWithLease(task, values, at('2026-11-24T10:01:00Z')).allowed).toBe(false);
    expect(tryWithLease(task, values, at('2026-11-24T11:00:00Z')).allowed).toBe(false);
  });

  test('[LEASE-4] reaches the items of its leading key only, and never without one', () => {
    expect(tryWithLease(orders, values, query(['cus_12345678'])).allowed).toBe(true);
    expect(tryWithLease(orders, values, query(['cus_other'])).allowed).toBe(false);
    expect(tryWithLease(orders, values, query(['cus_12345678', 'cus_other'])).allowed).toBe(false);
    expect(tryWithLease(orders, values, query([])).allowed).toBe(false);
    expect(tryWithLease(orders, values, query(undefined)).allowed).toBe(false);
  });
});

describe('a resource policy that lets everybody in', () => {
  test('[LEASE-5] does not reach past the values of a lease, nor past its end', () => {
    const inside = get('cus_12345678/2026-10/1.pdf');
    expect(tryWithOpenResource(task, values, inside).allowed).toBe(true);
    expect(tryWithOpenResource(task, values, get('cus_87654321/2026-10/1.pdf')).allowed).toBe(false);
    expect(tryWithOpenResource(task, values, { ...inside, action: 's3:PutObject' }).allowed).toBe(false);
    expect(tryWithOpenResource(task, values, { ...inside, at: LEASE_END }).allowed).toBe(false);
    expect(tryWithOpenResource(orders, values, query(['cus_other'])).allowed).toBe(false);
    expect(tryWithOpenResource(orders, values, query(undefined)).allowed).toBe(false);
  });
});

describe('the ceiling', () => {
  test('[CEILING-1] allows what any values could give, and nothing outside the template', () => {
    expect(tryWithCeiling(task, get('cus_87654321/2026-09/1.pdf')).allowed).toBe(true);
    expect(tryWithCeiling(task, { action: 's3:PutObject', resource: key('a/b/c') }).allowed).toBe(false);
    expect(
      tryWithCeiling(task, { action: 's3:GetObject', resource: 'arn:aws:s3:::other/a/b/c' }).allowed,
    ).toBe(false);
    expect(tryWithCeiling(orders, query(['cus_other'])).allowed).toBe(true);
    expect(tryWithCeiling(orders, query(undefined)).allowed).toBe(false);
  });
});

describe('the policies of a lease', () => {
  test('[LEASE-6] fit into what STS takes, and are refused when they would not', () => {
    const text = renderSessionPolicy({ task, parameters: values, leaseExpiresAt: LEASE_END, ...WHERE });
    expect(text.length).toBeLessThanOrEqual(1500);
    expect(renderScopeDownPolicy(LEASE_END).length).toBeLessThanOrEqual(2048);
    const many: PermissionTemplate[] = Array.from({ length: 40 }, (_, index) => ({
      actions: ['s3:GetObject'],
      resources: [`arn:aws:s3:::acme-invoices-${index}/{customer}/{month}/*`],
    }));
    const large: Task = { ...task, permissions: many };
    expect(() =>
      renderSessionPolicy({ task: large, parameters: values, leaseExpiresAt: LEASE_END, ...WHERE }),
    ).toThrow(expect.objectContaining({ code: 'misconfigured' }));
  });

  test('[LEASE-7] carry the partition and account they are for', () => {
    const own = sampleTask({
      permissions: [{ actions: ['sqs:SendMessage'], resources: ['arn:aws:sqs:eu-west-1:{account}:refunds'] }],
    });
    const text = renderSessionPolicy({
      task: own,
      parameters: values,
      leaseExpiresAt: LEASE_END,
      partition: 'aws-cn',
      account: '444455556666',
    });
    expect(text).toContain('arn:aws-cn:sqs:eu-west-1:444455556666:refunds');
  });

  test.each([
    ['a wildcard', { customer: 'cus_*', month: '2026-10' }],
    ['a policy variable', { customer: '$' + '{aws:userid}', month: '2026-10' }],
    ['a slash', { customer: 'cus_1/2', month: '2026-10' }],
    ['nothing', { month: '2026-10' }],
  ])('[LEASE-8] are never rendered from %s, even if a check was missed', (_, parameters) => {
    const render = () =>
      renderSessionPolicy({ task, parameters: parameters as never, leaseExpiresAt: LEASE_END, ...WHERE });
    expect(render).toThrow(expect.objectContaining({ code: 'parameter_invalid' }));
  });
});
