// The synthesized stack without bundles, for tests of what it deploys.

import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { readConfig } from '../../lib/config.ts';
import { RemitStack } from '../../lib/remit-stack.ts';
import { readCatalog } from '../../src/adapters/files/catalog-files.ts';
import type { Catalog, Task } from '../../src/core/model.ts';
import { SHIPPED } from './catalog-directory.ts';

const compiled = readCatalog(SHIPPED).catalog;
if (compiled === undefined) throw new Error('the shipped catalog does not compile');
export const catalog: Catalog = compiled;

export interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
  readonly DeletionPolicy?: string;
}

/** A template's resources by logical id. */
export type Resources = Readonly<Record<string, Resource>>;

/** The app with the stack of a configuration and a catalog. */
export function stackOf(remit: object = {}, of: Catalog = catalog): { app: App; stack: RemitStack } {
  const app = new App({ context: { remit } });
  const stack = new RemitStack(app, 'Remit', {
    env: { account: '111122223333', region: 'eu-west-1' },
    config: readConfig(app.node),
    catalog: of,
    codeOf: () => Code.fromInline('// not run'),
  });
  return { app, stack };
}

/** Resources of the stack itself and of its nested stacks, by name of the stack. */
export function resourcesOf(stack: RemitStack): { own: Resources; nested: readonly Resources[] } {
  const nested = stack.node
    .findAll()
    .filter((each) => each.node.id.endsWith('.NestedStack') === false && isNested(each));
  return { own: read(stack), nested: nested.map((each) => read(each as RemitStack)) };
}

function isNested(each: object): boolean {
  return 'nestedStackParent' in each && each.nestedStackParent !== undefined;
}

function read(stack: RemitStack): Resources {
  return Template.fromStack(stack).toJSON()['Resources'] as Resources;
}

/** Many tasks, like the first one. */
export function manyTasks(count: number): Catalog {
  const [task] = catalog.tasks as readonly [Task];
  const tasks = Array.from({ length: count }, (_, index) => ({ ...task, id: `task-${index}` }));
  return { ...catalog, tasks };
}
