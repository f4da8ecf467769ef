// Sessions as STS would make them, for tests of what a lease can do.

import { deriveCeiling } from '../../src/core/iam/ceiling.ts';
import { type AccessDecision, evaluate } from '../../src/core/iam/evaluate.ts';
import { renderScopeDownPolicy, renderSessionPolicy } from '../../src/core/iam/render.ts';
import type { Parameters, PolicyDocument, Task } from '../../src/core/model.ts';

export const WHERE = { partition: 'aws', account: '111122223333' };
export const LEASE_END = new Date('2026-11-24T10:01:00Z');

/** One call of a lease's holder. */
export interface Call {
  readonly action: string;
  readonly resource: string;
  readonly at?: Date;
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
}

const parse = (text: string): PolicyDocument => JSON.parse(text) as PolicyDocument;

/** What the holder of a lease may do: role ceiling, boundary, session policy and scope-down together. */
export function tryWithLease(task: Task, parameters: Parameters, call: Call): AccessDecision {
  const ceiling = deriveCeiling(task, WHERE);
  const session = parse(renderSessionPolicy({ task, parameters, leaseExpiresAt: LEASE_END, ...WHERE }));
  const scopeDown = [parse(renderScopeDownPolicy(LEASE_END))];
  return evaluate(asked(call), { identity: [ceiling], boundary: ceiling, session, scopeDown });
}

/** What the role's ceiling alone lets anybody do who assumes the role. */
export function tryWithCeiling(task: Task, call: Call): AccessDecision {
  return evaluate(asked(call), { identity: [deriveCeiling(task, WHERE)] });
}

/** What a session policy says when a resource policy lets everybody in: only its Denies bind. */
export function tryWithOpenResource(task: Task, parameters: Parameters, call: Call): AccessDecision {
  const open: PolicyDocument = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
  };
  const session = parse(renderSessionPolicy({ task, parameters, leaseExpiresAt: LEASE_END, ...WHERE }));
  const ceiling = deriveCeiling(task, WHERE);
  return evaluate(asked(call), { identity: [open, onlyDenies(session), onlyDenies(ceiling)] });
}

function onlyDenies({ Version, Statement }: PolicyDocument): PolicyDocument {
  return { Version, Statement: Statement.filter((statement) => statement.Effect === 'Deny') };
}

function asked({ action, resource, at = new Date('2026-11-24T10:00:30Z'), context = {} }: Call) {
  return { action, resource, context: { 'aws:CurrentTime': at.toISOString(), ...context } };
}
