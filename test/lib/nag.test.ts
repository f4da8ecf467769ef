// The rules of cdk-nag's AwsSolutions pack; each acknowledgement stands in the code with its reason.

import { Validations } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { stackOf } from '../support/stack.ts';

// the report goes to standard error whatever comes of it
beforeEach(() => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(() => {
  vi.restoreAllMocks();
});

function check(change: (stack: ReturnType<typeof stackOf>['stack']) => void = () => undefined): void {
  const { app, stack } = stackOf();
  change(stack);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  app.synth();
}

test('[STACK-18] the stack has no finding that is not acknowledged with a reason', () => {
  expect(() => check()).not.toThrow();
});

test('[STACK-18] a finding fails', () => {
  expect(() => check((stack) => void new Bucket(stack, 'Open'))).toThrow(/[Vv]alidation/);
});
