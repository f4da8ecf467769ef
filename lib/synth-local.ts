// The same stack as templates, without code: local mode creates its tables and roles from them, so that what runs on
// a laptop and what is deployed are one design.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { compileForSynth } from './compile-for-synth.ts';
import { readConfig } from './config.ts';
import { RemitStack } from './remit-stack.ts';

/** A template and those of its nested stacks, by logical id. */
export interface SynthesizedTemplate {
  readonly template: Template;
  readonly nested: Readonly<Record<string, SynthesizedTemplate>>;
}

interface Template {
  readonly Resources: Readonly<Record<string, { Type: string; Metadata?: Record<string, unknown> }>>;
}

/** Synthesizes the stack of the catalog in a directory. @throws Error when the catalog does not compile. */
export function synthesizeTemplate(directory: string): SynthesizedTemplate {
  const app = new App({
    context: { remit: { catalog: directory, tables: 'destroy' } },
    analyticsReporting: false,
  });
  const config = readConfig(app.node);
  const stack = new RemitStack(app, 'Remit', {
    config,
    catalog: compileForSynth(config),
    codeOf: () => Code.fromInline('// local mode runs lambda/ itself'),
  });
  const assembly = app.synth();
  return readTemplate(assembly.directory, stack.templateFile);
}

function readTemplate(directory: string, file: string): SynthesizedTemplate {
  const template = JSON.parse(readFileSync(join(directory, file), 'utf8')) as Template;
  const children = Object.entries(template.Resources).filter(
    ([, resource]) => resource.Type === 'AWS::CloudFormation::Stack',
  );
  const nested = children.map(([id, { Metadata }]) => [
    id,
    readTemplate(directory, String(Metadata?.['aws:asset:path'])),
  ]);
  return { template, nested: Object.fromEntries(nested) as Record<string, SynthesizedTemplate> };
}
