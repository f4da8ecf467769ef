// The event of the workflow function: exactly what a state of the machine sends (lib/constructs/approval-steps.ts).

import * as z from 'zod';
import type { WorkflowStep } from '../../core/approve/workflow.ts';
import { parseGrantId } from '../../core/verify/handle.ts';

const grantId = z.string().transform((text, context) => {
  const id = parseGrantId(text);
  if (id === undefined) context.addIssue('is no grant id');
  return id ?? z.NEVER;
});
const named = { grantId, requestDigest: z.string().regex(/^sha256:[0-9a-f]{64}$/) };

const step = z.union([
  z.strictObject({ step: z.enum(['opened', 'remind', 'escalate', 'close']), ...named }),
  z.strictObject({ step: z.literal('await'), ...named, taskToken: z.string().min(1).max(2048) }),
]);

/** @throws Error that quotes nothing of the event */
export function readWorkflowStep(event: unknown): WorkflowStep {
  const result = step.safeParse(event);
  if (result.success) return result.data;
  throw new Error('the event is no step of the workflow');
}
