// The text of docs/refusals.md, from the catalogue of refusals, the status codes of the endpoints and the fixes
// that clients show.

import { refusalAnswer } from '../src/adapters/http/answer.ts';
import { FIXES } from '../src/client/fixes.ts';
import { REFUSALS, Refusal, type RefusalCode } from '../src/core/refusal.ts';

const HEAD = `# Refusals

<!-- written by tools/write-refusals.ts from src/core/refusal.ts; do not edit -->

Every refusal of every endpoint. The answer is a JSON object with \`error\` (the OAuth error), \`error_description\` (the
sentence), \`code\` (the stable name below) and \`request_id\`; programs decide by \`code\`. The log line with that request
id says more than the caller may know. \`Retry-After\` is sent where waiting helps. The last column is what \`remit\`
shows as the fix, where the sentence alone does not say it.

A refused assertion is \`invalid_request\` as a \`subject_token\` (RFC 8693 §2.2.2), \`invalid_grant\` as an \`assertion\`
(RFC 7523 §3.1), both with status 400, and \`invalid_client\` with status 401 where it authenticates a client (§3.2):
such rows say **assertion**.

| code | error | status | sentence | what to do |
|---|---|---|---|---|
`;

/** The whole page. */
export function refusalsPage(): string {
  return `${HEAD}${(Object.keys(REFUSALS) as RefusalCode[]).map(row).join('')}`;
}

function row(code: RefusalCode): string {
  const { error, sentence } = REFUSALS[code];
  const byRole = (role: 'subject_token' | 'client') => refusalAnswer(new Refusal(code), '-', role).status;
  const statuses = [...new Set([byRole('subject_token'), byRole('client')])].join(', ');
  const name = error === 'assertion' ? '**assertion**' : `\`${error}\``;
  const cells = [`\`${code}\``, name, statuses, sentence, FIXES[code] ?? ''];
  return `| ${cells.map((cell) => cell.replaceAll(/[|<]/g, '\\$&')).join(' | ')} |\n`;
}
