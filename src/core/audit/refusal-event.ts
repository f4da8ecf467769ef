// A refusal as an event, and the kind of refusals that it is counted with. The kind is made of what was verified and of
// nothing that a caller can choose: whoever floods us makes one row of counts a minute, not a row a request.

import { createHash } from 'node:crypto';
import type { AuditEvent } from '../ports.ts';
import { REFUSALS, type RefusalCode } from '../refusal.ts';
import { isPlainText } from '../verify/plain-text.ts';

/** One refusal, with what its request had noted until then. */
export interface Refused {
  readonly operation: string;
  readonly code: RefusalCode;
  readonly detail: string | undefined;
  readonly requestId: string;
  readonly at: Date;
  readonly facts: Readonly<Record<string, string | number | boolean | undefined>>;
}

/** What the outbox counts. */
export interface CountedRefusal {
  readonly bucket: string;
  readonly event: AuditEvent;
}

/** An agent that waits for people is told so at each poll; its request is in the trail as what it is. */
const IS_WAITING = 'authorization_pending';
/** A name of the catalog, or what somebody takes for one. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const LONGEST_DETAIL = 200;

/** @returns undefined for what is no refusal. */
export function refusalEvent(refused: Refused): CountedRefusal | undefined {
  const { operation, code, requestId, at } = refused;
  if (REFUSALS[code].error === IS_WAITING) return undefined;
  // nothing was found at the address, or the body was too large to look
  const area = operation === 'none' ? 'request' : operation.toLowerCase().replaceAll(/[^a-z-]/g, '-');
  return {
    bucket: `${area}#${code}#${kindOf(refused)}`,
    event: { type: `${area}.refused`, at, requestId, facts: factsOf(refused) },
  };
}

/**
 * Whom to count it for. An agent is one of those registered, a person one of those of the identity provider, a principal
 * one that IAM lets in. Anybody may have a workload at a public issuer: those are counted together.
 */
function kindOf({ facts: { agent, issuer, subject, signedIn, principal } }: Refused): string {
  // people and principals name agents of their choice
  if (typeof principal === 'string') return `principal=${hashed(principal)}`;
  if (typeof issuer !== 'string') return 'unverified';
  if (signedIn === true) return `person=${hashed(issuer, String(subject))}`;
  return typeof agent === 'string' ? `agent=${shortened(agent)}` : `issuer=${hashed(issuer)}`;
}

/** Of callers who proved nothing the code alone: the rest is theirs to choose. */
function factsOf({ code, detail, facts }: Refused): AuditEvent['facts'] {
  const { agent, task, grantId, issuer, subject, principal, command, act, target } = facts;
  const actor =
    typeof principal === 'string'
      ? { actorIssuer: 'aws:iam', actorSubject: principal }
      : { actorIssuer: issuer, actorSubject: subject };
  if (actor.actorIssuer === undefined) return { code };
  const all = {
    code,
    agent,
    task: typeof task === 'string' && NAME.test(task) ? task : undefined,
    grantId,
    order: act ?? command,
    target: shown(target),
    ...actor,
    detail: shown(detail),
  };
  return Object.fromEntries(
    Object.entries(all).filter(
      (entry): entry is [string, string | number | boolean] => entry[1] !== undefined,
    ),
  );
}

/** What people are shown of a caller's own text; one with anything that is not seen, or that turns a line, is left out. */
function shown(text: unknown): string | undefined {
  const start = typeof text === 'string' ? text.slice(0, LONGEST_DETAIL) : undefined;
  return isPlainText(start, LONGEST_DETAIL) ? start : undefined;
}

function shortened(name: string): string {
  return NAME.test(name) ? name : hashed(name);
}

function hashed(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}
