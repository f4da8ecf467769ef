// What every order of a person needs: a reason in plain words, the event that goes with the write, and the agent as it
// is now.

import type { LastChange, RegisteredAgent } from '../model.ts';
import type { AuditEvent } from '../ports.ts';
import { Refusal } from '../refusal.ts';
import { isPlainWords } from '../verify/plain-text.ts';
import type { AgentBook, Order, SeenAgent } from './ports.ts';

/** Longest reason of a person. */
export const ORDER_REASON_LENGTH = 500;

/** When and in which request. */
export interface Moment {
  readonly at: Date;
  readonly requestId: string;
  /** Of the signature behind it; absent where none is needed. */
  readonly evidenceId?: string;
}

/** @throws Refusal `reason_missing` without a reason of at most 500 characters that can all be seen. */
export function requireReason({ reason }: Order): string {
  const text = reason.trim();
  if (!isPlainWords(text.replaceAll('\n', ' '), ORDER_REASON_LENGTH)) throw new Refusal('reason_missing');
  return text;
}

/** @throws Refusal `agent_not_found`. */
export async function requireAgent(agents: Pick<AgentBook, 'find'>, id: string): Promise<SeenAgent> {
  const seen = await agents.find(id);
  if (seen === undefined) throw new Refusal('agent_not_found');
  return seen;
}

/** What the row says of this order. */
export function changeOf(what: string, order: Order, at: Date): LastChange {
  const { issuer, subject, name } = order.by;
  const by = { issuer, subject, ...(name !== undefined && { name }) };
  return { what, by, reason: requireReason(order), at };
}

/** The audit event of a change to an agent. */
export function agentEvent(
  agent: Pick<RegisteredAgent, 'id' | 'status' | 'reviewBy'>,
  change: LastChange,
  { requestId, evidenceId, facts = {} }: Omit<Moment, 'at'> & { readonly facts?: AuditEvent['facts'] },
): AuditEvent {
  return {
    type: `agent.${change.what}`,
    at: change.at,
    requestId,
    facts: {
      agent: agent.id,
      status: agent.status,
      reviewBy: agent.reviewBy,
      actorIssuer: change.by.issuer,
      actorSubject: change.by.subject,
      reason: change.reason,
      ...(evidenceId !== undefined && { evidenceId }),
      ...facts,
    },
  };
}

/** Writes the change. @throws Refusal `agent_changed` when somebody else was faster. */
export async function write(
  agents: AgentBook,
  seen: SeenAgent,
  { next, event }: { readonly next: RegisteredAgent; readonly event: AuditEvent },
): Promise<RegisteredAgent> {
  if (await agents.change(seen, next, event)) return next;
  throw new Refusal('agent_changed');
}
