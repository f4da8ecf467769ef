// The keys of allow-listed issuers, cached. An unknown key id, a stale set and a failure each cause at most one fetch
// per issuer and cooldown, however many ask; the last good keys outlive an outage for a bounded time, then it fails.

import type { Issuer } from '../../core/model.ts';
import type { Clock, KeySource, VerificationKey } from '../../core/ports.ts';
import { Refusal } from '../../core/refusal.ts';
import { pickKey, readKeySet } from '../../core/verify/key-set.ts';
import { fetchKeySet, type KeyFetch, KeysUnavailable } from './key-fetch.ts';

/** A set this young is used without asking again, unless a key is missing in it. */
export const KEYS_FRESH_SECONDS = 600;
/** When the issuer cannot be reached, its last good keys are used for this long after they were fetched. */
export const KEYS_USABLE_SECONDS = 3600;
/** Least time between two fetches for one issuer, whether they succeed or fail. */
export const KEY_FETCH_COOLDOWN_SECONDS = 30;

interface KeySourceOptions {
  readonly clock: Clock;
  /** @default the global fetch */
  readonly fetch?: typeof fetch;
  /** Lets issuers on this machine attest, over http too; local mode and tests only. @default false */
  readonly allowLoopback?: boolean;
}

/** What is known of one issuer's keys. */
interface Entry {
  good?: { readonly keys: readonly VerificationKey[]; readonly at: number };
  lastAttempt?: number;
  lastFailure?: unknown;
  pending?: Promise<void>;
}

/** Keys by discovery or `jwksUri`, for as long as the process lives. */
export function createKeySource(options: KeySourceOptions): KeySource {
  const { clock, allowLoopback = false } = options;
  const fetching: KeyFetch = { fetch: options.fetch ?? fetch, allowLoopback };
  const entries = new Map<string, Entry>();
  return {
    async find(issuer, header) {
      const entry = entryOf(entries, issuer);
      const known = keysWithin(entry, KEYS_FRESH_SECONDS, clock());
      const key = known && pickKey(known, header);
      if (key !== undefined) return key;
      await refresh(entry, { issuer, fetching, clock });
      return pickKey(usableKeys(entry, clock()), header) ?? absent(entry);
    },
  };
}

/** Issuers come from the catalog, so that there are never many entries. */
function entryOf(entries: Map<string, Entry>, issuer: Issuer): Entry {
  const { kind, issuer: url, jwksUri, algorithms } = issuer;
  const name = JSON.stringify([kind, url, jwksUri, algorithms]);
  const entry = entries.get(name) ?? {};
  entries.set(name, entry);
  return entry;
}

interface Refresh {
  readonly issuer: Issuer;
  readonly fetching: KeyFetch;
  readonly clock: Clock;
}

/** Fetches, unless a fetch is under way (then waits for it) or one has just been made. */
function refresh(entry: Entry, asked: Refresh): Promise<void> {
  if (entry.pending) return entry.pending;
  const now = asked.clock().getTime();
  if (entry.lastAttempt !== undefined && isWithin(entry.lastAttempt, KEY_FETCH_COOLDOWN_SECONDS, now)) {
    return Promise.resolve();
  }
  entry.lastAttempt = now;
  entry.pending = load(entry, asked, now).finally(() => {
    delete entry.pending;
  });
  return entry.pending;
}

async function load(entry: Entry, { issuer, fetching }: Refresh, now: number): Promise<void> {
  try {
    const keys = readKeySet(await fetchKeySet(issuer, fetching), issuer);
    // the issuer itself says that the keys of before are no longer its keys
    delete entry.good;
    if (keys.length === 0) throw new KeysUnavailable('no usable key');
    entry.good = { keys, at: now };
    delete entry.lastFailure;
  } catch (error) {
    entry.lastFailure = error;
  }
}

function keysWithin(entry: Entry, seconds: number, now: Date): readonly VerificationKey[] | undefined {
  const { good } = entry;
  return good && isWithin(good.at, seconds, now.getTime()) ? good.keys : undefined;
}

function usableKeys(entry: Entry, now: Date): readonly VerificationKey[] {
  const keys = keysWithin(entry, KEYS_USABLE_SECONDS, now);
  if (keys === undefined) throw unavailable(entry.lastFailure);
  return keys;
}

/** A key that is missing while the issuer cannot be asked may well exist. */
function absent(entry: Entry): undefined {
  if (entry.lastFailure !== undefined) throw unavailable(entry.lastFailure);
  return undefined;
}

function unavailable(cause: unknown): Refusal {
  const detail = cause instanceof Error ? `keys: ${cause.name}: ${cause.message}` : 'keys: none';
  return new Refusal('issuer_unavailable', { detail, cause, retryAfterSeconds: KEY_FETCH_COOLDOWN_SECONDS });
}

/** A clock that was set back counts as time that has passed. */
function isWithin(since: number, seconds: number, now: number): boolean {
  const age = now - since;
  return age >= 0 && age < seconds * 1000;
}
