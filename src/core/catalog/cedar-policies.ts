// Reads the policies of a catalog: splits each file into its policies, gives them ids, and type-checks all of them
// against the tasks. A policy that Cedar warns about is refused as well: one that can never apply is a mistake.

import type { DetailedError, PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import { policySetTextToParts, policyToJson, validate } from '@cedar-policy/cedar-wasm/nodejs';
import type { PolicySource, Task } from '../model.ts';
import { BASE_POLICY, cedarSchema, NAMESPACE } from './cedar-schema.ts';
import type { CatalogFile, Report } from './problem.ts';

/** A policy with the place it stands at, for the report. */
export interface PlacedPolicy {
  readonly source: PolicySource;
  readonly file: CatalogFile;
  /** Offset of its text in the file, in characters. */
  readonly offset: number;
  readonly json: PolicyJson;
}

/** The policies of one file; what cannot be parsed is reported. */
export function readPolicies(file: CatalogFile, report: Report): PlacedPolicy[] {
  const text = String(file.data);
  const parts = policySetTextToParts(text);
  if (parts.type === 'failure') {
    for (const error of parts.errors) reportError({ file, offset: 0, report }, error, 'error');
    return [];
  }
  if (parts.policy_templates.length > 0) {
    report.error(file, [], {
      message: 'has a policy template',
      fix: 'write policies without ?principal or ?resource',
    });
  }
  let from = 0;
  return parts.policies.flatMap((policy, index) => {
    const offset = Math.max(text.indexOf(policy, from), 0);
    from = offset + policy.length;
    const parsed = policyToJson(policy);
    if (parsed.type === 'failure') return [];
    const named = parsed.json.annotations?.['id'];
    const id = named ?? `${file.path.replace(/^policies\//, '')}#${index + 1}`;
    return [{ source: { id, file: file.path, text: policy }, file, offset, json: parsed.json }];
  });
}

/** Ids twice, names that nothing has, types that do not fit. */
export function checkPolicies(
  policies: readonly PlacedPolicy[],
  known: {
    readonly tasks: readonly Task[];
    readonly groups: ReadonlySet<string>;
    /** Tasks whose files are wrong: what is about them alone cannot be checked, and would be told twice. */
    readonly brokenTasks: readonly string[];
  },
  report: Report,
): void {
  const seen = new Set<string>([BASE_POLICY.id]);
  for (const policy of policies) {
    const { id } = policy.source;
    if (seen.has(id))
      place(policy, report, { message: `policy id ${id} stands twice`, fix: 'give each policy its own @id' });
    seen.add(id);
    for (const group of groupsIn(policy.json)) {
      if (known.groups.has(group)) continue;
      place(policy, report, {
        message: `no agent is in group ${group}`,
        fix: 'mend its name, or put it under runtimeAssignable',
      });
    }
  }
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
    if (policy) reportError({ ...policy, report }, nameless(error, policyId), 'error');
  }
}

/** Whether the policy's scope lets it say anything about a task. */
export function concerns(json: PolicyJson, taskId: string): boolean {
  const { action } = json;
  if (action.op === 'All') return true;
  if (action.op === '==') return 'entity' in action && idOf(action.entity) === taskId;
  if ('entities' in action) return action.entities.some((entity) => idOf(entity) === taskId);
  return idOf(action.entity) === taskId;
}

function groupsIn(json: PolicyJson): string[] {
  const { principal } = json;
  const found = [...JSON.stringify(json).matchAll(/"type":"Remit::Group","id":"([^"]*)"/g)].map(
    (m) => m[1] ?? '',
  );
  return principal.op === 'All' ? found : [...new Set(found)];
}

function idOf(entity: { type: string; id: string } | { __entity: { type: string; id: string } }): string {
  return '__entity' in entity ? entity.__entity.id : entity.id;
}

interface Place {
  readonly file: CatalogFile;
  readonly offset: number;
  readonly report: Report;
}

function place(policy: PlacedPolicy, report: Report, problem: { message: string; fix: string }): void {
  report.problems.push({ severity: 'error', file: policy.file.path, ...lineAt(policy, 0), ...problem });
}

function reportError(at: Place, error: DetailedError, severity: 'error' | 'warning'): void {
  const [label] = error.sourceLocations ?? [];
  at.report.problems.push({
    severity,
    file: at.file.path,
    ...lineAt(at, label?.start ?? 0),
    message: error.message,
    fix: fixOf(error),
  });
}

/** Cedar counts offsets in UTF-8 bytes. */
function lineAt(
  { file, offset }: Pick<Place, 'file' | 'offset'>,
  start: number,
): { line: number; column: number } {
  const text = String(file.data);
  const policy = Buffer.from(text.slice(offset));
  const before = text.slice(0, offset) + policy.subarray(0, start).toString();
  const lines = before.split('\n');
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}

function nameless(error: DetailedError, policyId: string): DetailedError {
  return { ...error, message: error.message.replace(`for policy \`${policyId}\`, `, '') };
}

function fixOf(error: DetailedError): string {
  return error.help ?? `see the policy language of Cedar; names start with ${NAMESPACE}::`;
}
