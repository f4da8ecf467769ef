// The broker's endpoints as typed calls: request, poll, renew, complete, revoke (RFC 8693, RFC 9396, CIBA,
// RFC 7009). Each call shows a fresh assertion on every try; a new request carries one Idempotency-Key over all
// its tries, so that a lost answer never makes a second grant behind the caller's back.

import { randomUUID } from 'node:crypto';
import {
  type Answer,
  AWS_CREDENTIALS,
  type Completed,
  readCompleted,
  readLease,
  readPolled,
  readStarted,
  refusalCode,
  requireSuccess,
} from './answers.ts';
import { BrokerError } from './broker-error.ts';
import { type Caller, type CallerOptions, createCaller } from './caller.ts';
import type { Granted, HeldGrant, HeldLease, Pending, TaskAsked } from './lease.ts';
import { PATIENT, type RetryPolicy, withRetries } from './retry.ts';
import { createTransport } from './transport.ts';

const TOKEN_PATH = '/oauth2/token';
const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const CIBA = 'urn:openid:params:grant-type:ciba';
const JWT_TYPE = 'urn:ietf:params:oauth:token-type:jwt';
const DEFAULT_TIMEOUT_MS = 10_000;

/** How to reach a broker and who asks. */
export interface BrokerClientOptions extends CallerOptions {
  /** Base URL of the broker; https, except on loopback. */
  readonly broker: string;
  /** For one try. @default 10 000 */
  readonly timeoutMs?: number | undefined;
  /** @default four tries within 20 s */
  readonly retries?: RetryPolicy | undefined;
  readonly fetch?: typeof fetch | undefined;
}

/** The broker, for one workload. Every method throws BrokerError. */
export interface BrokerClient {
  /** Asks for a new grant; tries again by the client's policy. */
  request(asked: TaskAsked): Promise<Granted | Pending>;
  /** Asks, in one try, whether people have decided; `grant_denied` and `grant_lapsed` are errors. */
  poll(pending: Pending): Promise<Granted | Pending>;
  /** The next lease of a grant; one try, because the lease in hand may live on (see lease-cache.ts). */
  renew(grant: HeldGrant): Promise<HeldLease>;
  /** Ends a grant; one try, repeating it is harmless (see close-grant.ts). */
  complete(grant: HeldGrant, outcome?: string): Promise<Completed>;
  /** Ends a grant by RFC 7009; the broker does not say whether there was one. */
  revoke(grant: HeldGrant): Promise<void>;
}

/** A client for this broker and workload. */
export function createBrokerClient(options: BrokerClientOptions): BrokerClient {
  const transport = createTransport({ ...options, timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS });
  const caller = createCaller(transport, options);
  const retries = options.retries ?? PATIENT;
  return {
    request: (asked) => requestGrant(caller, asked, retries),
    poll: async (pending) => readPolled(await sendPoll(caller, pending), pending),
    renew: async (grant) => readLease(await sendRenewal(caller, grant), grant.grantId),
    complete: (grant, outcome) => sendCompletion(caller, grant, outcome),
    revoke: (grant) => withRetries(retries, () => sendRevocation(caller, grant)),
  };
}

function requestGrant(caller: Caller, asked: TaskAsked, retries: RetryPolicy): Promise<Granted | Pending> {
  let idempotencyKey: string = randomUUID();
  return withRetries(retries, async () => {
    try {
      return await startOnce(caller, asked, idempotencyKey);
    } catch (error) {
      if (!(error instanceof BrokerError) || error.code !== 'request_repeated') throw error;
      // an earlier try made a grant and its answer was lost; the broker hands nothing out twice, so that grant is
      // left to end by itself and the next try asks for another one
      idempotencyKey = randomUUID();
      throw retryableCopy(error);
    }
  });
}

async function startOnce(caller: Caller, asked: TaskAsked, key: string): Promise<Granted | Pending> {
  const started = readStarted(await provenIfDemanded(caller, () => sendRequest(caller, asked, key)));
  return { ...started, grant: { ...started.grant, boundKey: caller.key()?.thumbprint } };
}

/** A task may demand a proof (`proof: required`); the first refusal tells, the second try brings it. */
async function provenIfDemanded(caller: Caller, send: () => Promise<Answer>): Promise<Answer> {
  const answer = await send();
  if (caller.key() !== undefined || refusalCode(answer) !== 'proof_required') return answer;
  await caller.prove();
  return send();
}

function sendRequest(caller: Caller, asked: TaskAsked, idempotencyKey: string): Promise<Answer> {
  const { task, parameters, purpose } = asked;
  const details = [{ type: 'remit_task', task, parameters, purpose }];
  return caller.post({
    path: TOKEN_PATH,
    form: (assertion) => ({
      ...exchangeForm(assertion),
      authorization_details: JSON.stringify(details),
    }),
    headers: { 'idempotency-key': idempotencyKey },
  });
}

function sendRenewal(caller: Caller, grant: HeldGrant): Promise<Answer> {
  return caller.post({
    path: TOKEN_PATH,
    form: (assertion) => ({
      ...exchangeForm(assertion),
      grant_id: grant.grantId,
      grant_handle: grant.handle,
    }),
    boundKey: grant.boundKey,
  });
}

function sendPoll(caller: Caller, pending: Pending): Promise<Answer> {
  return caller.post({
    path: TOKEN_PATH,
    form: (assertion) => ({
      grant_type: CIBA,
      auth_req_id: pending.grant.handle,
      subject_token: assertion,
      subject_token_type: JWT_TYPE,
      requested_token_type: AWS_CREDENTIALS,
    }),
    boundKey: pending.grant.boundKey,
  });
}

async function sendCompletion(caller: Caller, grant: HeldGrant, outcome?: string): Promise<Completed> {
  const answer = await caller.post({
    path: `/grants/${encodeURIComponent(grant.grantId)}/complete`,
    form: () => ({ grant_handle: grant.handle, ...(outcome && { outcome }) }),
    bearer: true,
    boundKey: grant.boundKey,
  });
  return readCompleted(answer);
}

async function sendRevocation(caller: Caller, grant: HeldGrant): Promise<void> {
  const answer = await caller.post({
    path: '/oauth2/revoke',
    form: () => ({ token: grant.handle }),
    bearer: true,
    boundKey: grant.boundKey,
  });
  requireSuccess(answer);
}

function exchangeForm(assertion: string): Record<string, string> {
  return {
    grant_type: TOKEN_EXCHANGE,
    subject_token: assertion,
    subject_token_type: JWT_TYPE,
    requested_token_type: AWS_CREDENTIALS,
  };
}

function retryableCopy(error: BrokerError): BrokerError {
  const { code, requestId, fix, grantId, grantStatus } = error;
  return new BrokerError(error.message, { code, requestId, fix, grantId, grantStatus, retryable: true });
}
