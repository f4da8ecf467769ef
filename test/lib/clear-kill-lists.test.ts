// In which order CloudFormation deletes: what writes kill lists, the custom resource that clears them, the roles, and last
// the rights to clear. What depends on something is deleted before it, and updated after it.

import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../lib/config.ts';
import { addTargetStacks, RemitTargetStack } from '../../lib/remit-target-stack.ts';
import { catalog, stackOf } from '../support/stack.ts';

interface Declared {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
  readonly DependsOn?: readonly string[];
}
type Declarations = Readonly<Record<string, Declared>>;

const [first, ...rest] = catalog.tasks;
if (first === undefined) throw new Error('no task');
const away = { ...catalog, tasks: [{ ...first, account: '444455556666' }, ...rest] };

function target(): Declarations {
  const app = new App();
  const config = { ...readConfig(app.node), homeAccount: '111122223333' };
  addTargetStacks(app, { config, catalog: away, codeOf: () => Code.fromInline('// not run') });
  const [stack] = app.node.children.filter((each) => each instanceof RemitTargetStack);
  return Template.fromStack(stack as RemitTargetStack).toJSON()['Resources'] as Declarations;
}
const home = Template.fromStack(stackOf({}, away).stack).toJSON()['Resources'] as Declarations;

/** Everything that has to be there before a resource, and is still there when that one is deleted. */
function needs(resources: Declarations, id: string, seen = new Set<string>()): Set<string> {
  const { DependsOn = [], Properties } = resources[id] ?? { DependsOn: [], Properties: {} };
  const named = [...JSON.stringify(Properties ?? {}).matchAll(/"(?:Ref|Fn::GetAtt)":\[?"(\w+)"/g)].map(
    ([, each = '']) => each,
  );
  for (const each of [...DependsOn, ...named])
    if (each in resources && !seen.has(each)) {
      seen.add(each);
      needs(resources, each, seen);
    }
  return seen;
}
const idsOf = (resources: Declarations, test: (id: string, each: Declared) => boolean) =>
  Object.entries(resources)
    .filter(([id, each]) => test(id, each))
    .map(([id]) => id);
const ofType = (resources: Declarations, type: string) => idsOf(resources, (_, each) => each.Type === type);

describe.each([
  ['the home stack', home, ['AWS::Lambda::EventSourceMapping'] as const, 'KillListFunction', rest],
  ['the stack of another account', target(), ['AWS::IAM::Role'] as const, 'KillLists', [first]],
])('in %s', (_, resources, [writingType], writingName, tasks) => {
  const [clearing = '', ...more] = ofType(resources, 'Custom::RemitKillLists');
  const before = needs(resources, clearing);

  test('[KILL-27] lists are cleared before the roles go, and the rights to clear them outlive that', () => {
    expect(more).toEqual([]);
    const shards = idsOf(
      resources,
      (id, { Type }) => Type === 'AWS::CloudFormation::Stack' && id.startsWith('Tasks'),
    );
    const rights = idsOf(resources, (id) => /^ClearKillLists(Role|Function)/.test(id));
    expect(shards.length).toBeGreaterThan(0);
    expect(rights.length).toBeGreaterThanOrEqual(3);
    expect([...before]).toEqual(expect.arrayContaining([...shards, ...rights]));
    expect(resources[clearing]?.Properties['tasks']).toEqual(tasks.map(({ id }) => id));
  });

  test('[KILL-28] and after that nobody can write them any more', () => {
    const writing = idsOf(
      resources,
      (id, { Type }) => Type === writingType && id.startsWith(writingName) && !/Policy/.test(id),
    );
    expect(writing).toHaveLength(1);
    for (const each of writing) expect(needs(resources, each)).toContain(clearing);
  });

  test('[KILL-27] a function that dies holds the deployment up for minutes, and it can only take away', () => {
    expect(Number(resources[clearing]?.Properties['ServiceTimeout'])).toBeLessThanOrEqual(900);
    const [policy = ''] = idsOf(
      resources,
      (id, { Type }) => Type === 'AWS::IAM::Policy' && id.startsWith('ClearKillLists'),
    );
    const text = JSON.stringify(resources[policy]?.Properties['PolicyDocument']);
    expect(text.match(/iam:\w+RolePolicy/g)).toEqual(['iam:DeleteRolePolicy']);
    expect(text).toContain('iam:PermissionsBoundary');
  });
});

test('[KILL-28] in an update the writer knows which tasks have left before their lists are cleared', () => {
  const [clearing = ''] = ofType(home, 'Custom::RemitKillLists');
  const [writer = ''] = idsOf(
    home,
    (id, { Type }) => Type === 'AWS::Lambda::Function' && id.startsWith('KillList'),
  );
  expect(writer).not.toBe('');
  expect([...needs(home, clearing)]).toContain(writer);
});
