// Policy documents that come over the wire: the limits STS has on session policies, and their JSON.

import type { PolicyDocument } from '../../../core/model.ts';
import { AwsFailure } from './aws-failure.ts';
import { validationError } from './form.ts';

const LONGEST = 2048;

/** A session or scope-down policy. @throws AwsFailure when it is too long or not a policy document. */
export function parseSessionPolicy(text: string | undefined): PolicyDocument | undefined {
  if (text === undefined) return undefined;
  if (text.length > LONGEST)
    throw validationError(`Policy must have length less than or equal to ${LONGEST}.`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: STS allows exactly these
  if (!/^[\u0009\u000A\u000D\u0020-\u00FF]+$/.test(text)) throw malformed();
  return parsePolicy(text);
}

/** Any identity policy. @throws AwsFailure MalformedPolicyDocument */
export function parsePolicy(text: string): PolicyDocument {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw malformed();
  }
  if (!isPolicy(value)) throw malformed();
  return Array.isArray(value.Statement) ? value : { ...value, Statement: [value.Statement].flat() };
}

const malformed = () =>
  new AwsFailure('MalformedPolicyDocument', 400, 'The policy is not in the valid JSON format.');

function isPolicy(value: unknown): value is PolicyDocument {
  if (typeof value !== 'object' || value === null) return false;
  const { Version, Statement } = value as Record<string, unknown>;
  const statements = [Statement].flat();
  return Version === '2012-10-17' && statements.length > 0 && statements.every(isStatement);
}

function isStatement(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const statement = value as Record<string, unknown>;
  const has = (name: string) => statement[name] !== undefined;
  return (
    (statement['Effect'] === 'Allow' || statement['Effect'] === 'Deny') &&
    has('Action') !== has('NotAction') &&
    has('Resource') !== has('NotResource') &&
    !has('Principal') &&
    !has('NotPrincipal')
  );
}
