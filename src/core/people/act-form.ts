// The form of each act: what its target must look like and which details it takes. Read before anything is signed, and
// nothing else is ever signed.

import * as z from 'zod';
import type { KillScope } from '../kill/ports.ts';
import type { GrantId } from '../model.ts';
import { Refusal } from '../refusal.ts';
import { parseGrantId } from '../verify/handle.ts';
import { isPlainText } from '../verify/plain-text.ts';
import { requireActReason } from './act-reason.ts';
import type { ActDetails } from './act-text.ts';
import { ACTS, type Act, type ActTarget, EVERYTHING } from './acts.ts';

const MAX_TARGET_CHARACTERS = 512;
const MAX_NAME_CHARACTERS = 128;
const MAX_CLAIM_CHARACTERS = 256;
const MOST_MEMBERS = 20;
/** Ids of agents and tasks, wherever they were made. */
const ID = /^[a-z0-9][a-z0-9-]{0,62}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;

const plain = (limit: number) => z.string().refine((text) => isPlainText(text, limit));
const none = z.strictObject({});
const identity = { issuer: plain(MAX_TARGET_CHARACTERS), subject: plain(MAX_TARGET_CHARACTERS) };
const severalOf = <Member extends z.ZodType>(each: Member) => z.array(each).min(1).max(MOST_MEMBERS);

/** Members of the details of each act that has any. Digests are of the agent or the review as it was shown. */
export const DETAILS = {
  'agent.register': z.strictObject({ agent: z.looseObject({ id: z.string() }) }),
  'agent.update': z.strictObject({
    purpose: z.string().exactOptional(),
    groups: z.array(z.string()).exactOptional(),
    removeBindings: severalOf(z.strictObject(identity)).exactOptional(),
  }),
  'agent.bind': z.strictObject({
    addBindings: severalOf(
      z.strictObject({
        ...identity,
        claims: z.record(plain(MAX_NAME_CHARACTERS), plain(MAX_CLAIM_CHARACTERS)).exactOptional(),
      }),
    ),
  }),
  'agent.widen': z.strictObject({ addGroups: severalOf(z.string().regex(ID)) }),
  'agent.resume': z.strictObject({ agentDigest: z.string().regex(DIGEST) }),
  'agent.transfer': z.strictObject({
    owner: z.strictObject({
      issuer: plain(MAX_TARGET_CHARACTERS),
      subject: plain(MAX_TARGET_CHARACTERS),
      name: plain(MAX_NAME_CHARACTERS).exactOptional(),
    }),
  }),
  'review.confirm': z.strictObject({
    reviewBy: z.iso.date().exactOptional(),
    reviewDigest: z.string().regex(DIGEST),
  }),
} as const satisfies Partial<Record<Act, z.ZodType>>;

/** What a person asks for. */
export interface AskedAct {
  readonly act: Act;
  readonly target: string;
  readonly reason: string;
  readonly details?: ActDetails | undefined;
}

/** An act in its form; `details` are there or not. */
export type WellFormedAct = Omit<AskedAct, 'details'> & { readonly details?: ActDetails };

/** @returns the act as it is signed and done. @throws Refusal `reason_missing`, `body_malformed` */
export function readAct({ act, target, reason, details }: AskedAct): WellFormedAct {
  const read = { act, target: readTarget(act, target), reason: requireActReason(reason) };
  // some acts need details: none is looked at too
  const checked: ActDetails = detailsOf(act, details);
  // the console signs what it has sent, with or without them
  return details === undefined ? read : { ...read, details: checked };
}

/** The details, read as the act has them. @throws Refusal `body_malformed` */
export function detailsOf<Name extends Act>(act: Name, details: ActDetails = {}): DetailsOf<Name> {
  const schema: z.ZodType = act in DETAILS ? DETAILS[act as keyof typeof DETAILS] : none;
  const read = schema.safeParse(details);
  if (read.success) return read.data as DetailsOf<Name>;
  throw new Refusal('body_malformed', { detail: `details: ${read.error.issues[0]?.path.join('.') ?? ''}` });
}

/** Details of one act. */
export type DetailsOf<Name extends Act> = Name extends keyof typeof DETAILS
  ? z.output<(typeof DETAILS)[Name]>
  : ActDetails;

/** What a kill or its undoing is about. @throws Refusal `body_malformed` for an act that is neither */
export function scopeOf(act: Act, target: string): KillScope {
  const { target: kind } = ACTS[act];
  if (kind === 'everything') return { kind };
  return kind === 'grant' ? { kind, id: target as GrantId } : { kind, id: target };
}

/** Whether a text can be the id of an agent or a task. */
export function isId(text: string): boolean {
  return ID.test(text);
}

const IS_TARGET: Readonly<Record<ActTarget, (target: string) => boolean>> = {
  agent: isId,
  task: isId,
  grant: (target) => parseGrantId(target) !== undefined,
  issuer: (target) => isPlainText(target, MAX_TARGET_CHARACTERS),
  everything: (target) => target === EVERYTHING,
};

function readTarget(act: Act, target: string): string {
  if (!IS_TARGET[ACTS[act].target](target)) throw new Refusal('body_malformed', { detail: 'target' });
  return target;
}
