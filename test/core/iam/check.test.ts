// What a task's permissions may look like.

import { describe, expect, test } from 'vitest';
import { checkTaskPermissions, worstCaseSize } from '../../../src/core/iam/check.ts';
import { taskRoleArn, taskRoleName } from '../../../src/core/iam/role.ts';
import type { PermissionTemplate, Task } from '../../../src/core/model.ts';
import { sampleTask } from '../../support/catalog.ts';

const good: PermissionTemplate = {
  actions: ['s3:GetObject'],
  resources: ['arn:aws:s3:::acme/{customer}/{month}/*'],
};
const check = (...permissions: PermissionTemplate[]) => checkTaskPermissions(sampleTask({ permissions }));
const withResource = (resource: string) => check({ ...good, resources: [resource] });
const withConditions = (conditions: PermissionTemplate['conditions'] & object) =>
  check({
    ...good,
    actions: ['dynamodb:Query'],
    resources: ['arn:aws:dynamodb:eu-west-1:111122223333:table/t'],
    conditions,
  });

describe('permissions', () => {
  test('that are exact are fit', () => {
    expect(check(good)).toEqual([]);
    expect(withResource('arn:aws:s3:::acme/a-{customer}.json')).toEqual([]);
    expect(withResource('arn:aws:sqs:eu-west-1:{account}:queue')).toEqual([]);
  });

  test.each([
    ['s3:*'],
    ['s3:Get*'],
    ['*'],
    ['s3'],
    ['sts:AssumeRole'],
    ['sts:assumerolewithwebidentity'],
    ['iam:PutRolePolicy'],
    ['iam:CreateAccessKey'],
    ['ecr:GetAuthorizationToken'],
    ['kms:CreateGrant'],
    ['iam:PassRole'],
    ['s3:PutBucketPolicy'],
  ])('[CHECK-1] with action %s are refused', (action) => {
    expect(check({ ...good, actions: [action] }).length).toBeGreaterThan(0);
  });

  test.each([
    ['*'],
    ['arn:aws:s3:::*'],
    ['arn:aws:s3:::*/*'],
    ['arn:aws:*:::acme/{customer}'],
    ['arn:aws:dynamodb:*:111122223333:table/t'],
    ['arn:aws:dynamodb:eu-west-1:*:table/t'],
    ['arn:aws:dynamodb:eu-west-1:111122223333:table/*'],
    ['arn:aws:s3:::acme/{customer}*'],
    ['arn:aws:s3:::acme/*{customer}/x'],
    ['arn:aws:s3:::acme/{customer}?/x'],
    ['arn:aws:s3:::acme/{customer}{month}/x'],
    ['arn:aws:s3:::acme/$' + '{aws:userid}/x'],
    ['arn:aws:s3:::acme/{client}/x'],
    ['arn:aws:s3:::acme/{customer/x'],
    ['acme/{customer}'],
    ['arn:aws:s3:::acme/"{customer}'],
  ])('[CHECK-2] on resource %s are refused', (resource) => {
    expect(withResource(resource).length).toBeGreaterThan(0);
  });

  test.each<[string, PermissionTemplate['conditions'] & object]>([
    ['a placeholder under a negation', { StringNotEquals: { 'dynamodb:LeadingKeys': ['{customer}'] } }],
    ['a placeholder as a number', { NumericLessThan: { 'dynamodb:Size': ['{customer}'] } }],
    ['a placeholder as a time', { DateLessThan: { 'aws:CurrentTime': ['{customer}'] } }],
    [
      'a set without its companion',
      { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['{customer}'] } },
    ],
    ['a placeholder in a key', { StringEquals: { 'aws:PrincipalTag/{customer}': ['x'] } }],
    ['a wildcard beside a placeholder', { StringLike: { 'dynamodb:LeadingKeys': ['{customer}*'] } }],
    ['a time, which has no opposite', { DateLessThan: { 'aws:CurrentTime': ['2030-01-01T00:00:00Z'] } }],
    ['an operator of another world', { StringSounds: { 'dynamodb:LeadingKeys': ['x'] } }],
  ])('[CHECK-3] under %s are refused', (_, conditions) => {
    expect(withConditions(conditions).length).toBeGreaterThan(0);
  });

  test('[CHECK-4] that narrow an action by a value here and not there are refused', () => {
    const narrowed: PermissionTemplate = {
      actions: ['dynamodb:Query'],
      resources: ['arn:aws:dynamodb:eu-west-1:111122223333:table/t'],
      conditions: {
        'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['{customer}'] },
        Null: { 'dynamodb:LeadingKeys': ['false'] },
      },
    };
    expect(check(narrowed)).toEqual([]);
    expect(check(narrowed, { ...good, actions: ['dynamodb:Query'] }).length).toBeGreaterThan(0);
    expect(check(narrowed, { ...good, actions: ['DynamoDB:query'] }).length).toBeGreaterThan(0);
  });

  test('what outlives a lease is fit once the task says so', () => {
    const task: Task = sampleTask({
      permissions: [
        { actions: ['kms:CreateGrant'], resources: ['arn:aws:kms:eu-west-1:111122223333:key/k'] },
      ],
      outlivesLease: 'the grant, until it is retired the same day',
    });
    expect(checkTaskPermissions(task)).toEqual([]);
  });

  test('[CHECK-5] whose policy could outgrow its budget are refused', () => {
    const long = sampleTask({
      parameters: { customer: { type: 'string', pattern: '.*', maxLength: 512 }, month: { type: 'uuid' } },
      permissions: [good],
    });
    expect(worstCaseSize(long)).toBeGreaterThan(1500);
    expect(checkTaskPermissions(long)[0]?.message).toContain('characters');
    expect(worstCaseSize(sampleTask())).toBeLessThan(1500);
  });
});

describe('a task role', () => {
  test('[CHECK-6] has a name and an ARN by one rule', () => {
    const where = { partition: 'aws', account: '111122223333', prefix: 'remit' };
    expect(taskRoleArn(sampleTask(), where)).toBe(
      'arn:aws:iam::111122223333:role/remit/remit-task-export-invoices',
    );
    expect(taskRoleArn(sampleTask({ account: '444455556666' }), where)).toContain('::444455556666:role/');
    expect(() => taskRoleName('remit', 'x'.repeat(60))).toThrow();
  });
});
