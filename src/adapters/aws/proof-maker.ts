// Asks the offboarding function for a proof, and reads what that function is asked. It derives everything from the
// tables: whoever may call it can only say which agent.

import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { CHECK_IDS } from '../../core/offboard/check.ts';
import type { Offboarding, ProofMaker } from '../../core/offboard/ports.ts';
import { REFUSALS, Refusal, type RefusalCode } from '../../core/refusal.ts';
import { guarded } from './faults.ts';
import { lambdaClient, type World } from './world.ts';

const questionSchema = z.strictObject({ agent: z.string().min(1).max(512) });

const checkSchema = z.object({
  id: z.enum(CHECK_IDS),
  says: z.string(),
  basis: z.enum(['observed', 'reasoned', 'not-looked-at']),
  why: z.string().exactOptional(),
  state: z.enum(['done', 'waiting', 'failed']),
  until: z.string().exactOptional(),
  evidence: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])),
});

const replySchema = z.union([
  z.object({
    offboarding: z.object({
      agent: z.string(),
      state: z.enum(['waiting', 'failed', 'dead']),
      checks: z.array(checkSchema),
      until: z.string().exactOptional(),
      proof: z.string().exactOptional(),
    }),
  }),
  z.object({
    refused: z.custom<RefusalCode>((code) => typeof code === 'string' && Object.hasOwn(REFUSALS, code)),
  }),
]);

/** What the offboarding function answers. */
export type ProofReply = { readonly offboarding: Offboarding } | { readonly refused: RefusalCode };

/** Refusals that somebody has to look into: waiting mends neither. */
const NOT_BY_WAITING: readonly RefusalCode[] = ['proof_damaged', 'misconfigured'];

/** Whether access is not gone though it should be, or nothing can be proven of it. */
export function isProofFailure(reply: ProofReply): boolean {
  return 'refused' in reply ? NOT_BY_WAITING.includes(reply.refused) : reply.offboarding.state === 'failed';
}

/** The agent that is asked about. @throws Error that quotes nothing of the event */
export function readProofQuestion(event: unknown): string {
  const result = questionSchema.safeParse(event);
  if (result.success) return result.data.agent;
  throw new Error('the event does not name an agent');
}

/** Whoever makes proofs in this world. */
export function proofsOver(env: { readonly OFFBOARDING_FUNCTION: string }, world: World): ProofMaker {
  return (
    world.proofs ?? createProofMaker({ client: lambdaClient(world), functionName: env.OFFBOARDING_FUNCTION })
  );
}

/** Calls the function. @throws Refusal what it refused, `store_unavailable` or `misconfigured` */
function createProofMaker(options: {
  readonly client: LambdaClient;
  readonly functionName: string;
}): ProofMaker {
  return {
    async ask(agent) {
      const command = new InvokeCommand({
        FunctionName: options.functionName,
        Payload: Buffer.from(JSON.stringify({ agent })),
      });
      const answer = await guarded('store_unavailable', () => options.client.send(command));
      if (answer.FunctionError !== undefined)
        throw new Refusal('store_unavailable', { detail: 'the offboarding function failed' });
      return readProofReply(parse(Buffer.from(answer.Payload ?? new Uint8Array()).toString()));
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @throws Refusal what was refused, or `misconfigured` for what is no reply */
export function readProofReply(reply: unknown): Offboarding {
  const result = replySchema.safeParse(reply);
  if (!result.success) throw new Refusal('misconfigured', { detail: 'no reply of the offboarding function' });
  if ('refused' in result.data) throw new Refusal(result.data.refused);
  return result.data.offboarding;
}
