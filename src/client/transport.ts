// One POST to the broker: form body, timeout, size cap, no redirects, https except on loopback. Network trouble
// becomes a BrokerError that says what to check; nothing here is tried twice.

import type { Answer } from './answers.ts';
import { BrokerError } from './broker-error.ts';

/** Where a broker is looked for when nobody says: local mode. */
export const DEFAULT_BROKER = 'http://localhost:8787';

/** Longest answer that is read; a lease is about 3 kB. */
const MAX_ANSWER_BYTES = 65_536;

/** One request to the broker. */
export interface Post {
  readonly path: string;
  readonly form: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** How requests travel. */
export interface Transport {
  /** Base URL of the broker without a trailing slash. */
  readonly broker: string;
  /** @throws BrokerError `broker_unreachable`, `broker_timeout`, `broker_garbled`, `broker_error`. */
  post(request: Post): Promise<Answer>;
}

/** A transport to this broker. @throws BrokerError `broker_garbled` when the address cannot be one. */
export function createTransport(options: {
  readonly broker: string;
  readonly timeoutMs: number;
  readonly fetch?: typeof fetch | undefined;
}): Transport {
  const broker = brokerBase(options.broker);
  const send = options.fetch ?? fetch;
  return {
    broker,
    async post(request) {
      const sentAt = Date.now();
      const response = await sendForm({ url: `${broker}${request.path}`, send, ...options }, request);
      return { ...(await readAnswer(response, broker)), sentAt };
    },
  };
}

/** The broker's base URL, checked: an assertion must never travel in the clear. */
export function brokerBase(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    throw new BrokerError(`The broker address is not a URL: ${text}`, { code: 'broker_garbled' });
  }
  if (url.protocol === 'http:' && !isLoopback(url)) {
    throw new BrokerError('The broker address must be https, except on this machine.', {
      code: 'broker_garbled',
      fix: 'give --broker (REMIT_BROKER) as an https URL',
    });
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

/** Whether a URL points to this machine by a loopback name. */
export function isLoopback(url: URL): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
}

async function sendForm(
  to: {
    readonly url: string;
    readonly send: typeof fetch;
    readonly timeoutMs: number;
    readonly broker: string;
  },
  request: Post,
): Promise<Response> {
  try {
    return await to.send(to.url, {
      method: 'POST',
      headers: {
        ...request.headers,
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
      },
      body: new URLSearchParams(request.form).toString(),
      // a redirect would carry the assertion to an address that nobody configured
      redirect: 'manual',
      signal: AbortSignal.timeout(to.timeoutMs),
    });
  } catch (error) {
    throw networkFailure(error, to.broker);
  }
}

async function readAnswer(response: Response, broker: string): Promise<Omit<Answer, 'sentAt'>> {
  const requestId = response.headers.get('x-request-id') ?? undefined;
  const text = await readBody(response, broker);
  return {
    status: response.status,
    body: parseJson(text),
    requestId,
    retryAfterSeconds: retryAfter(response.headers.get('retry-after')),
  };
}

async function readBody(response: Response, broker: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of response.body ?? []) {
      size += chunk.byteLength;
      if (size > MAX_ANSWER_BYTES) break;
      chunks.push(chunk);
    }
  } catch (error) {
    throw networkFailure(error, broker);
  }
  if (size <= MAX_ANSWER_BYTES) return Buffer.concat(chunks).toString('utf8');
  throw new BrokerError('The broker sent more than an answer can be.', { code: 'broker_garbled' });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function networkFailure(error: unknown, broker: string): BrokerError {
  const timedOut = error instanceof Error && error.name === 'TimeoutError';
  const sentence = timedOut
    ? `The broker at ${broker} did not answer in time.`
    : `The broker at ${broker} cannot be reached${causeCode(error)}.`;
  const code = timedOut ? 'broker_timeout' : 'broker_unreachable';
  return new BrokerError(sentence, { code, retryable: true, cause: error });
}

/** ECONNREFUSED, ENOTFOUND, CERT_HAS_EXPIRED … tell people more than "fetch failed". */
function causeCode(error: unknown): string {
  const cause = error instanceof Error ? (error.cause as { code?: unknown } | undefined) : undefined;
  return typeof cause?.code === 'string' ? ` (${cause.code})` : '';
}

function retryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - Date.now()) / 1000);
}
