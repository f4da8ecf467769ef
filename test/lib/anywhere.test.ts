// Without credentials the stack is synthesized for any account and region: ids, addresses and names are then known at
// deploy only, and whatever parses one of them too early fails here.

import { App } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { expect, test } from 'vitest';
import { readConfig } from '../../lib/config.ts';
import { RemitStack } from '../../lib/remit-stack.ts';
import { catalog } from '../support/stack.ts';

const people = {
  issuer: 'https://login.acme.dev/tenant',
  clientId: 'remit-console',
  roles: { administrator: ['platform-admins'] },
};
const domain = {
  consoleDomain: 'remit.acme.dev',
  consoleCertificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/1',
};

test.each([
  ['as it is', {}],
  ['with an identity provider of its own', { people }],
  ['with a domain of its own', domain],
  ['with both', { people, ...domain }],
])('[DEPLOY-10] the stack is synthesized for an unknown account and region, %s', (_, remit) => {
  const app = new App({ context: { remit } });
  const stack = new RemitStack(app, 'Remit', {
    config: readConfig(app.node),
    catalog,
    codeOf: () => Code.fromInline('// not run'),
  });
  const assembly = app.synth();
  const text = JSON.stringify(assembly.getStackByName(stack.stackName).template);
  expect(text).not.toMatch(/\$\{Token\[/);
});
