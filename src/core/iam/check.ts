// What a task's permission templates may look like, so that widening them is a proof and no value can reach past
// its placeholder. The catalog check refuses everything else at synth.

import type { PermissionTemplate, Task } from '../model.ts';
import { deriveCeiling, LONGEST_BOUNDARY } from './ceiling.ts';
import { checkConditions, narrowsByValue } from './check-conditions.ts';
import { checkText, type PermissionProblem } from './check-text.ts';
import { longestValue } from './longest-value.ts';
import { escalates, outlives } from './outliving-actions.ts';
import { sessionPolicyText } from './render.ts';
import { parametersIn } from './template.ts';

/** Characters that a session policy may have in the worst case: STS packs it, and nobody can compute the rest. */
export const POLICY_BUDGET = 1500;

const ACTION = /^[a-z0-9-]+:[A-Za-z0-9]+$/;
/** Stands in for where and when: neither changes the size much, and both are at their longest. */
const SOMEWHERE = { partition: 'aws-us-gov', account: '000000000000' };
const SOMETIME = new Date('2026-01-01T00:00:00Z');

/** Everything wrong with a task's permissions; empty when it is fit to be granted. */
export function checkTaskPermissions(task: Task): readonly PermissionProblem[] {
  const problems = [
    ...task.permissions.flatMap((permission) => checkTemplate(permission, task)),
    ...checkNames(task),
    ...checkShared(task),
  ];
  return problems.length > 0 ? problems : checkSizes(task);
}

/** Characters of the session policy when every parameter has its longest value. */
export function worstCaseSize(task: Task): number {
  const longest = Object.entries(task.parameters).map(([name, spec]) => [
    name,
    'x'.repeat(longestValue(spec)),
  ]);
  const parameters = Object.fromEntries(longest) as Record<string, string>;
  return sessionPolicyText({ task, parameters, leaseExpiresAt: SOMETIME, ...SOMEWHERE }).length;
}

function checkTemplate(permission: PermissionTemplate, task: Task): PermissionProblem[] {
  return [
    ...permission.actions.flatMap((action) => checkAction(action, task)),
    ...permission.resources.flatMap(checkResource),
    ...checkConditions(permission.conditions ?? {}),
  ];
}

function checkAction(action: string, task: Task): PermissionProblem[] {
  if (!ACTION.test(action)) {
    return [
      {
        message: `action "${action}" is not one exact action`,
        fix: 'write service:Action, without wildcards',
      },
    ];
  }
  if (escalates(action)) {
    return [{ message: `action ${action} hands out access itself`, fix: 'no task may have it; take it out' }];
  }
  const left = outlives(action);
  if (left === undefined || task.outlivesLease !== undefined) return [];
  return [
    {
      message: `action ${action} leaves ${left}, which the end of the lease does not end`,
      fix: 'take it out, or say with outlivesLease why and how long, which approvers see',
    },
  ];
}

function checkResource(resource: string): PermissionProblem[] {
  if (resource === '*') {
    return [
      { message: 'resource "*" is everything', fix: 'name the ARN, with placeholders for the parameters' },
    ];
  }
  const parts = resource.split(':');
  if (parts.length < 6 || parts[0] !== 'arn' || parts[1] !== 'aws') {
    return [
      {
        message: `resource "${resource}" is not an ARN`,
        fix: 'write arn:aws:service:region:account:resource',
      },
    ];
  }
  return [
    ...(/[*?]/.test(parts.slice(1, 5).join(':'))
      ? [
          {
            message: `resource "${resource}" has a wildcard before its name`,
            fix: 'name service, region and account',
          },
        ]
      : []),
    ...(/^[*?]+(\/[*?]*)*$/.test(parts.slice(5).join(':'))
      ? [
          {
            message: `resource "${resource}" names nothing`,
            fix: 'name the resource before the first wildcard',
          },
        ]
      : []),
    ...(namesTypeOnly(parts)
      ? [{ message: `resource "${resource}" is all of a kind`, fix: 'name the resource before the wildcard' }]
      : []),
    ...checkText(resource),
  ];
}

/** `table/*`: every resource of a type. In S3 the word before the slash is the bucket, which is a name. */
function namesTypeOnly(parts: readonly string[]): boolean {
  return parts[2] !== 's3' && /^[a-z][a-z-]*[/:]\*+$/.test(parts.slice(5).join(':'));
}

/** Every placeholder is a parameter, and every parameter that narrows nothing is told. */
function checkNames(task: Task): PermissionProblem[] {
  const names = new Set(task.permissions.flatMap(textsOf).flatMap(parametersIn));
  return [...names]
    .filter((name) => !Object.hasOwn(task.parameters, name))
    .map((name) => ({
      message: `placeholder {${name}} is not a parameter of the task`,
      fix: `declare it under parameters, or mend its name; the task has: ${Object.keys(task.parameters).join(', ')}`,
    }));
}

/** An action that one template narrows by a condition value stands in that template only. */
function checkShared(task: Task): PermissionProblem[] {
  const narrowed = task.permissions.filter((permission) => narrowsByValue(permission.conditions ?? {}));
  return narrowed.flatMap((permission) =>
    permission.actions
      .filter((action) =>
        task.permissions.some((other) => other !== permission && other.actions.includes(action)),
      )
      .map((action) => ({
        message: `action ${action} is narrowed by a condition in one permission and stands in another`,
        fix: 'put it into one permission only',
      })),
  );
}

function checkSizes(task: Task): PermissionProblem[] {
  const size = worstCaseSize(task);
  const ceiling = JSON.stringify(deriveCeiling(task, SOMEWHERE)).length;
  return [
    ...(size > POLICY_BUDGET
      ? [
          {
            message: `the session policy may have ${size} characters, more than ${POLICY_BUDGET}`,
            fix: 'give string parameters a maxLength, name fewer resources, or split the task',
          },
        ]
      : []),
    ...(ceiling > LONGEST_BOUNDARY
      ? [
          {
            message: `the role's ceiling has ${ceiling} characters, more than IAM takes`,
            fix: 'split the task',
          },
        ]
      : []),
  ];
}

function textsOf({ resources, conditions = {} }: PermissionTemplate): readonly string[] {
  return [...resources, ...Object.values(conditions).flatMap((keys) => Object.values(keys).flat())];
}
