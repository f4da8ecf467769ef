#!/usr/bin/env node
// CDK entry: the stack of the home account, and one of task roles for each other account that tasks act in.

import { App } from 'aws-cdk-lib';
import { compileForSynth, sourceForSynth } from '../lib/compile-for-synth.ts';
import { readConfig } from '../lib/config.ts';
import { RemitStack } from '../lib/remit-stack.ts';
import { addTargetStacks } from '../lib/remit-target-stack.ts';

try {
  const app = new App();
  const config = readConfig(app.node);
  const catalog = compileForSynth(config);
  const env = { account: process.env['CDK_DEFAULT_ACCOUNT'], region: process.env['CDK_DEFAULT_REGION'] };
  new RemitStack(app, 'Remit', { env: defined(env), config, catalog, catalogSource: sourceForSynth(config) });
  addTargetStacks(app, { config, catalog });
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

/** Without credentials the stack is synthesized for any account and region. */
function defined(env: { account: string | undefined; region: string | undefined }) {
  return { ...(env.account && { account: env.account }), ...(env.region && { region: env.region }) };
}
