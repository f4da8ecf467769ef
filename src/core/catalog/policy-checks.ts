// The policies together with the rest of the catalog: ids, names that lead nowhere, and the type-check against the
// tasks. A policy that Cedar warns about is refused as well: one that can never apply is a mistake.

import type { DetailedError } from '@cedar-policy/cedar-wasm/nodejs';
import { validate } from '@cedar-policy/cedar-wasm/nodejs';
import type { Task } from '../model.ts';
import { fixOf, type PlacedPolicy, reportAt, reportError } from './cedar-policies.ts';
import { BASE_POLICY, cedarSchema, NAMESPACE } from './cedar-schema.ts';
import { heldBack } from './held-back.ts';
import { concerns, type EntityName, entitiesIn } from './policy-scope.ts';
import type { Report } from './problem.ts';

/** What policies may name. */
export interface Known {
  readonly tasks: readonly Task[];
  /** Undefined where some agent's file is wrong, so that nobody knows. */
  readonly groups: ReadonlySet<string> | undefined;
  readonly agents: ReadonlySet<string> | undefined;
  readonly environments: ReadonlySet<string> | undefined;
  /** Groups that people give to agents at run time, and take from them without a signature. */
  readonly assignable: ReadonlySet<string>;
  /** Tasks whose files are wrong: what is about them alone cannot be checked, and would be told twice. */
  readonly brokenTasks: readonly string[];
}

const ID = /^[A-Za-z0-9][A-Za-z0-9._#/-]{0,127}$/;

/** Checks the policies of all files. */
export function checkPolicies(policies: readonly PlacedPolicy[], known: Known, report: Report): void {
  const seen = new Set<string>();
  for (const policy of policies) {
    checkId(policy, seen, report);
    const names = new Map(entitiesIn(policy.json).map((name) => [JSON.stringify(name), name]));
    for (const name of names.values()) checkName(policy, { name, known }, report);
    checkHeldBack(policy, known, report);
  }
  checkTypes(policies, known, report);
}

function checkId(policy: PlacedPolicy, seen: Set<string>, report: Report): void {
  const { id } = policy.source;
  const fix = 'give each policy its own @id, of letters, digits and . _ - / #, or none';
  if (!ID.test(id))
    reportAt(policy, { severity: 'error', message: `policy id ${id} cannot be used`, fix }, report);
  if (seen.has(id))
    reportAt(policy, { severity: 'error', message: `policy id ${id} stands twice`, fix }, report);
  seen.add(id);
}

function checkName(
  policy: PlacedPolicy,
  { name: { type, id }, known }: { name: EntityName; known: Known },
  report: Report,
): void {
  const lost = (set: ReadonlySet<string> | undefined) => set !== undefined && !set.has(id);
  if (type === `${NAMESPACE}::Group` && lost(known.groups)) {
    const fix = 'mend its name, or put it under runtimeAssignable';
    reportAt(policy, { severity: 'error', message: `no agent is in group ${id}`, fix }, report);
  }
  if (type === `${NAMESPACE}::Environment` && lost(known.environments)) {
    const fix = 'mend its name; an environment is what agents and tasks say';
    reportAt(policy, { severity: 'error', message: `nothing is in environment ${id}`, fix }, report);
  }
  if (type === `${NAMESPACE}::Agent` && lost(known.agents)) {
    const fix = 'mend its name; right only for an agent that is registered at run time';
    reportAt(policy, { severity: 'warning', message: `agent ${id} is not in the catalog`, fix }, report);
  }
}

function checkHeldBack(policy: PlacedPolicy, { assignable }: Known, report: Report): void {
  for (const group of heldBack(policy.json).filter((each) => assignable.has(each))) {
    const message = `group ${group} is runtimeAssignable, and whoever is taken out of it may do more by this policy`;
    const fix =
      'take it out of runtimeAssignable, or let the policy permit by groups and forbid by something else';
    reportAt(policy, { severity: 'error', message, fix }, report);
  }
}

function checkTypes(policies: readonly PlacedPolicy[], known: Known, report: Report): void {
  const checkable = policies.filter(
    ({ json }) => json.action.op === 'All' || !known.brokenTasks.some((id) => concerns(json, id)),
  );
  const texts = Object.fromEntries(checkable.map(({ source }, index) => [`p${index}`, source.text]));
  const answer = validate({
    schema: cedarSchema(known.tasks),
    policies: { staticPolicies: { ...texts, base: BASE_POLICY.text } },
  });
  if (answer.type === 'failure') {
    for (const error of answer.errors) {
      report.error({ path: 'policies', data: '' }, [], { message: error.message, fix: fixOf(error) });
    }
    return;
  }
  const broken = new Set(answer.validationErrors.map((each) => each.policyId));
  // of a policy with an error the warnings say the same again
  const warnings = answer.validationWarnings.filter((each) => !broken.has(each.policyId));
  for (const { policyId, error } of [...answer.validationErrors, ...warnings]) {
    const policy = checkable[Number(policyId.slice(1))];
    if (policy) reportError(policy, nameless(error, policyId), report);
  }
}

function nameless(error: DetailedError, policyId: string): DetailedError {
  return { ...error, message: error.message.replace(`for policy \`${policyId}\`, `, '') };
}
