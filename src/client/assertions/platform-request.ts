// One GET to a platform's metadata or token service: short timeout, no redirects, no body in messages (it may hold
// a token).

import { type Surroundings, unavailable } from './source.ts';

const TIMEOUT_MS = 5_000;
const MAX_BYTES = 65_536;

/** One question to the platform. */
export interface PlatformRequest {
  /** Shown to people. */
  readonly source: string;
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** For a source that somebody has to start: what to do, instead of trying again. */
  readonly fix?: string;
  /** What it said of a failure, for a source whose failures hold no secret; no other text of an answer is ever told. */
  readonly reasonIn?: (status: number, text: string) => string | undefined;
}

/** The answer's text. @throws BrokerError `assertion_unavailable`; retryable when asking again may help. */
export async function askPlatform(
  around: Pick<Surroundings, 'fetch'>,
  request: PlatformRequest,
): Promise<string> {
  const { source, url, headers = {}, fix } = request;
  const mend = fix === undefined ? {} : { fix };
  let response: Response;
  let text: string;
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    response = await around.fetch(url, { headers: { ...headers }, redirect: 'manual', signal });
    text = await response.text();
  } catch (cause) {
    throw unavailable(`${source} did not answer at ${url.host}.`, {
      retryable: fix === undefined,
      cause,
      ...mend,
    });
  }
  if (!response.ok) {
    const retryable = fix === undefined && (response.status === 429 || response.status >= 500);
    const reason = request.reasonIn?.(response.status, text);
    const sentence = reason ?? `answered HTTP ${response.status} instead of an assertion.`;
    throw unavailable(`${source} ${sentence}`, { retryable, ...mend });
  }
  if (text.length > MAX_BYTES) throw unavailable(`${source} sent more than an assertion can be.`);
  return text;
}

/** A string member of a JSON answer. @throws BrokerError `assertion_unavailable`. */
export function memberOf(text: string, member: string, source: string): string {
  try {
    const value: unknown = (JSON.parse(text) as Record<string, unknown> | null)?.[member];
    if (typeof value === 'string' && value !== '') return value;
  } catch {
    // told below
  }
  throw unavailable(`${source} answered without "${member}".`);
}
