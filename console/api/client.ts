// Calls people's API with the ID token. A failure is one class with the catalogue's code and sentence and the request
// id; an answer that is no JSON of ours is a failure too, never half an answer.

import { learnServerTime } from '../parts/clock.ts';

/** Codes that mean: sign in again. */
const SIGNED_OUT = new Set(['sign_in_required', 'sign_in_rejected']);
const PATIENCE_MS = 20_000;
/** Acts wait for what is being made at the same moment. */
const ACT_PATIENCE_MS = 35_000;
/** Code of an act whose answer did not come. */
export const ANSWER_LOST = 'answer_lost';
/** Codes after which nobody knows whether it was done. */
const LOST = /^(unreachable|unreadable|http_5\d\d)$/;

/** A refusal of the API, or that it could not be reached (`unreachable`, `unreadable`). */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';
  readonly code: string;
  readonly requestId: string | undefined;

  constructor(code: string, sentence: string, requestId?: string) {
    super(sentence);
    this.code = code;
    this.requestId = requestId;
  }

  /** Whether signing in again is what helps. */
  get isSignedOut(): boolean {
    return SIGNED_OUT.has(this.code);
  }
}

/** People's API. @throws ApiFailure */
export interface Api {
  get<Answer>(path: string, signal?: AbortSignal): Promise<Answer>;
  post<Answer>(path: string, body: unknown): Promise<Answer>;
  /** Orders something that may take its time. An answer that is lost says nothing about what was done. */
  act<Answer>(path: string, body: unknown): Promise<Answer>;
}

/** Makes the client; `token` is asked at each call. */
export function createApi(token: () => string | undefined): Api {
  return {
    get: (path, signal) => call(path, { method: 'GET', ...(signal && { signal }) }, token()),
    post: (path, body) => call(path, sending(body), token()),
    act: (path, body) => callAct(path, body, token()),
  };
}

function sending(body: unknown): RequestInit {
  return { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
}

async function callAct<Answer>(path: string, body: unknown, token: string | undefined): Promise<Answer> {
  try {
    return await call<Answer>(path, { ...sending(body), patienceMs: ACT_PATIENCE_MS }, token);
  } catch (error) {
    if (error instanceof ApiFailure && !LOST.test(error.code)) throw error;
    throw new ApiFailure(ANSWER_LOST, 'No answer came. What you ordered may be done, or under way.');
  }
}

async function call<Answer>(
  path: string,
  init: RequestInit & { readonly patienceMs?: number },
  token: string | undefined,
): Promise<Answer> {
  const { patienceMs = PATIENCE_MS, ...rest } = init;
  const timeout = AbortSignal.timeout(patienceMs);
  const signal = init.signal ? AbortSignal.any([init.signal, timeout]) : timeout;
  const headers = { ...init.headers, ...(token && { authorization: `Bearer ${token}` }) };
  const response = await reach(path, { ...rest, headers, signal });
  learnServerTime(response.headers.get('date'));
  const body = await readBody(response);
  if (response.ok) return body as Answer;
  throw failureOf(response, body);
}

async function reach(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, { ...init, cache: 'no-store', credentials: 'omit', redirect: 'error' });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiFailure('unreachable', 'Remit cannot be reached. Nothing was changed by this page.');
  }
}

async function readBody(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    throw new ApiFailure(
      'unreadable',
      `Remit answered in a way that this page cannot read (HTTP ${response.status}).`,
      response.headers.get('apigw-requestid') ?? undefined,
    );
  }
}

function failureOf(response: Response, body: unknown): ApiFailure {
  const told = (typeof body === 'object' && body !== null ? body : {}) as Readonly<Record<string, unknown>>;
  const text = (name: string) => (typeof told[name] === 'string' ? told[name] : undefined);
  const code = text('code') ?? (response.status === 401 ? 'sign_in_required' : `http_${response.status}`);
  const sentence = text('error_description') ?? text('message') ?? `HTTP ${response.status}.`;
  return new ApiFailure(code, sentence, text('request_id'));
}
