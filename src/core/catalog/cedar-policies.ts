// Reads the policies of a catalog: splits each file into its policies, gives them ids, and tells the place of what is
// wrong with them.

import type { DetailedError, PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import { policySetTextToParts, policyToJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { PolicySource } from '../model.ts';
import { NAMESPACE } from './cedar-schema.ts';
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
    for (const error of parts.errors) reportError({ file, offset: 0 }, error, report);
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
    if (parsed.type === 'failure') {
      for (const error of parsed.errors) reportError({ file, offset }, error, report);
      return [];
    }
    const named = parsed.json.annotations?.['id'];
    const id = named ?? `${file.path.replace(/^policies\//, '')}#${index + 1}`;
    return [{ source: { id, file: file.path, text: policy }, file, offset, json: parsed.json }];
  });
}

/** Where a policy stands. */
type Place = Pick<PlacedPolicy, 'file' | 'offset'>;

/** Reports a problem at the beginning of a policy. */
export function reportAt(
  at: Place,
  problem: { severity: 'error' | 'warning'; message: string; fix: string },
  report: Report,
): void {
  report.problems.push({ file: at.file.path, ...lineAt(at, 0), ...problem });
}

/** Reports what Cedar says, at the place it says it of. */
export function reportError(at: Place, error: DetailedError, report: Report): void {
  const [label] = error.sourceLocations ?? [];
  report.problems.push({
    severity: 'error',
    file: at.file.path,
    ...lineAt(at, label?.start ?? 0),
    message: error.message,
    fix: fixOf(error),
  });
}

/** How Cedar says to mend it. */
export function fixOf(error: DetailedError): string {
  return error.help ?? `see the policy language of Cedar; names start with ${NAMESPACE}::`;
}

/** Cedar counts offsets in UTF-8 bytes. */
function lineAt({ file, offset }: Place, start: number): { line: number; column: number } {
  const text = String(file.data);
  const policy = Buffer.from(text.slice(offset));
  const before = text.slice(0, offset) + policy.subarray(0, start).toString();
  const lines = before.split('\n');
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}
