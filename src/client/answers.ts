// The broker's answers, read strictly (RFC 8693 §2.2.1, CIBA §11, design of the token endpoint). Anything of
// another shape is `broker_garbled`: better a clear failure than half a credential.

import * as z from 'zod';
import { BrokerError } from './broker-error.ts';
import { inWords, readBudgetRefusal } from './budget-refusal.ts';
import type { Granted, HeldLease, Pending } from './lease.ts';
import { readRefusalWords } from './refusal-words.ts';

/** `requested_token_type` of AWS credentials. */
export const AWS_CREDENTIALS = 'urn:remit:token-type:aws-credentials';

/** One HTTP answer of the broker: JSON already read. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly requestId: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  /** When the request was sent, by this machine's clock, in milliseconds. */
  readonly sentAt: number;
}

const tokenAnswer = z.object({
  access_token: z.string().min(1),
  issued_token_type: z.literal(AWS_CREDENTIALS),
  token_type: z.literal('N_A'),
  expires_in: z.number().nonnegative().max(43_200),
  grant_id: z.string().min(1),
  grant_handle: z.string().min(1).optional(),
});

const credentials = z.object({
  Version: z.literal(1),
  AccessKeyId: z.string().min(1),
  SecretAccessKey: z.string().min(1),
  SessionToken: z.string().min(1),
  Expiration: z.iso.datetime({ offset: true }),
});

/** CIBA `interval`, in seconds. */
const interval = z.number().positive().max(3600);

const pendingAnswer = z.object({
  error: z.literal('authorization_pending'),
  grant_id: z.string().min(1),
  auth_req_id: z.string().min(1).optional(),
  interval: interval.default(5),
  expires_in: z.number().nonnegative(),
  // only shown to people, in a terminal: text of another form is left out, and the waiting goes on
  approvers: z
    .string()
    .regex(/^[^\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]{1,1000}$/u)
    .optional()
    .catch(undefined),
  quorum: z.number().int().positive().max(1000).optional().catch(undefined),
  approved: z.number().int().nonnegative().max(1000).optional().catch(undefined),
  binding_code: z
    .string()
    .regex(/^[0-9A-Z]{4}-[0-9A-Z]{4}$/)
    .optional()
    .catch(undefined),
  approval_url: z
    .url({ protocol: /^https?$/ })
    .regex(/^[\x21-\x7e]{1,2000}$/)
    .optional()
    .catch(undefined),
});

const completedAnswer = z.object({
  grant_status: z.string().regex(/^[a-z]{1,32}$/),
  lease_expires_at: z.iso.datetime({ offset: true }).optional(),
});

const errorAnswer = z.object({
  error: z.string().regex(/^[\x20-\x7e]{1,100}$/),
  error_description: z
    .string()
    .regex(/^[\x20-\x7e]{1,500}$/)
    .optional(),
  code: z
    .string()
    .regex(/^[a-z_]{1,60}$/)
    .optional(),
  request_id: z
    .string()
    .regex(/^[\x21-\x7e]{1,128}$/)
    .optional(),
  grant_id: z.string().max(64).optional(),
  grant_status: z.string().max(32).optional(),
  // of slow_down; one of another form is left out, and the client lengthens its pace by itself
  interval: interval.optional().catch(undefined),
});

/** Reads a grant with its first lease, or `pending`. @throws BrokerError for refusals and for anything else. */
export function readStarted(answer: Answer): Granted | Pending {
  const pending = pendingAnswer.safeParse(answer.body);
  if (answer.status === 400 && pending.success) return readPending(answer, pending.data);
  const { lease, grantId, handle } = readToken(answer);
  if (handle === undefined) throw garbled(answer, 'the grant came without its handle');
  return { kind: 'granted', grant: { grantId, handle }, lease };
}

/** Reads the next lease of `grantId`. @throws BrokerError for refusals and for anything else. */
export function readLease(answer: Answer, grantId: string): HeldLease {
  const token = readToken(answer);
  if (token.grantId !== grantId) throw garbled(answer, 'the lease belongs to another grant');
  return token.lease;
}

/** Reads the answer to a poll; `asked` keeps its handle, which the broker gives only once. */
export function readPolled(answer: Answer, asked: Pending): Granted | Pending {
  const pending = pendingAnswer.safeParse(answer.body);
  if (answer.status === 400 && pending.success) {
    const intervalSeconds = Math.max(asked.intervalSeconds, pending.data.interval);
    return { ...asked, ...readWaiting(answer, pending.data), intervalSeconds };
  }
  return { kind: 'granted', grant: asked.grant, lease: readLease(answer, asked.grant.grantId) };
}

/** A grant that has ended. */
export interface Completed {
  readonly status: string;
  /** No credential of the grant works past this. */
  readonly leaseExpiresAt?: Date;
}

/** Reads how a grant ended. @throws BrokerError for refusals and for anything else. */
export function readCompleted(answer: Answer): Completed {
  requireSuccess(answer);
  const read = completedAnswer.safeParse(answer.body);
  if (!read.success) throw garbled(answer, 'it does not say how the grant ended');
  const { grant_status: status, lease_expires_at: end } = read.data;
  return { status, ...(end !== undefined && { leaseExpiresAt: new Date(end) }) };
}

/** Lets a 2xx answer pass. @throws BrokerError for any other. */
export function requireSuccess(answer: Answer): void {
  if (answer.status >= 200 && answer.status < 300) return;
  throw refusalOf(answer);
}

/** The refusal's code, when the answer is one. */
export function refusalCode(answer: Answer): string | undefined {
  return answer.status < 400 ? undefined : errorAnswer.safeParse(answer.body).data?.code;
}

function readPending(answer: Answer, body: z.infer<typeof pendingAnswer>): Pending {
  if (body.auth_req_id === undefined) throw garbled(answer, 'the pending grant came without auth_req_id');
  return {
    kind: 'pending',
    grant: { grantId: body.grant_id, handle: body.auth_req_id },
    intervalSeconds: body.interval,
    ...readWaiting(answer, body),
  };
}

/** Until when, and for whom. */
function readWaiting(
  answer: Answer,
  body: z.infer<typeof pendingAnswer>,
): Pick<Pending, 'lapsesAt' | 'asked'> {
  const { approvers, quorum, approved, binding_code: bindingCode, approval_url: url } = body;
  const lapsesAt = new Date(answer.sentAt + body.expires_in * 1000);
  const isTold = approvers !== undefined && bindingCode !== undefined && url !== undefined;
  if (!isTold) return { lapsesAt };
  return { lapsesAt, asked: { approvers, quorum: quorum ?? 1, approved: approved ?? 0, bindingCode, url } };
}

function readToken(answer: Answer): { lease: HeldLease; grantId: string; handle: string | undefined } {
  requireSuccess(answer);
  const token = tokenAnswer.safeParse(answer.body);
  if (!token.success) throw garbled(answer, 'the answer is not a lease');
  const keys = credentials.safeParse(decodeJson(token.data.access_token));
  if (!keys.success) throw garbled(answer, 'the lease holds no AWS credentials');
  return {
    grantId: token.data.grant_id,
    handle: token.data.grant_handle,
    lease: {
      accessKeyId: keys.data.AccessKeyId,
      secretAccessKey: keys.data.SecretAccessKey,
      sessionToken: keys.data.SessionToken,
      issuedAt: new Date(answer.sentAt),
      expiresAt: localExpiry(answer.sentAt, token.data.expires_in, keys.data.Expiration),
    },
  };
}

const CLOCK_SKEW_MS = 3_000;

/**
 * The broker's own date while the two clocks agree; with a skewed clock here, `expires_in` from the moment of
 * asking: SDKs compare `Expiration` with the local clock and would take a live lease for a dead one.
 */
function localExpiry(sentAt: number, expiresInSeconds: number, expiration: string): Date {
  const told = Date.parse(expiration);
  const counted = sentAt + expiresInSeconds * 1000;
  return new Date(Math.abs(told - counted) <= CLOCK_SKEW_MS ? told : counted);
}

function decodeJson(base64url: string): unknown {
  try {
    return JSON.parse(Buffer.from(base64url, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

function refusalOf(answer: Answer): BrokerError {
  const parsed = errorAnswer.safeParse(answer.body);
  const retryable = answer.status === 429 || answer.status >= 500;
  const { requestId, retryAfterSeconds } = answer;
  if (!parsed.success) {
    const sentence = `The broker answered HTTP ${answer.status} without saying why.`;
    const code = retryable ? 'broker_error' : 'broker_garbled';
    return new BrokerError(sentence, { code, requestId, retryAfterSeconds, retryable });
  }
  const { error, error_description: sentence, code, request_id, grant_id, grant_status } = parsed.data;
  const budget = readBudgetRefusal(answer.body, retryAfterSeconds);
  const words = budget ?? readRefusalWords(answer.body);
  return new BrokerError(words?.sentence ?? sentence ?? `The broker refused: ${error}.`, {
    code: code ?? (error === 'authorization_pending' ? 'grant_pending' : error),
    requestId: request_id ?? requestId,
    retryAfterSeconds: budget ? budget.retryAfterSeconds : retryAfterSeconds,
    intervalSeconds: error === 'slow_down' ? parsed.data.interval : undefined,
    fix: words?.fix ?? whenAgain(code, retryAfterSeconds),
    retryable: retryable || error === 'temporarily_unavailable' || error === 'slow_down',
    grantId: grant_id,
    grantStatus: grant_status,
  });
}

/** Waiting mends this one alone, and may take long. */
function whenAgain(code: string | undefined, seconds: number | undefined): string | undefined {
  return code === 'asked_too_often' && seconds !== undefined ? `try again in ${inWords(seconds)}` : undefined;
}

function garbled(answer: Answer, what: string): BrokerError {
  return new BrokerError(`The broker's answer cannot be used: ${what}.`, {
    code: 'broker_garbled',
    requestId: answer.requestId,
  });
}
