// What people's requests carry, read in one way only: a JSON object of a known shape without a member twice, or a
// query of known parameters, each once.

import type { z } from 'zod';
import { Refusal, type RefusalCode } from '../../../core/refusal.ts';
import { Flaw } from '../../../core/verify/flaw.ts';
import { isObject, readJson } from '../../../core/verify/json.ts';
import type { HttpRequest } from '../endpoint.ts';

/** The longest JSON body: a passkey's attestation with room to spare. */
export const MAX_JSON_BYTES = 32_768;
/** The longest query, before it is decoded. */
const MAX_QUERY_CHARACTERS = 2048;
const JSON_TYPE = /^application\/json(\s*;\s*charset="?utf-8"?)?\s*$/i;

/** @throws Refusal `json_expected`, `body_too_large`, `body_malformed` */
export function readBody<Schema extends z.ZodType>(request: HttpRequest, schema: Schema): z.output<Schema> {
  if (!JSON_TYPE.test(request.headers['content-type'] ?? '')) throw new Refusal('json_expected');
  if (request.body.length > MAX_JSON_BYTES) throw new Refusal('body_too_large');
  return conform(schema, parse(request.body), 'body_malformed');
}

/** @throws Refusal `query_malformed` */
export function readQuery<Schema extends z.ZodType>(
  { query }: HttpRequest,
  schema: Schema,
): z.output<Schema> {
  if (query.length > MAX_QUERY_CHARACTERS) throw new Refusal('query_malformed', { detail: 'length' });
  const values = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(query)) {
    if (values.has(name)) throw new Refusal('query_malformed', { detail: 'repeated' });
    if (value !== '') values.set(name, value);
  }
  return conform(schema, Object.fromEntries(values), 'query_malformed');
}

function parse(body: Buffer): unknown {
  try {
    const value = readJson(body);
    if (isObject(value)) return value;
  } catch (error) {
    if (!(error instanceof Flaw)) throw error;
    throw new Refusal('body_malformed', { detail: error.message });
  }
  throw new Refusal('body_malformed', { detail: 'not an object' });
}

function conform<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  code: RefusalCode,
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  // where and what kind; the value may be anything
  const detail = issue ? `${issue.path.map(String).join('.').slice(0, 60)}: ${issue.code}` : 'shape';
  throw new Refusal(code, { detail });
}
