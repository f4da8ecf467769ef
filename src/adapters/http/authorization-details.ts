// `authorization_details` (RFC 9396): a JSON array with exactly one `remit_task`. Shape only; whether the task
// exists and its parameters fit is asked after the caller is known.

import * as z from 'zod';
import type { NewTask } from '../../core/exchange.ts';
import type { Parameters } from '../../core/model.ts';
import { Refusal } from '../../core/refusal.ts';
import { Flaw } from '../../core/verify/flaw.ts';
import { parseJson } from '../../core/verify/json.ts';
import { purposeProblem } from '../../core/verify/purpose.ts';

const MAX_LENGTH = 16_384;

const value = z.union([z.string(), z.number(), z.boolean()]);
const detail = z.strictObject({
  type: z.literal('remit_task'),
  task: z.string().regex(/^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$/),
  parameters: z.record(z.string(), value).default({}),
  purpose: z.string().trim().optional(),
});
const details = z.tuple([detail]);

/** What the agent asks for. @throws Refusal `details_malformed`, `purpose_missing`. */
export function readAuthorizationDetails(text: string): NewTask['asked'] {
  if (text.length > MAX_LENGTH) throw new Refusal('details_malformed', { detail: 'too long' });
  const parsed = details.safeParse(parse(text));
  if (!parsed.success) throw new Refusal('details_malformed', { detail: firstIssue(parsed.error) });
  const [{ task, parameters, purpose }] = parsed.data;
  if (purpose === undefined) throw new Refusal('purpose_missing');
  const problem = purposeProblem(purpose);
  if (problem !== undefined)
    throw new Refusal('details_malformed', {
      detail: `purpose: ${problem}`,
      members: { field: 'purpose', problem },
    });
  return { task, parameters, purpose };
}

/** The details as granted (RFC 9396 §7). */
export function writeAuthorizationDetails(granted: {
  task: string;
  parameters: Parameters;
  purpose: string;
}) {
  const { task, parameters, purpose } = granted;
  return [{ type: 'remit_task', task, parameters, purpose }];
}

/** A text with two readings is none: what people are shown must be what the agent's own reader sees. */
function parse(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof Flaw)) throw error;
    throw new Refusal('details_malformed', { detail: error.message });
  }
}

/** Where and what kind, without the value. */
function firstIssue(error: z.ZodError): string {
  const [issue] = error.issues;
  return issue ? `${issue.path.map(String).join('.').slice(0, 60)}: ${issue.code}` : 'shape';
}
