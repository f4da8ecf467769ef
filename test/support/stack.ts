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

/** The templates of one stack, as tests ask them. */
export interface Deployed {
  readonly own: Resources;
  readonly nested: readonly Resources[];
  /** Resources of a type, nested stacks included, with their logical ids. */
  of(type: string): [string, Resource][];
  /** Allow statements of a function's role, by the name of its construct; one entry an action and resource. */
  allows(entry: string): Allowed[];
}

/** One action on one resource; the resource as the text of its JSON, without quotes. */
export interface Allowed {
  readonly action: string;
  readonly resource: string;
}

interface Statement {
  readonly Action: string | string[];
  readonly Resource: unknown;
}

/** What a stack deploys. */
export function deployedBy(stack: RemitStack): Deployed {
  const { own, nested } = resourcesOf(stack);
  const of = (type: string) =>
    [own, ...nested].flatMap((resources) =>
      Object.entries(resources).filter(([, { Type }]) => Type === type),
    );
  return {
    own,
    nested,
    of,
    allows(entry) {
      const policies = of('AWS::IAM::Policy').filter(([id]) => id.startsWith(`${entry}Role`));
      return policies.flatMap(([, { Properties }]) =>
        (Properties['PolicyDocument'] as { Statement: Statement[] }).Statement.flatMap(allowed),
      );
    },
  };
}

function allowed({ Action, Resource: resources }: Statement): Allowed[] {
  return [Action].flat().flatMap((action) =>
    [resources].flat().map((resource) => ({
      action,
      resource: JSON.stringify(resource).replaceAll('"', ''),
    })),
  );
}
