// JSON as a verifier needs it (RFC 8725bis §3.12): one reading of each text. Refused: a member named twice, at any
// depth and in any spelling, `__proto__`, deep nesting, invalid UTF-8, a byte order mark, lone surrogates, numbers
// that are not finite. Objects come back frozen and without a prototype.

import { Flaw, must } from './flaw.ts';

/** Deepest nesting accepted; the claims of the issuers we know nest three deep. */
export const MAX_JSON_DEPTH = 16;

export type JsonObject = Readonly<Record<string, unknown>>;

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const STRUCTURE = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],]/g;
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Reads UTF-8 bytes. @throws Flaw */
export function readJson(bytes: Uint8Array): unknown {
  return parseJson(decode(bytes));
}

/** Reads one JSON text. @throws Flaw */
export function parseJson(text: string): unknown {
  const value = parseNative(text);
  checkStructure(text);
  return harden(value);
}

/** A JSON object, not an array, a string or null. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function decode(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new Flaw('utf-8', { cause });
  }
}

function parseNative(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // the parser's own message quotes the text
    throw new Flaw('json syntax');
  }
}

interface Frame {
  /** Names seen in this object; undefined in an array. */
  readonly names: Set<string> | undefined;
  expectsName: boolean;
}

/** Walks the tokens of a text that is known to be JSON: what the native parser lets through silently. */
function checkStructure(text: string): void {
  const frames: Frame[] = [];
  for (const [token] of text.matchAll(STRUCTURE)) {
    if (token === '{') frames.push({ names: new Set(), expectsName: true });
    else if (token === '[') frames.push({ names: undefined, expectsName: false });
    else if (token === '}' || token === ']') frames.pop();
    else checkToken(token, frames.at(-1));
    must(frames.length <= MAX_JSON_DEPTH, 'json depth');
  }
}

function checkToken(token: string, frame: Frame | undefined): void {
  if (token === ',') {
    if (frame) frame.expectsName = frame.names !== undefined;
    return;
  }
  // two spellings of one name are one name
  const string = token.includes('\\') ? (JSON.parse(token) as string) : token.slice(1, -1);
  must(!LONE_SURROGATE.test(string), 'json surrogate');
  if (!frame?.expectsName || frame.names === undefined) return;
  must(string !== '__proto__', 'json member name');
  must(!frame.names.has(string), 'json duplicate member');
  frame.names.add(string);
  frame.expectsName = false;
}

function harden(value: unknown): unknown {
  if (typeof value === 'number') must(Number.isFinite(value), 'json number');
  if (Array.isArray(value)) return Object.freeze(value.map(harden));
  if (!isObject(value)) return value;
  const copy = Object.create(null) as Record<string, unknown>;
  for (const [name, member] of Object.entries(value)) copy[name] = harden(member);
  return Object.freeze(copy);
}
