// The same stack as templates, without code: local mode creates its tables and roles from them, so that what runs on
// a laptop and what is deployed are one design.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, type CfnStack, NestedStack, type Stack } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { compileForSynth } from './compile-for-synth.ts';
import { readConfig } from './config.ts';
import { RemitStack } from './remit-stack.ts';

/** A template and those of its nested stacks, by logical id. */
export interface SynthesizedTemplate {
  readonly template: Template;
  readonly nested: Readonly<Record<string, SynthesizedTemplate>>;
}

type Template = Readonly<Record<string, unknown>>;

/**
 * Synthesizes the stack of the catalog in a directory. Reports look at it as it is deployed unless configured otherwise,
 * with tables that stay. @throws Error when the catalog does not compile.
 */
export function synthesizeTemplate(
  directory: string,
  tables: 'destroy' | 'retain' = 'destroy',
): SynthesizedTemplate {
  const app = new App({
    // the second names each nested stack's template in its parent; the cdk command sets it, a plain App does not
    context: { remit: { catalog: directory, tables }, 'aws:cdk:enable-asset-metadata': true },
    analyticsReporting: false,
  });
  const config = readConfig(app.node);
  const stack = new RemitStack(app, 'Remit', {
    config,
    catalog: compileForSynth(config),
    codeOf: () => Code.fromInline('// local mode runs lambda/ itself'),
  });
  return readTemplate(app.synth().directory, stack);
}

function readTemplate(directory: string, stack: Stack): SynthesizedTemplate {
  const template = JSON.parse(readFileSync(join(directory, stack.templateFile), 'utf8')) as Template;
  const children = stack.node.findAll().filter((each) => each instanceof NestedStack);
  const nested = children
    .filter((child) => child.nestedStackParent === stack)
    .map((child) => [logicalId(stack, child), readTemplate(directory, child)]);
  return { template, nested: Object.fromEntries(nested) as Record<string, SynthesizedTemplate> };
}

function logicalId(parent: Stack, child: NestedStack): string {
  const resource = child.nestedStackResource;
  return String(parent.resolve((resource as CfnStack | undefined)?.logicalId));
}
